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
  const written = halfWidth(text).replace(/\s/g, '');
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
