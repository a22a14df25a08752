/** Digits, letters and signs typed with a Chinese keyboard, as their plain forms. */
export function halfWidth(text: string): string {
  return text.normalize('NFKC').trim();
}

/**
 * A cell's text: without what spreadsheets put around it (`="007"`, a leading apostrophe or tab), and with single spaces.
 */
export function cleanText(cell: string): string {
  return cell
    .normalize('NFC')
    .replace(/^\s*="(.*)"\s*$/s, '$1')
    .replace(/^\s*'(?=\d)/, '')
    .replace(/[\s\u200b\ufeff]+/g, ' ')
    .trim();
}
