import type { Clock } from '../../kernel/clock.ts';

/** A moment as a clock on a store's wall shows it. */
export interface LocalTime {
  /** 1 is Monday, 7 is Sunday. */
  weekday: number;
  /** Since midnight by the wall, 0 to 1439. */
  minute: number;
}

/** A span of a weekday, HH:MM to HH:MM; a close at or before the opening is on the next day. */
export interface WeeklySpan {
  weekday: number;
  opens: string;
  closes: string;
}

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** Tells the present time of an IANA zone. */
export type WallClock = (timeZone: string) => LocalTime;

/** Makes a clock that tells the time of any zone. It keeps one formatter for each zone, since making one is dear. */
export function wallClock(clock: Clock): WallClock {
  const formatters = new Map<string, Intl.DateTimeFormat>();
  return (timeZone) => {
    const formatter = formatters.get(timeZone) ?? formatterOf(timeZone);
    formatters.set(timeZone, formatter);
    const parts = Object.fromEntries(formatter.formatToParts(clock.now()).map(({ type, value }) => [type, value]));
    return {
      weekday: WEEKDAYS.indexOf(String(parts['weekday'])) + 1,
      minute: Number(parts['hour']) * 60 + Number(parts['minute']),
    };
  };
}

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
}

/** Whether a time lies in a span that every day has. Its end does not belong to it; from and to alike is the whole day. */
export function isWithin(from: string, to: string, { minute }: LocalTime): boolean {
  const [start, end] = [minuteOf(from), minuteOf(to)];
  return start < end ? start <= minute && minute < end : minute >= start || minute < end;
}

/** Whether a time lies in one of a week's spans; without any span it always does. */
export function isWithinHours(hours: readonly WeeklySpan[], now: LocalTime): boolean {
  if (hours.length === 0) return true;
  const { weekday: today, minute } = now;
  const yesterday = today === 1 ? 7 : today - 1;
  return hours.some(({ weekday, opens, closes }) => {
    const [start, end] = [minuteOf(opens), minuteOf(closes)];
    if (start < end) return weekday === today && start <= minute && minute < end;
    return (weekday === today && minute >= start) || (weekday === yesterday && minute < end);
  });
}

function minuteOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}
