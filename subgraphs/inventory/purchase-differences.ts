import type { DespatchLine, InvoiceLine, PurchaseLine } from './purchase-entities.ts';
import { isPriceOf } from './three-way-match.ts';

/** One line of a purchase from the order to the bill, as schema.graphql describes it. */
export interface PurchaseDifference {
  line: number;
  name: string;
  ordered: number;
  confirmed: number | null;
  shipped: number | null;
  received: number | null;
  billed: number | null;
  differs: ('CONFIRMED' | 'SHIPPED' | 'RECEIVED' | 'BILLED' | 'PRICE')[];
}

/** Everything that is known of a purchase; of invoices those that are not disputed. */
export interface Purchase {
  lines: readonly PurchaseLine[];
  shipped: readonly DespatchLine[];
  billed: readonly InvoiceLine[];
}

/** Compares each line of a purchase step by step. */
export function differencesOf({ lines, shipped, billed }: Purchase): PurchaseDifference[] {
  const isCounted = shipped.some(({ received }) => received != null);
  return lines.map((line) => {
    const sent = shipped.filter((one) => one.line === line.line);
    const bills = billed.filter((one) => one.line === line.line);
    const { ordered, confirmed = null } = line;
    const found = {
      line: line.line,
      name: line.name,
      ordered,
      confirmed,
      shipped: shipped.length > 0 ? total(sent.map((one) => one.shipped)) : null,
      received: isCounted ? total(sent.map(({ received }) => received ?? 0)) : null,
      billed: billed.length > 0 ? total(bills.map(({ quantity }) => quantity)) : null,
    };
    const differs: PurchaseDifference['differs'] = [];
    if (confirmed !== null && confirmed !== ordered) differs.push('CONFIRMED');
    if (found.shipped !== null && found.shipped !== (confirmed ?? ordered)) differs.push('SHIPPED');
    if (found.received !== null && found.received !== found.shipped) differs.push('RECEIVED');
    if (found.billed !== null && found.billed !== (found.received ?? 0)) differs.push('BILLED');
    if (bills.some((one) => !isPriceOf(line, one))) differs.push('PRICE');
    return { ...found, differs };
  });
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
