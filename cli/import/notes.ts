import type { Doubt } from './order-row.ts';
import { cellOf, type Sheet } from './sheet.ts';

const NOTES: Record<Doubt, string> = {
  amount: 'the amount is not price times quantity (a discount?); the price was taken',
  channel: 'the channel is not known; they count as eaten in',
  status: 'the status is not known; they count as sold',
  weighed: 'sold by weight; taken as one portion each, with the weight as its size',
  void: 'void, cancelled or not paid; left out',
  discount: 'discounts; left out, the orders stand at their full price',
};

/** A number of things: 1 row, 2 rows. */
export function countOf(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}

/** What was doubtful in a file of orders, in sentences that count. */
export function doubtNotes(doubts: Iterable<Doubt>): string[] {
  const counts = new Map<Doubt, number>();
  for (const doubt of doubts) counts.set(doubt, (counts.get(doubt) ?? 0) + 1);
  return [...counts].map(([doubt, count]) => `${countOf(count, 'row')}: ${NOTES[doubt]}`);
}

/** Discounts are not taken, since a past order holds prices alone; that is told where the file has any. */
export function discountNote(sheet: Sheet): string[] {
  const { length } = sheet.rows.filter((row) => /[1-9]/.test(cellOf(sheet, row, 'discount')));
  const header = sheet.headers[sheet.columns.discount ?? -1]?.trim();
  return length > 0 ? [`${countOf(length, 'row')}: a discount in ${header}; the orders stand at their full price`] : [];
}
