import { HOUR } from '../../kernel/clock.ts';

const formats = new Map<string, Intl.DateTimeFormat>();

/** What clocks and calendars in a zone show at a moment, as if it were UTC: epoch ms, whole seconds. */
function wallClock(at: number, timeZone: string): number {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(timeZone, format);
  }
  const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  return Date.UTC(
    part['year'] ?? 0,
    (part['month'] ?? 1) - 1,
    part['day'],
    part['hour'],
    part['minute'],
    part['second'],
  );
}

/**
 * The business day (YYYY-MM-DD) that a moment belongs to. `endsAt` is the hour of the store's own clock at which a day
 * ends, 0 to 23: what happens before it belongs to the day before. Read from the wall clock, so that a day of 23 or 25
 * hours ends at that hour too.
 */
export function businessDayOf(at: number, timeZone: string, endsAt: number): string {
  return new Date(wallClock(at, timeZone) - endsAt * HOUR).toISOString().slice(0, 10);
}

/**
 * The moment (epoch ms) at which clocks in a zone show a local time such as 2015-01-01T11:38:36; null when it is none.
 * A time that comes twice when clocks go back is the first of the two; one that is skipped when they go forward is as
 * much later.
 */
export function momentOf(local: string, timeZone: string): number | null {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(local)) return null;
  const shown = Date.parse(`${local}Z`);
  // Date.parse takes the 30th of February for the 2nd of March.
  if (Number.isNaN(shown) || !new Date(shown).toISOString().startsWith(local)) return null;
  const offsets = [shown - 24 * HOUR, shown + 24 * HOUR].map((near) => wallClock(near, timeZone) - near);
  const [before = 0, after = 0] = offsets;
  // Before a change of the clocks its offset holds still; the first moment that shows the time is the one meant.
  const first = [shown - before, shown - after].sort((a, b) => a - b).find((at) => wallClock(at, timeZone) === shown);
  return first ?? shown - before;
}
