import type { InvoiceLine, PurchaseLine } from './purchase-entities.ts';

/** What is wrong with an invoice, as schema.graphql describes it; `line` is null for the invoice as a whole. */
export interface InvoiceDifference {
  line: number | null;
  kind: 'NOT_ORDERED' | 'NOT_RECEIVED' | 'PRICE' | 'AMOUNT' | 'TAX' | 'TOTAL';
  expected: number;
  billed: number;
}

/** What an invoice says; money in minor units. */
export interface Billed {
  net: number;
  tax: number;
  total: number;
  lines: readonly Pick<InvoiceLine, 'line' | 'quantity' | 'amount' | 'price' | 'per'>[];
}

/** A line of the order with what became of it so far, in the stock item's unit. */
export type Bought = Pick<PurchaseLine, 'line' | 'ordered' | 'price' | 'packQuantity'> & {
  /** What the store has counted. */
  received: number;
  /** What invoices that were approved before bill. */
  billedBefore: number;
};

/**
 * Compares an invoice with what was ordered and what was received, line by line, without any tolerance; nothing when all
 * three agree. What is billed together with invoices before may be less than what was received, since the rest may follow.
 * Nobody has ordered a tax, so that it is held to the most that there is, in whole percent, rounded up for each line.
 */
export function matchInvoice(
  { net, tax, total, lines }: Billed,
  bought: readonly Bought[],
  mostTaxPercent: number,
): InvoiceDifference[] {
  const billed = Map.groupBy(lines, ({ line }) => line);
  const differences: InvoiceDifference[] = bought.flatMap((one) => {
    const here = billed.get(one.line);
    return here ? differencesOf(one, here) : [];
  });
  const amounts = sum(lines.map(({ amount }) => amount));
  const mostTax = sum(lines.map(({ amount }) => Math.ceil((amount * mostTaxPercent) / 100)));
  if (tax > mostTax) differences.push({ line: null, kind: 'TAX', expected: mostTax, billed: tax });
  if (total !== amounts + tax) differences.push({ line: null, kind: 'TOTAL', expected: amounts + tax, billed: total });
  else if (net !== amounts) differences.push({ line: null, kind: 'TOTAL', expected: amounts, billed: net });
  return differences;
}

function differencesOf(bought: Bought, lines: Billed['lines']): InvoiceDifference[] {
  const { line, ordered, received, billedBefore, price, packQuantity } = bought;
  const found: InvoiceDifference[] = [];
  const quantity = sum(lines.map((one) => one.quantity));
  if (billedBefore + quantity > ordered)
    found.push({ line, kind: 'NOT_ORDERED', expected: Math.max(0, ordered - billedBefore), billed: quantity });
  if (billedBefore + quantity > received)
    found.push({ line, kind: 'NOT_RECEIVED', expected: Math.max(0, received - billedBefore), billed: quantity });
  for (const one of lines) {
    if (!isPriceOf(bought, one))
      found.push({ line, kind: 'PRICE', expected: price, billed: rounded(one.price, packQuantity, one.per) });
    const amount = rounded(one.price, one.quantity, one.per);
    if (one.amount !== amount) found.push({ line, kind: 'AMOUNT', expected: amount, billed: one.amount });
  }
  return found;
}

/** Whether a price is the one that a line was ordered at; prices for different quantities are compared exactly. */
export function isPriceOf(
  { price, packQuantity }: Pick<PurchaseLine, 'price' | 'packQuantity'>,
  billed: Pick<InvoiceLine, 'price' | 'per'>,
): boolean {
  return BigInt(billed.price) * BigInt(packQuantity) === BigInt(price) * BigInt(billed.per);
}

/** What `quantity` costs at `price` for each `per`, in minor units, rounded half up. */
function rounded(price: number, quantity: number, per: number): number {
  // BigInt, because the product may pass 2^53.
  return Number((2n * BigInt(price) * BigInt(quantity) + BigInt(per)) / (2n * BigInt(per)));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
