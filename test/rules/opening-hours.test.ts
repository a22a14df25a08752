import { describe, expect, test } from '@jest/globals';
import { isWithin, isWithinHours, wallClock } from '../../subgraphs/menu/opening-hours.ts';

/** What the wall shows in a zone at a moment of UTC. */
const wallAt = (moment: string, zone: string) => wallClock({ now: () => Date.parse(moment) })(zone);
const [MONDAY, SATURDAY, SUNDAY] = [1, 6, 7];
const at = (weekday: number, time: string) => ({
  weekday,
  minute: Number(time.slice(0, 2)) * 60 + Number(time.slice(3)),
});

describe('the clock on the wall', () => {
  test.each([
    ['2026-11-22T15:59:59.999Z', 'Asia/Shanghai', SUNDAY, '23:59'],
    ['2026-11-22T16:00:00.000Z', 'Asia/Shanghai', MONDAY, '00:00'],
    // New York leaves summer time on 1 November 2026 at 06:00 UTC: the hour from one to two comes twice.
    ['2026-11-01T05:30:00.000Z', 'America/New_York', SUNDAY, '01:30'],
    ['2026-11-01T06:30:00.000Z', 'America/New_York', SUNDAY, '01:30'],
    // Berlin enters summer time on 29 March 2026 at 01:00 UTC: two o'clock does not come.
    ['2026-03-29T00:59:00.000Z', 'Europe/Berlin', SUNDAY, '01:59'],
    ['2026-03-29T01:00:00.000Z', 'Europe/Berlin', SUNDAY, '03:00'],
    ['2026-11-21T18:15:00.000Z', 'Asia/Kathmandu', SUNDAY, '00:00'],
  ])('at %s in %s', (moment, zone, weekday, time) => {
    expect(wallAt(moment, zone)).toEqual(at(weekday, time));
  });
});

describe('a part of every day', () => {
  test.each([
    ['06:00', '10:30', '05:59', false],
    ['06:00', '10:30', '06:00', true],
    ['06:00', '10:30', '10:29', true],
    ['06:00', '10:30', '10:30', false],
    ['22:00', '02:00', '23:00', true],
    ['22:00', '02:00', '01:59', true],
    ['22:00', '02:00', '02:00', false],
    ['22:00', '02:00', '12:00', false],
    ['18:00', '00:00', '23:59', true],
    ['18:00', '00:00', '00:00', false],
    ['09:00', '09:00', '03:00', true],
  ])('from %s to %s, at %s: %s', (from, to, time, within) => {
    expect(isWithin(from, to, at(MONDAY, time))).toBe(within);
  });
});

describe('the hours of a week', () => {
  const lateOnSunday = [{ weekday: SUNDAY, opens: '18:00', closes: '02:00' }];

  test('without hours a store is always open', () => {
    expect(isWithinHours([], at(MONDAY, '04:00'))).toBe(true);
  });

  test.each([
    [SUNDAY, '17:59', false],
    [SUNDAY, '18:00', true],
    [SUNDAY, '23:59', true],
    [MONDAY, '00:00', true],
    [MONDAY, '01:59', true],
    [MONDAY, '02:00', false],
    [SUNDAY, '01:00', false],
    [SATURDAY, '20:00', false],
  ])('Sunday from six until two at night, on day %s at %s: %s', (weekday, time, open) => {
    expect(isWithinHours(lateOnSunday, at(weekday, time))).toBe(open);
  });

  test('a day may have two spans, and closing when one opened is a day and night', () => {
    const hours = [
      { weekday: MONDAY, opens: '11:00', closes: '14:00' },
      { weekday: MONDAY, opens: '17:00', closes: '21:00' },
      { weekday: SATURDAY, opens: '08:00', closes: '08:00' },
    ];
    expect(['10:59', '13:59', '14:00', '17:00', '21:00'].map((time) => isWithinHours(hours, at(MONDAY, time)))).toEqual(
      [false, true, false, true, false],
    );
    expect(isWithinHours(hours, at(SATURDAY, '07:59'))).toBe(false);
    expect(isWithinHours(hours, at(SATURDAY, '08:00'))).toBe(true);
    expect(isWithinHours(hours, at(SUNDAY, '07:59'))).toBe(true);
    expect(isWithinHours(hours, at(SUNDAY, '08:00'))).toBe(false);
  });
});
