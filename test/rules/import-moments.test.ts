import { describe, expect, test } from '@jest/globals';
import { type DayOrder, dayOrderOf, parseMoment } from '../../cli/import/moments.ts';

const read = (date: string, time = '', dayOrder?: DayOrder) =>
  parseMoment(date, time, { dayOrder, timeZone: 'Asia/Shanghai' });

describe('a date in a till’s file', () => {
  test.each([
    ['2015-01-01', '11:38:36', '2015-01-01T11:38:36'],
    ['2015/1/2', '9:05', '2015-01-02T09:05:00'],
    ['2015年1月2日', '9时05分', '2015-01-02T09:05:00'],
    ['2015年1月2日 9:05', '', '2015-01-02T09:05:00'],
    ['', '2015-01-02 09:05:07', '2015-01-02T09:05:07'],
    ['20150102', '090507', '2015-01-02T09:05:07'],
    ['20150102090507', '', '2015-01-02T09:05:07'],
    ['2015-01-02T09:05:07.000', '', '2015-01-02T09:05:07'],
    ['2015-01-02', '下午 2:30', '2015-01-02T14:30:00'],
    ['2015-01-02', '12:30 AM', '2015-01-02T00:30:00'],
    ['2015-01-02 00:00:00', '21:00', '2015-01-02T21:00:00'],
    ['2015-01-02', '1:05:33 p.m.', '2015-01-02T13:05:33'],
    ['2015-01-02 星期五 9:05', '', '2015-01-02T09:05:00'],
    ['13.01.2015', '12:30', '2015-01-13T12:30:00'],
    ['1.2.2015', '', '2015-02-01T12:00:00'],
    ['Jan 2, 2015 2:15 PM', '', '2015-01-02T14:15:00'],
    ['Fri, 2-Jan-2015', '14:15', '2015-01-02T14:15:00'],
    ['2015-01-02', '中午12:30', '2015-01-02T12:30:00'],
    ['２０１５－０１－０２', '０９：０５', '2015-01-02T09:05:00'],
  ])('%s %s is read as it stands', (date, time, moment) => expect(read(date, time)).toBe(moment));

  test('the time’s own date goes before the business day beside it', () =>
    expect(read('2015-01-01', '2015-01-02 00:30')).toBe('2015-01-02T00:30:00'));

  test('a date alone stands at noon, so that it stays in its business day', () =>
    expect(read('2015-01-02')).toBe('2015-01-02T12:00:00'));

  test.each([
    '2015-01-01T20:00:00Z',
    '2015-01-01 20:00:00 UTC',
    '2015-01-01T15:00:00-05:00',
    '2015-01-01 15:00 -0500',
    '2015-01-01 20:00:00+00',
  ])('%s names a zone and is told in the store’s', (moment) => expect(read(moment)).toBe('2015-01-02T04:00:00'));

  test('day or month first is asked for, and then kept to', () => {
    expect(() => read('1/2/2015')).toThrow(expect.objectContaining({ code: 'DATE_AMBIGUOUS' }));
    expect(read('1/2/2015', '', 'MDY')).toBe('2015-01-02T12:00:00');
    expect(read('1/2/2015', '', 'DMY')).toBe('2015-02-01T12:00:00');
  });

  test('a file shows its order by one date that can be read one way alone', () => {
    expect(dayOrderOf(['1/2/2015', '1/13/2015'])).toBe('MDY');
    expect(dayOrderOf(['1/2/2015', '13/1/2015'])).toBe('DMY');
    expect(dayOrderOf(['1/2/2015'])).toBeUndefined();
    expect(dayOrderOf(['13/1/2015', '1/13/2015'])).toBeUndefined();
  });

  test('a year of two digits is read where the month is surely first, for 26/1/15 may begin with its year', () => {
    expect(dayOrderOf(['1/15/26'])).toBe('MDY');
    expect(dayOrderOf(['26/1/15'])).toBeUndefined();
    expect(read('1/15/26 2:05 PM', '', 'MDY')).toBe('2026-01-15T14:05:00');
  });

  test.each([
    ['', '', 'DATE_MISSING'],
    ['', '11:00', 'DATE_MISSING'],
    ['2015-02-30', '', 'DATE_INVALID'],
    ['2015-13-01', '', 'DATE_INVALID'],
    ['2015-01-01', '25:00', 'DATE_INVALID'],
    ['2015-01-01', '11:60', 'DATE_INVALID'],
    ['yesterday', '', 'DATE_INVALID'],
    ['42005', '', 'DATE_INVALID'],
    ['1/2/15', '', 'DATE_AMBIGUOUS'],
    ['2015-01-01', '晚上12:30', 'DATE_INVALID'],
    ['31-Foo-2015', '', 'DATE_INVALID'],
  ])('"%s" "%s" is refused as %s', (date, time, code) =>
    expect(() => read(date, time)).toThrow(expect.objectContaining({ code })),
  );
});
