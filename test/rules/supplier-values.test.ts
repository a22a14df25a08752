import { describe, expect, test } from '@jest/globals';
import { amountAt, quantityAt } from '../../plugins/supplier-ubl/xml/amounts.ts';
import { cursorAt } from '../../plugins/supplier-ubl/xml/cursor.ts';
import { dayOf, exact, isDecimal, isTime, momentOf } from '../../plugins/supplier-ubl/xml/values.ts';

const at = (text: string, attributes: Record<string, string> = {}) =>
  cursorAt({ uri: '', name: 'Value', attributes: new Map(Object.entries(attributes)), children: [], text });
const quantity = (text: string, unitCode: string) => quantityAt(at(text, { unitCode }));

describe('quantities', () => {
  test('in kilograms and litres are whole grams and millilitres, exactly', () => {
    expect(quantity('1.5', 'KGM')).toEqual({ quantity: 1_500, unit: 'GRAM' });
    expect(quantity('0.001', 'KGM')).toEqual({ quantity: 1, unit: 'GRAM' });
    // In binary fractions 4.35 times 1000 is less than 4350.
    expect(quantity('4.35', 'KGM')).toEqual({ quantity: 4_350, unit: 'GRAM' });
    expect(quantity('2.250', 'LTR')).toEqual({ quantity: 2_250, unit: 'MILLILITRE' });
    expect(quantity('750', 'GRM')).toEqual({ quantity: 750, unit: 'GRAM' });
    expect(quantity('3.000', 'C62')).toEqual({ quantity: 3, unit: 'PACK' });
    expect(quantity('3', 'H87')).toEqual({ quantity: 3, unit: 'PACK' });
  });

  test.each([
    ...[
      ['0.0005', 'KGM'],
      ['1.5', 'C62'],
      ['0.5', 'GRM'],
      ['-1', 'C62'],
      ['1', 'TNE'],
      ['1', ''],
      ['1', 'constructor'],
    ],
    ...[
      ['NaN', 'C62'],
      ['INF', 'C62'],
      ['1e3', 'GRM'],
      ['0x10', 'GRM'],
      ['1,5', 'KGM'],
      ['', 'C62'],
      ['９', 'C62'],
    ],
    ...[
      ['1000000001', 'GRM'],
      ['9'.repeat(31), 'GRM'],
      ['99999999999999999999', 'KGM'],
    ],
  ] as [string, string][])('%s %s is refused', (text, unitCode) => {
    expect(() => quantity(text, unitCode)).toThrow(
      expect.objectContaining({ code: 'INVALID_DOCUMENT', path: '/Value' }),
    );
  });
});

describe('amounts', () => {
  const amount = (text: string, currencyID: string, wanted = currencyID) => amountAt(at(text, { currencyID }), wanted);

  test('are minor units, exactly, in as many decimals as the currency has', () => {
    expect(amount('128.00', 'CNY')).toBe(12_800);
    expect(amount('1.1', 'CNY')).toBe(110);
    expect(amount('19.99', 'CNY')).toBe(1_999);
    expect(amount('128', 'JPY')).toBe(128);
    expect(amount('0.500', 'KWD')).toBe(500);
    expect(amount('1.230000', 'CNY')).toBe(123);
    expect(amount('-0', 'CNY')).toBe(0);
  });

  test.each(['1.001', '-1', 'NaN', '1e2', '', '.', '٣', '90071992547409.93'])('%s is refused', (text) => {
    expect(() => amount(text, 'CNY')).toThrow();
  });

  test('of another currency are refused', () => {
    expect(() => amount('1', 'USD', 'CNY')).toThrow(expect.objectContaining({ code: 'CURRENCY_MISMATCH' }));
  });
});

describe('days and times', () => {
  test('are those that exist', () => {
    expect(dayOf('2028-02-29')).toBe('2028-02-29');
    expect(dayOf('2026-12-01+08:00')).toBe('2026-12-01');
    for (const text of ['2026-02-29', '2026-13-01', '26-01-01', '2026-1-1', '20260101', '+002026-01-01', ''])
      expect(dayOf(text)).toBeNull();
    for (const text of ['06:30:00', '06:30:00Z', '06:30:00.123+08:00']) expect(isTime(text)).toBe(true);
    for (const text of ['24:00:00', '6:30:00', '06:30', '06:60:00']) expect(isTime(text)).toBe(false);
  });

  test('together are a moment: in the zone of the time, else of the day, else UTC', () => {
    expect(momentOf('2026-11-23', '08:00:00+08:00')).toBe(Date.parse('2026-11-23T00:00:00Z'));
    expect(momentOf('2026-11-23+08:00')).toBe(Date.parse('2026-11-22T16:00:00Z'));
    expect(momentOf('2026-11-23')).toBe(Date.parse('2026-11-23T00:00:00Z'));
  });
});

test('decimal numbers are those of XML Schema', () => {
  for (const text of ['1', '+1', '-1.50', '.5', '5.']) expect(isDecimal(text)).toBe(true);
  for (const text of ['', '.', '1.2.3', ' 1', 'Infinity', '1_000']) expect(isDecimal(text)).toBe(false);
  expect(exact('12.345', 2)).toBeNull();
});
