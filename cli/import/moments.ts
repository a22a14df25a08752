import { halfWidth } from './clean.ts';
import { Refusal } from './refusal.ts';

/** Which of day and month comes first where the year comes last. */
export type DayOrder = 'DMY' | 'MDY';

export interface MomentFormat {
  /** Unknown where the file does not show it: such dates are refused. */
  dayOrder: DayOrder | undefined;
  /** The store's zone: moments that name a zone of their own are told in this one. */
  timeZone: string;
}

/** What a till writes beside a date alone: noon, which lies in the same business day everywhere. */
const NOON = '12:00:00';
const YEAR_FIRST = /^(\d{4})(?:[-/.年])(\d{1,2})(?:[-/.月])(\d{1,2})日?(?=$|[\sT\d])/;
const YEAR_LAST = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})(?=$|[\sT,])/;
/** "15 Jan 2026", "15-Jan-2026", "Jan 15, 2026". */
const DAY_AND_NAME = /^(\d{1,2})[-\s]([a-z]{3,9})\.?[-,\s]+(\d{4})(?=$|[\sT,])/i;
const NAME_AND_DAY = /^([a-z]{3,9})\.?\s+(\d{1,2}),?\s+(\d{4})(?=$|[\sT,])/i;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEKDAY = /[(\s]*(星期|周)[一二三四五六日天]\)?|^(mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+/gi;
const COMPACT = /^(\d{4})(\d{2})(\d{2})(?=$|[\sT]|\d{6}$)/;
const CLOCK =
  /^(?:(凌晨|早上|上午|中午|下午|晚上|AM|PM)\s*)?(\d{1,2})(?::|点|时)(\d{2})(?:(?::|分)(\d{2})(?:\.\d+)?秒?)?分?\s*([AP]\.?M\.?)?$/i;
const COMPACT_CLOCK = /^(\d{2})(\d{2})(\d{2})$/;
const ZONE = /(?:Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)$/;

/**
 * The store-local moment of a row, as 2015-01-01T11:38:36, from its cells for date and time. Either may hold both; the
 * time's own date wins. A date alone stands at noon. Refuses what is missing, ambiguous or not in the calendar.
 */
export function parseMoment(dateCell: string, timeCell: string, format: MomentFormat): string {
  const date = halfWidth(dateCell);
  const time = halfWidth(timeCell);
  const fromTime = time ? readMoment(time, format) : {};
  const fromDate = date && !(fromTime.day && fromTime.clock) ? readMoment(date, format) : {};
  const day = fromTime.day ?? fromDate.day;
  if (!day) throw new Refusal('DATE_MISSING', time ? `there is a time (${time}) and no date` : 'the date is missing');
  return `${day}T${fromTime.clock ?? fromDate.clock ?? NOON}`;
}

/**
 * Which of day and month comes first in a file whose years come last, when at least one date shows it (13/1/2015) and
 * none shows the opposite.
 */
export function dayOrderOf(cells: Iterable<string>): DayOrder | undefined {
  let dayFirst = false;
  let monthFirst = false;
  for (const cell of cells) {
    const [, first, second, year = ''] = YEAR_LAST.exec(halfWidth(cell)) ?? [];
    // A short year may stand first as well (26/1/15), where nothing but a month first is unmistakable.
    if (Number(first) > 12) dayFirst = true;
    if (Number(second) > 12) monthFirst = true;
    if (dayFirst && year.length === 2) return undefined;
  }
  if (dayFirst === monthFirst) return undefined;
  return dayFirst ? 'DMY' : 'MDY';
}

interface ReadMoment {
  day?: string;
  clock?: string;
}

function readMoment(written: string, format: MomentFormat): ReadMoment {
  const text = written.replace(WEEKDAY, ' ').replace(/\s+/g, ' ').trim();
  const match = [YEAR_FIRST, COMPACT, YEAR_LAST, DAY_AND_NAME, NAME_AND_DAY]
    .map((form) => form.exec(text))
    .find(Boolean);
  if (!match) return { clock: readClock(text, text) };
  const day = readDay(match, text, format);
  const rest = text.slice(match[0].length).replace(/^[\sT,]+(at )?/i, '');
  if (!rest) return { day };
  const zone = ZONE.exec(rest);
  const clock = readClock(zone ? rest.slice(0, zone.index) : rest, text);
  return zone ? inZone(`${day}T${clock}${offsetOf(zone[0])}`, format.timeZone) : { day, clock };
}

function readDay([written, a = '', b = '', c = '']: RegExpExecArray, text: string, format: MomentFormat): string {
  let parts = [a, b, c];
  if (DAY_AND_NAME.test(written)) parts = [c, monthOf(b, text), a];
  else if (NAME_AND_DAY.test(written)) parts = [c, monthOf(a, text), b];
  else if (YEAR_LAST.test(written)) {
    // Nobody writes dots with the month first.
    const order = format.dayOrder ?? (written.includes('.') && c.length === 4 ? 'DMY' : undefined);
    if (!order)
      throw new Refusal(
        'DATE_AMBIGUOUS',
        `${text}: day or month first? Say it by --date-format DMY or --date-format MDY`,
      );
    const year = c.padStart(4, '20');
    parts = order === 'DMY' ? [year, b, a] : [year, a, b];
  }
  const day = parts.map((part) => part.padStart(2, '0')).join('-');
  const date = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(date.getTime()) || !date.toISOString().startsWith(day))
    throw new Refusal('DATE_INVALID', `${text} is not a day of the calendar`);
  return day;
}

function monthOf(name: string, text: string): string {
  const month = MONTHS.indexOf(name.slice(0, 3).toLowerCase()) + 1;
  if (month === 0) throw new Refusal('DATE_INVALID', `${text} is not a date or a time`);
  return String(month);
}

/** An offset as ISO 8601 has it. */
function offsetOf(zone: string): string {
  const digits = zone.replace(':', '').slice(1).padEnd(4, '0');
  return /^[+-]/.test(zone) ? `${zone[0]}${digits.slice(0, 2)}:${digits.slice(2)}` : 'Z';
}

function readClock(clock: string, text: string): string {
  const match = CLOCK.exec(clock.trim());
  const compact = COMPACT_CLOCK.exec(clock.trim());
  if (!match && !compact) throw new Refusal('DATE_INVALID', `${text} is not a date or a time`);
  const [, before, hours, minutes, seconds, after] = match ?? [undefined, undefined, ...(compact?.slice(1) ?? [])];
  const hour = inTwentyFour(Number(hours), (before ?? after)?.toUpperCase().replaceAll('.', ''));
  if (hour > 23 || Number(minutes) > 59 || Number(seconds ?? 0) > 59)
    throw new Refusal('DATE_INVALID', `${text} is not a time of the day`);
  return [hour, minutes, seconds ?? 0].map((part) => String(part).padStart(2, '0')).join(':');
}

function inTwentyFour(hour: number, half: string | undefined): number {
  if (half === undefined || hour > 12) return hour;
  if (half === '中午') return hour < 11 ? hour + 12 : hour;
  // Twelve in the evening is midnight, of one day or the next: 24 is no hour of the clock.
  if (half === '晚上' && hour === 12) return 24;
  return (hour % 12) + (['PM', '下午', '晚上'].includes(half) ? 12 : 0);
}

function inZone(moment: string, timeZone: string): ReadMoment {
  const at = new Date(moment);
  // The Swedish form is ISO 8601 but for the T.
  const [day = '', clock = ''] = at.toLocaleString('sv-SE', { timeZone }).split(' ');
  return { day, clock };
}
