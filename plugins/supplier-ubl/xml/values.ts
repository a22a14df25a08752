/** How long a number may be: longer than any that means something. */
const MOST_DIGITS = 30;

/** Whether a text is a decimal number as XML Schema has it: no exponents, no NaN, no INF. */
export function isDecimal(text: string): boolean {
  return text.length <= MOST_DIGITS && /^[+-]?(\d+(\.\d*)?|\.\d+)$/.test(text);
}

/** A decimal number, 0 or more, as a whole number of its `places`th decimals: `exact('1.5', 2)` is 150. Null where it is none. */
export function exact(text: string, places: number): number | null {
  const [, sign, whole = '', fraction = ''] = /^([+-]?)(\d*)\.?(\d*)$/.exec(text) ?? [];
  const value = Number(`${whole}${fraction.slice(0, places).padEnd(places, '0')}`);
  const isWhole = /^0*$/.test(fraction.slice(places));
  return isDecimal(text) && isWhole && Number.isSafeInteger(value) && (sign !== '-' || value === 0) ? value : null;
}

const ZONE = '(Z|[+-](?:0\\d|1[0-4]):[0-5]\\d)?';
const DATE = new RegExp(`^(\\d{4}-\\d\\d-\\d\\d)${ZONE}$`);
const TIME = new RegExp(`^((?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d)(?:\\.\\d{1,9})?${ZONE}$`);

/** The day of a date of XML Schema, as YYYY-MM-DD; null when there is no such day. */
export function dayOf(text: string): string | null {
  const [, day] = DATE.exec(text) ?? [];
  const at = day ? Date.parse(`${day}T00:00:00Z`) : Number.NaN;
  return day && !Number.isNaN(at) && new Date(at).toISOString().startsWith(day) ? day : null;
}

/** Whether a text is a date of XML Schema. */
export const isDate = (text: string): boolean => dayOf(text) !== null;

/** Whether a text is a time of day of XML Schema. */
export const isTime = (text: string): boolean => TIME.test(text);

/** The moment of a date and a time, in epoch milliseconds: in the zone of the time, or else of the date, or else UTC. */
export function momentOf(date: string, time = '00:00:00'): number {
  const [, day, zoneOfDay] = DATE.exec(date) ?? [];
  const [, clock, zone] = TIME.exec(time) ?? [];
  return Date.parse(`${day}T${clock}${zone ?? zoneOfDay ?? 'Z'}`);
}
