import { describe, expect, test } from '@jest/globals';
import { portionsOf } from '../../cli/import/fields.ts';
import { parseMoney } from '../../cli/import/money.ts';

describe('a price in a till’s file', () => {
  test.each([
    ['12.50', 1250],
    ['12.5', 1250],
    ['16', 1600],
    ['16.', 1600],
    ['0', 0],
    ['007.10', 710],
    ['12.5000', 1250],
    ['¥12.50', 1250],
    ['￥12', 1200],
    ['12元', 1200],
    ['RMB 12', 1200],
    ['28.00元/份', 2800],
    ['CNY12.00', 1200],
    ['1,234.50', 123450],
    ['１２．５０', 1250],
    [' 12.50 ', 1250],
    ['-0.00', 0],
  ])('"%s" is %i fen', (text, fen) => expect(parseMoney(text, 'CNY')).toBe(fen));

  test.each([
    ['$16.00', 'USD', 1600],
    ['16.10', 'USD', 1610],
    ['¥1,200', 'JPY', 1200],
    ['1.234', 'KWD', 1234],
    ['€9.99', 'EUR', 999],
  ])('"%s" in %s is %i', (text, currency, minor) => expect(parseMoney(text, currency)).toBe(minor));

  test.each([
    ['', 'PRICE_MISSING'],
    ['-12.50', 'PRICE_NEGATIVE'],
    ['¥-1', 'PRICE_NEGATIVE'],
    ['(12)', 'PRICE_NEGATIVE'],
    ['12.505', 'PRICE_TOO_FINE'],
    ['free', 'PRICE_NOT_A_NUMBER'],
    ['赠', 'PRICE_NOT_A_NUMBER'],
    ['时价', 'PRICE_NOT_A_NUMBER'],
    ['12,50', 'PRICE_NOT_A_NUMBER'],
    ['1,23,4', 'PRICE_NOT_A_NUMBER'],
    ['1.2.3', 'PRICE_NOT_A_NUMBER'],
    ['1e3', 'PRICE_NOT_A_NUMBER'],
    ['0x10', 'PRICE_NOT_A_NUMBER'],
    ['$16', 'CURRENCY_DIFFERS'],
    ['USD 16', 'CURRENCY_DIFFERS'],
    ['99999999999999999999', 'PRICE_TOO_LARGE'],
  ])('"%s" is refused as %s', (text, code) =>
    expect(() => parseMoney(text, 'CNY')).toThrow(expect.objectContaining({ code })),
  );

  test('an amount that its quantity does not divide keeps its last fen', () => {
    const portions = portionsOf('', '10.00', 3, 'CNY');
    expect(portions).toEqual([
      { quantity: 2, unitPrice: 333 },
      { quantity: 1, unitPrice: 334 },
    ]);
  });
});
