import { share } from '../../kernel/money.ts';

/** What a line comes to, in minor units. */
export interface Amounts {
  /** Before discounts. */
  subtotal: number;
  discount: number;
  tax: number;
  /** What is paid for it, tax included. */
  total: number;
}

/** What a line's amounts follow from. */
export interface PricedLine {
  /** A portion with its modifiers. */
  unitPrice: number;
  quantity: number;
  /** The line's share of the discounts, at most its subtotal. */
  discount: number;
  /** Hundredths of a per cent. */
  taxBasisPoints: number;
}

/**
 * A line's amounts. The tax is that of what is left after the discount: a part of it where the store's prices include
 * tax, and added to it where they do not. Each line is rounded to the minor unit by itself, half up.
 */
export function lineAmounts(line: PricedLine, pricesIncludeTax: boolean): Amounts {
  const subtotal = line.unitPrice * line.quantity;
  const amount = subtotal - line.discount;
  if (line.discount < 0 || amount < 0) throw new Error(`a discount of ${line.discount} on ${subtotal}`);
  if (pricesIncludeTax) {
    const net = Math.round((amount * 10_000) / (10_000 + line.taxBasisPoints));
    return { subtotal, discount: line.discount, tax: amount - net, total: amount };
  }
  const tax = share(amount, line.taxBasisPoints);
  return { subtotal, discount: line.discount, tax, total: amount + tax };
}

/** An order's amounts: the sums of its lines', so that an order and its lines never disagree. */
export function orderTotals(lines: readonly Amounts[]): Amounts {
  const sum = (field: keyof Amounts) => lines.reduce((total, line) => total + line[field], 0);
  return { subtotal: sum('subtotal'), discount: sum('discount'), tax: sum('tax'), total: sum('total') };
}

/** What each line (by its id) is lowered by, over all offers. */
export function discountsByLine(
  offers: readonly { shares: readonly { lineId: string; amount: number }[] }[],
): Map<string, number> {
  const discounts = new Map<string, number>();
  for (const { lineId, amount } of offers.flatMap(({ shares }) => shares))
    discounts.set(lineId, (discounts.get(lineId) ?? 0) + amount);
  return discounts;
}
