import { badInput } from '../../kernel/errors.ts';
import { list, text, whole } from '../../kernel/input.ts';
import type { TaxRate } from './entities.ts';
import type { WeeklySpan } from './opening-hours.ts';

/** The longest name of anything on a menu, in characters. */
export const NAME_LENGTH = 100;
/** The highest price, in minor units. */
export const PRICE_LIMIT = 100_000_000;

const currencies = new Set(Intl.supportedValuesOf('currency'));

/** A name of anything. */
export function named(value: string, field = 'name'): string {
  return text(field, value, 1, NAME_LENGTH);
}

/** What a portion costs, in minor units. */
export function price(value: number, field = 'price'): number {
  return whole(field, value, 0, PRICE_LIMIT);
}

/** What a choice adds to a price, in minor units; may be negative. */
export function difference(value: number, field: string): number {
  return whole(field, value, -PRICE_LIMIT, PRICE_LIMIT);
}

/** A currency of ISO 4217. */
export function currency(value: string): string {
  if (!currencies.has(value)) throw badInput('currency', 'is a code of ISO 4217, such as CNY');
  return value;
}

/** A zone of the IANA database; an offset such as +08:00 is none, since it knows no summer time. */
export function timeZone(value: string): string {
  const problem = badInput('timeZone', 'is a zone of the IANA database, such as Asia/Shanghai');
  if (!/^[A-Z][\w+-]*(\/[\w+-]+)*$/.test(value) || value.length > 50) throw problem;
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: value });
    return value;
  } catch {
    throw problem;
  }
}

/** A time of day, HH:MM from 00:00 to 23:59. */
export function timeOfDay(value: string, field: string): string {
  if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(value)) throw badInput(field, 'is HH:MM, from 00:00 to 23:59');
  return value;
}

/** The taxes of a store, each category once. */
export function taxRates(rates: readonly TaxRate[]): TaxRate[] {
  list('taxRates', rates, 0, 20);
  const valid = rates.map(({ category, basisPoints }) => ({
    category: taxCategory(category),
    basisPoints: whole('taxRates.basisPoints', basisPoints, 0, 10_000),
  }));
  distinct('taxRates', valid, (rate) => rate.category);
  return valid;
}

/** What dishes name a tax by. */
export function taxCategory(value: string): string {
  return text('taxCategory', value, 1, 30);
}

/** A week's spans. */
export function openingHours(hours: readonly WeeklySpan[]): WeeklySpan[] {
  return list('openingHours', hours, 0, 50).map(({ weekday, opens, closes }) => ({
    weekday: whole('openingHours.weekday', weekday, 1, 7),
    opens: timeOfDay(opens, 'openingHours.opens'),
    closes: timeOfDay(closes, 'openingHours.closes'),
  }));
}

/** The hour at which a business day ends. */
export function hourOfDay(value: number): number {
  return whole('businessDayEndsAt', value, 0, 23);
}

/** Refuses a list that names something twice. */
export function distinct<T>(field: string, values: readonly T[], keyOf: (value: T) => string): void {
  if (new Set(values.map(keyOf)).size < values.length) throw badInput(field, 'names something twice');
}
