/** What somebody says as one line of 500 characters at the most, without what a terminal would obey. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\s\p{Cc}\p{Cf}]+/gu, ' ').slice(0, 500);
}
