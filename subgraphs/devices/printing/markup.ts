/**
 * A text as receiptline prints it letter by letter: its marks are escaped, what would end a line becomes a space, and what has
 * no shape is left out: a printer has none for it either, and some of it turns the order of letters around.
 * It is normalised first, as receiptline does, because that can turn an innocent letter into a mark.
 */
export function plain(text: string): string {
  return text
    .replace(/[\p{Cf}\p{Variation_Selector}]/gu, '')
    .normalize()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
    .replace(/[\\|{}~_"`^]/g, '\\$&')
    .replace(/^[-=]/, '\\$&');
}

/** A line in the middle of the paper, which is where receiptline puts a text by itself. */
export const centred = (markup: string): string => markup;

/** The number that a delivery platform's couriers ask for, large: `meituan #12`. False where there is none. */
export function courierNumber(
  delivery: { platform?: string | null | undefined; dayNumber?: number | null | undefined } | null | undefined,
): string | false {
  const { platform, dayNumber } = delivery ?? {};
  return dayNumber != null && centred(`^^^${plain(`${platform ?? ''} #${dayNumber}`)}`);
}

/** A line from the left edge. */
export const left = (markup: string): string => `|${markup}`;

/** Two columns: the first from the left edge, the second up to the right one. */
export const columns = (first: string, second: string): string => `${first} | ${second}`;

/** A QR code in the middle of the paper, its cells of 6 dots. */
export const qrCode = (text: string): string => `{code:${text.replace(/[\\{|};]/g, '\\$&')};option:qrcode,6,m}`;

/** A rule across the paper. */
export const rule = '---';

/** Cuts the paper. */
export const cut = '=';

/** Joins lines, leaving out those that are not there. */
export function markup(...lines: (string | false | null)[]): string {
  return lines.filter((line) => typeof line === 'string').join('\n');
}
