/** Digits, letters and signs typed with a Chinese keyboard, as their plain forms. */
export function halfWidth(text: string): string {
  return text.normalize('NFKC').trim();
}

/** A file's text for a terminal: on one line, without what would steer it, and not longer than so many letters. */
export function printable(text: string, length: number): string {
  const line = text.replace(/[\p{Cc}\s]+/gu, ' ').trim();
  return line.length > length ? `${line.slice(0, length)}...` : line;
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
