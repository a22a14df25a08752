import { describe, expect, test } from '@jest/globals';
import { type Billed, type Bought, matchInvoice } from '../../subgraphs/inventory/three-way-match.ts';

/** Four sacks of 25 kg at 128.00, all of which came. */
const bought = (changes: Partial<Bought> = {}): Bought => ({
  line: 1,
  ordered: 100_000,
  price: 12_800,
  packQuantity: 25_000,
  received: 100_000,
  billedBefore: 0,
  ...changes,
});
type Line = Billed['lines'][number];
const sacks = (changes: Partial<Line> = {}): Line => ({
  line: 1,
  quantity: 100_000,
  amount: 51_200,
  price: 12_800,
  per: 25_000,
  ...changes,
});
const sum = (lines: Line[]) => lines.reduce((total, { amount }) => total + amount, 0);
const bill = (lines: Line[], changes: Partial<Billed> = {}): Billed => {
  const net = sum(lines);
  const tax = Math.round(net * 0.09);
  return { net, tax, total: net + tax, lines, ...changes };
};
const match = (billed: Billed, of: Bought[]) => matchInvoice(billed, of, 13);
const kinds = (billed: Billed, ...of: Bought[]) => match(billed, of).map(({ kind }) => kind);

describe('an invoice', () => {
  test('for what was ordered, came and costs so matches', () => {
    expect(kinds(bill([sacks()]), bought())).toEqual([]);
  });

  test('matches in whichever unit the price is given', () => {
    // 5.12 for the kilogram.
    expect(kinds(bill([sacks({ price: 512, per: 1_000 })]), bought())).toEqual([]);
    expect(kinds(bill([sacks({ price: 51_200, per: 100_000 })]), bought())).toEqual([]);
  });

  test('has no tolerance: a gram or a fen is a difference', () => {
    expect(kinds(bill([sacks({ price: 12_801, amount: 51_204 })]), bought())).toEqual(['PRICE']);
    expect(kinds(bill([sacks({ amount: 51_201 })]), bought())).toEqual(['AMOUNT']);
    expect(kinds(bill([sacks()]), bought({ received: 99_999 }))).toEqual(['NOT_RECEIVED']);
    expect(kinds(bill([sacks()]), bought({ ordered: 99_999 }))).toEqual(['NOT_ORDERED']);
    expect(kinds(bill([sacks()], { total: 55_809 }), bought())).toEqual(['TOTAL']);
    expect(kinds(bill([sacks()], { net: 51_199 }), bought())).toEqual(['TOTAL']);
  });

  test('may have the most tax that there is, rounded up for each line, and not a fen more', () => {
    // 13 % of 512.00 is 66.56; of 0.03 it is 0.0039.
    const crumb = sacks({ quantity: 6, amount: 3 });
    const taxed = (tax: number, lines = [sacks()]) =>
      match({ ...bill(lines), tax, total: sum(lines) + tax }, [bought()]);
    expect(taxed(6_656)).toEqual([]);
    expect(taxed(6_657)).toEqual([{ line: null, kind: 'TAX', expected: 6_656, billed: 6_657 }]);
    expect(taxed(6_657, [sacks({ quantity: 99_994 }), crumb]).map(({ kind }) => kind)).not.toContain('TAX');
    expect(taxed(0)).toEqual([]);
  });

  test('that is cheaper differs as well', () => {
    expect(match(bill([sacks({ price: 12_700, amount: 50_800 })]), [bought()])).toEqual([
      { line: 1, kind: 'PRICE', expected: 12_800, billed: 12_700 },
    ]);
  });

  test('for a part matches, and the rest as well, but not a gram more than came', () => {
    const part = sacks({ quantity: 50_000, amount: 25_600 });
    expect(kinds(bill([part]), bought())).toEqual([]);
    expect(kinds(bill([part]), bought({ billedBefore: 50_000 }))).toEqual([]);
    expect(match(bill([part]), [bought({ billedBefore: 75_000 })])).toEqual([
      { line: 1, kind: 'NOT_ORDERED', expected: 25_000, billed: 50_000 },
      { line: 1, kind: 'NOT_RECEIVED', expected: 25_000, billed: 50_000 },
    ]);
  });

  test('that names a line twice is compared by both together', () => {
    const half = sacks({ quantity: 50_000, amount: 25_600 });
    expect(kinds(bill([half, half]), bought())).toEqual([]);
    expect(kinds(bill([half, half, half]), bought())).toEqual(['NOT_ORDERED', 'NOT_RECEIVED']);
  });

  test('is rounded half up to the minor unit, where packs are broken', () => {
    // 1,001 g at 5.00 the kilogram is 5.005.
    const line = { line: 1, quantity: 1_001, price: 500, per: 1_000 };
    const of = bought({ price: 500, packQuantity: 1_000 });
    expect(kinds(bill([{ ...line, amount: 501 }]), of)).toEqual([]);
    expect(kinds(bill([{ ...line, amount: 500 }]), of)).toEqual(['AMOUNT']);
  });

  test('of numbers beyond 2^53 when multiplied is still exact', () => {
    const of = bought({ ordered: 1e9, received: 1e9, price: 999_999_999, packQuantity: 999_999_999 });
    const line = { line: 1, quantity: 1e9, amount: 1e9, price: 999_999_999, per: 999_999_999 };
    expect(kinds(bill([line]), of)).toEqual([]);
    expect(kinds(bill([{ ...line, price: 1_000_000_000, amount: 1_000_000_001 }]), of)).toEqual(['PRICE']);
  });
});
