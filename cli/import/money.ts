import { decimalsOf } from '../../kernel/money.ts';
import { halfWidth } from './clean.ts';
import { Refusal } from './refusal.ts';

/** What a price may bear before or after it, and the currencies it can mean. */
const SIGNS: readonly [RegExp, readonly string[]][] = [
  [/^¥|¥$/, ['CNY', 'JPY']],
  [/[元块]$/, ['CNY']],
  [/円$/, ['JPY']],
  [/^US\$/i, ['USD']],
  [/^HK\$/i, ['HKD']],
  [/^\$|\$$/, ['USD', 'CAD', 'AUD', 'NZD', 'SGD', 'HKD', 'TWD', 'MXN']],
  [/^€|€$/, ['EUR']],
  [/^£/, ['GBP']],
  [/^RMB|RMB$/i, ['CNY']],
];
/** Far above any meal, far below 2^53 in every currency. */
const MAX_DIGITS = 12;

/**
 * Reads a price as people write it ("12.50", "￥12", "12元", "1,234.50") into minor units, digit by digit. Refuses what is
 * missing, negative, of another currency, finer than the currency, or not an amount; nothing is guessed or rounded.
 */
export function parseMoney(text: string, currency: string): number {
  // "28元/份" is a price like any other.
  const written = halfWidth(text)
    .replace(/\s/g, '')
    .replace(/\/\p{L}+$/u, '');
  if (!written) throw new Refusal('PRICE_MISSING', 'the price is missing');
  // "-12", "¥-12", "-¥12", and the accountants' "(12)".
  const negative = /^[^\d]*[-−]|^\(.*\)$/.test(written);
  const amount = withoutSign(written.replace(/^([^\d]*)[-−]/, '$1').replace(/^\((.*)\)$/, '$1'), text, currency);
  const [, whole, fraction = ''] = /^(\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d*))?$/.exec(amount) ?? [];
  if (whole === undefined) throw notAnAmount(text, amount);
  const decimals = decimalsOf(currency);
  const kept = fraction.slice(0, decimals).padEnd(decimals, '0');
  if (/[1-9]/.test(fraction.slice(decimals)))
    throw new Refusal('PRICE_TOO_FINE', `${text.trim()} has more decimals than ${currency} has`);
  const digits = whole.replaceAll(',', '').replace(/^0+(?=\d)/, '') + kept;
  if (digits.length > MAX_DIGITS) throw new Refusal('PRICE_TOO_LARGE', `${text.trim()} is too large for a price`);
  if (negative && /[1-9]/.test(digits)) throw new Refusal('PRICE_NEGATIVE', `${text.trim()} is below zero`);
  return Number(digits);
}

/** Refuses a word or sign beside a price (USD, "€", 人民币) that means another currency; what is no currency says nothing. */
export function assertCurrency(word: string, currency: string): void {
  const written = halfWidth(word)
    .toUpperCase()
    .replace(/^(人民币|RMB)$/, 'CNY');
  const sign = SIGNS.find(([pattern]) => pattern.test(written));
  const meant = /^[A-Z]{3}$/.test(written) ? [written] : sign?.[1];
  if (meant && !meant.includes(currency)) throw otherCurrency(word, currency);
}

/** A cell that can be a price with a decimal comma alone ("12,50", "1.234,5"), or with a decimal point. */
const COMMA = /^\D*\d[\d.\s]*,\d{1,2}\D*$/;
const POINT = /^\D*\d[\d,]*\.\d{1,2}\D*$/;

/** Whether a file writes decimals with a comma: some of its amounts can be read no other way, and none has a point there. */
export function usesDecimalComma(cells: Iterable<string>): boolean {
  let comma = false;
  for (const cell of cells) {
    if (POINT.test(cell)) return false;
    comma ||= COMMA.test(cell);
  }
  return comma;
}

/** A number of a file with decimal commas as others write it: "1.234,50" is 1234.50. */
export function withDecimalPoint(cell: string): string {
  return cell.replace(/(\d)[.\s](?=\d{3}(?!\d))/g, '$1').replace(/,(?=\d+\D*$)/, '.');
}

function withoutSign(written: string, text: string, currency: string): string {
  const code = /^([A-Z]{3})(?=\d)|(?<=\d)([A-Z]{3})$/.exec(written);
  const named = code?.[1] ?? code?.[2];
  if (code && named !== 'RMB') {
    if (named !== currency) throw otherCurrency(text, currency);
    return written.replace(code[0], '');
  }
  const sign = SIGNS.find(([pattern]) => pattern.test(written));
  if (!sign) return written;
  if (!sign[1].includes(currency)) throw otherCurrency(text, currency);
  return written.replace(sign[0], '');
}

function otherCurrency(text: string, currency: string): Refusal {
  return new Refusal('CURRENCY_DIFFERS', `${text.trim()} is not in the store's currency, ${currency}`);
}

function notAnAmount(text: string, amount: string): Refusal {
  const hint = /^\d[\d.]*,\d{1,2}$/.test(amount) ? ' (write decimals with a point)' : '';
  return new Refusal('PRICE_NOT_A_NUMBER', `${text.trim()} is not an amount${hint}`);
}
