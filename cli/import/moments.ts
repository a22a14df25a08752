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
const YEAR_LAST = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?=$|[\sT])/;
const COMPACT = /^(\d{4})(\d{2})(\d{2})(?=$|[\sT]|\d{6}$)/;
const CLOCK =
  /^(?:(上午|下午|晚上|AM|PM)\s*)?(\d{1,2})(?::|点|时)(\d{2})(?:(?::|分)(\d{2})(?:\.\d+)?秒?)?分?\s*(AM|PM)?$/i;
const COMPACT_CLOCK = /^(\d{2})(\d{2})(\d{2})$/;
const ZONE = /(?:Z|[+-]\d{2}:?\d{2})$/;

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
    const [, first, second] = YEAR_LAST.exec(halfWidth(cell)) ?? [];
    if (Number(first) > 12) dayFirst = true;
    if (Number(second) > 12) monthFirst = true;
  }
  if (dayFirst === monthFirst) return undefined;
  return dayFirst ? 'DMY' : 'MDY';
}

interface ReadMoment {
  day?: string;
  clock?: string;
}

function readMoment(text: string, format: MomentFormat): ReadMoment {
  const match = YEAR_FIRST.exec(text) ?? COMPACT.exec(text) ?? YEAR_LAST.exec(text);
  if (!match) return { clock: readClock(text, text) };
  const day = readDay(match, text, format);
  const rest = text.slice(match[0].length).replace(/^[\sT]+/, '');
  if (!rest) return { day };
  const zone = ZONE.exec(rest);
  const clock = readClock(zone ? rest.slice(0, zone.index) : rest, text);
  return zone ? inZone(`${day}T${clock}${zone[0]}`, format.timeZone) : { day, clock };
}

function readDay([written, a = '', b = '', c = '']: RegExpExecArray, text: string, format: MomentFormat): string {
  let parts = [a, b, c];
  if (YEAR_LAST.test(written)) {
    if (!format.dayOrder)
      throw new Refusal(
        'DATE_AMBIGUOUS',
        `${text}: day or month first? Say it by --date-format DMY or --date-format MDY`,
      );
    parts = format.dayOrder === 'DMY' ? [c, b, a] : [c, a, b];
  }
  const day = parts.map((part) => part.padStart(2, '0')).join('-');
  const date = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(date.getTime()) || !date.toISOString().startsWith(day))
    throw new Refusal('DATE_INVALID', `${text} is not a day of the calendar`);
  return day;
}

function readClock(clock: string, text: string): string {
  const match = CLOCK.exec(clock.trim());
  const compact = COMPACT_CLOCK.exec(clock.trim());
  if (!match && !compact) throw new Refusal('DATE_INVALID', `${text} is not a date or a time`);
  const [, before, hours, minutes, seconds, after] = match ?? [undefined, undefined, ...(compact?.slice(1) ?? [])];
  const hour = inTwentyFour(Number(hours), (before ?? after)?.toUpperCase());
  if (hour > 23 || Number(minutes) > 59 || Number(seconds ?? 0) > 59)
    throw new Refusal('DATE_INVALID', `${text} is not a time of the day`);
  return [hour, minutes, seconds ?? 0].map((part) => String(part).padStart(2, '0')).join(':');
}

function inTwentyFour(hour: number, half: string | undefined): number {
  if (half === undefined) return hour;
  const afternoon = half !== 'AM' && half !== '上午';
  if (hour > 12) return hour;
  return (hour % 12) + (afternoon ? 12 : 0);
}

function inZone(moment: string, timeZone: string): ReadMoment {
  const at = new Date(moment);
  // The Swedish form is ISO 8601 but for the T.
  const [day = '', clock = ''] = at.toLocaleString('sv-SE', { timeZone }).split(' ');
  return { day, clock };
}
