import { describe, expect, test } from '@jest/globals';
import { businessDayOf, momentOf } from '../../subgraphs/orders/business-day.ts';

const at = (iso: string) => Date.parse(iso);

describe('the business day', () => {
  test.each([
    ['in the evening', '2026-11-22T20:00:00+08:00', '2026-11-22'],
    ['after midnight, before the day ends', '2026-11-23T03:59:59+08:00', '2026-11-22'],
    ['at the hour at which the day ends', '2026-11-23T04:00:00+08:00', '2026-11-23'],
    ['in the small hours of a new year', '2026-01-01T01:30:00+08:00', '2025-12-31'],
    ['on the day after the 28th of February', '2026-03-01T03:00:00+08:00', '2026-02-28'],
  ])('%s', (_, moment, day) => expect(businessDayOf(at(moment), 'Asia/Shanghai', 4)).toBe(day));

  test('a store whose day ends at midnight keeps the calendar', () => {
    expect(businessDayOf(at('2026-11-22T23:59:59+08:00'), 'Asia/Shanghai', 0)).toBe('2026-11-22');
    expect(businessDayOf(at('2026-11-23T00:00:00+08:00'), 'Asia/Shanghai', 0)).toBe('2026-11-23');
  });

  test('it ends at the same hour on the clock when the clocks go forward, and back', () => {
    // New York: 2026-03-08 has 23 hours (no 2 o'clock), 2026-11-01 has 25 (1 o'clock comes twice).
    expect(businessDayOf(at('2026-03-08T03:59:00-04:00'), 'America/New_York', 4)).toBe('2026-03-07');
    expect(businessDayOf(at('2026-03-08T04:00:00-04:00'), 'America/New_York', 4)).toBe('2026-03-08');
    expect(businessDayOf(at('2026-11-01T03:59:00-05:00'), 'America/New_York', 4)).toBe('2026-10-31');
    expect(businessDayOf(at('2026-11-01T04:00:00-05:00'), 'America/New_York', 4)).toBe('2026-11-01');
  });
});

describe("a local time of another till's", () => {
  test.each([
    ['2015-01-01T11:38:36', 'America/New_York', '2015-01-01T16:38:36Z'],
    ['2015-07-01T11:38:36', 'America/New_York', '2015-07-01T15:38:36Z'],
    ['2026-11-22T12:30', 'Asia/Shanghai', '2026-11-22T04:30:00Z'],
    ['2026-11-22T00:10:00', 'Pacific/Kiritimati', '2026-11-21T10:10:00Z'],
  ])('%s in %s is %s', (local, zone, moment) => expect(momentOf(local, zone)).toBe(at(moment)));

  test('a time that comes twice is the first of the two', () => {
    expect(momentOf('2026-11-01T01:30:00', 'America/New_York')).toBe(at('2026-11-01T01:30:00-04:00'));
    expect(momentOf('2026-10-25T02:30:00', 'Europe/Berlin')).toBe(at('2026-10-25T02:30:00+02:00'));
  });

  test('a time that is skipped is as much later', () => {
    expect(momentOf('2026-03-08T02:30:00', 'America/New_York')).toBe(at('2026-03-08T03:30:00-04:00'));
    expect(momentOf('2026-03-29T02:30:00', 'Europe/Berlin')).toBe(at('2026-03-29T03:30:00+02:00'));
  });

  test.each([
    '',
    'yesterday',
    '2015-02-29T12:00:00',
    '2015-13-01T12:00:00',
    '2015-01-01T24:00:01',
    '2015-01-01',
    '2015-01-01T11:38:36Z',
  ])('"%s" is none', (local) => expect(momentOf(local, 'Asia/Shanghai')).toBeNull());
});
