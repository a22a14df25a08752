import type { OrderRow, PastLine } from './order-row.ts';
import { Refusal } from './refusal.ts';
import type { Row } from './table.ts';

/** An order's rows once what was given back is taken from what was sold. */
export interface Settled {
  lines: PastLine[];
  /** The returns that no sale of the order answers to. */
  unmatched: { row: Row; refusal: Refusal }[];
}

/** Takes each return of an order from the sales of the same dish, size and price. */
export function settle(rows: readonly OrderRow[]): Settled {
  const lines = rows.flatMap((row) => row.lines.filter(({ quantity }) => quantity > 0).map((line) => ({ ...line })));
  const unmatched: Settled['unmatched'] = [];
  for (const { row, lines: own } of rows) {
    for (const back of own.filter(({ quantity }) => quantity < 0)) {
      const left = takeBack(lines, back);
      if (left === 0) continue;
      const message = `${-back.quantity} portions of ${back.name} go back and ${-back.quantity - left} were sold`;
      unmatched.push({ row, refusal: new Refusal('QUANTITY_NEGATIVE', `${message} at that price in this order`) });
    }
  }
  return { lines: lines.filter(({ quantity }) => quantity > 0), unmatched };
}

/** Lessens the sales that a return answers to; answers how many portions are left over. */
function takeBack(lines: readonly PastLine[], back: PastLine): number {
  let left = -back.quantity;
  for (const line of lines) {
    const same = line.name === back.name && line.spec === back.spec && line.unitPrice === back.unitPrice;
    const taken = same ? Math.min(left, line.quantity) : 0;
    line.quantity -= taken;
    left -= taken;
  }
  return left;
}
