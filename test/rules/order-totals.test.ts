import { describe, expect, test } from '@jest/globals';
import { allocate } from '../../kernel/money.ts';
import { discountsByLine, lineAmounts, orderTotals } from '../../subgraphs/orders/pricing.ts';

const line = (unitPrice: number, quantity = 1, discount = 0, taxBasisPoints = 600) => {
  return { unitPrice, quantity, discount, taxBasisPoints };
};

describe('where prices include the tax', () => {
  test('the diner pays the price, and the tax is within it', () => {
    expect(lineAmounts(line(2800, 2), true)).toEqual({ subtotal: 5600, discount: 0, tax: 317, total: 5600 });
  });

  test('the tax is that of what is left after the discount', () => {
    expect(lineAmounts(line(2800, 2, 600), true)).toEqual({ subtotal: 5600, discount: 600, tax: 283, total: 5000 });
  });

  test('an untaxed dish carries none', () => {
    expect(lineAmounts(line(999, 1, 0, 0), true)).toMatchObject({ tax: 0, total: 999 });
  });
});

describe('where prices exclude the tax', () => {
  test('the tax comes on top', () => {
    expect(lineAmounts(line(1000, 3, 0, 888), false)).toEqual({ subtotal: 3000, discount: 0, tax: 266, total: 3266 });
  });

  test('half a fen is rounded up', () => {
    expect(lineAmounts(line(25, 1, 0, 200), false)).toMatchObject({ tax: 1, total: 26 });
    expect(lineAmounts(line(24, 1, 0, 200), false)).toMatchObject({ tax: 0, total: 24 });
  });
});

test('a gift costs nothing and carries no tax, whichever way the store shows its prices', () => {
  for (const included of [true, false])
    expect(lineAmounts(line(1800, 1, 1800), included)).toEqual({ subtotal: 1800, discount: 1800, tax: 0, total: 0 });
});

test('a discount of more than the line is a fault, not a negative price', () => {
  expect(() => lineAmounts(line(100, 1, 101), true)).toThrow();
  expect(() => lineAmounts(line(100, 1, -1), true)).toThrow();
});

test('an order is the sum of its lines to the fen, however a discount falls on them', () => {
  for (let amount = 0; amount <= 300; amount += 7) {
    const prices = [100, 100, 101];
    const parts = allocate(amount, prices);
    for (const included of [true, false]) {
      const lines = prices.map((price, index) => lineAmounts(line(price, 1, parts[index]), included));
      const order = orderTotals(lines);
      expect(order.discount).toBe(amount);
      expect(order.total).toBe(order.subtotal - order.discount + (included ? 0 : order.tax));
    }
  }
});

test('what several offers take off a line adds up', () => {
  const offers = [
    { shares: [{ lineId: 'a', amount: 3 }] },
    {
      shares: [
        { lineId: 'a', amount: 4 },
        { lineId: 'b', amount: 5 },
      ],
    },
  ];
  expect([...discountsByLine(offers)]).toEqual([
    ['a', 7],
    ['b', 5],
  ]);
});
