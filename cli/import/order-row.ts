import { type Channel, type Portions, parseChannel, parseQuantity, portionsOf } from './fields.ts';
import { type MomentFormat, parseMoment } from './moments.ts';
import { parseMoney } from './money.ts';
import { attempt, Refusal } from './refusal.ts';
import { cellOf, type Sheet } from './sheet.ts';
import type { Row } from './table.ts';

/** A line of a past order, as importOrders takes it. */
export interface PastLine extends Portions {
  name: string;
  spec: string;
}

export interface OrderRow {
  /** Store-local: 2015-01-01T11:38:36. */
  moment: string;
  /** Undefined where the file does not say, or says a word that is not known. */
  channel: Channel | undefined;
  lines: PastLine[];
  /** What does not stop the row, but should be told. */
  doubts: Doubt[];
}

/** `amount`: the row's amount is not its price times its quantity. `channel`: its word for the channel is not known. */
export type Doubt = 'amount' | 'channel';

/** Reads a row of a file of orders. Throws the Refusal that keeps it out. */
export function readOrderRow(sheet: Sheet, row: Row, format: MomentFormat & { currency: string }): OrderRow {
  if (row.problem) throw new Refusal('ROW_BROKEN', row.problem);
  const order = cellOf(sheet, row, 'order');
  if (!order) throw new Refusal('ORDER_MISSING', 'the number of the order is missing');
  if (/^\d(\.\d+)?e\+\d+$/i.test(order))
    throw new Refusal('ORDER_ROUNDED', `a spreadsheet has rounded the number of the order to ${order}`);
  const name = cellOf(sheet, row, 'name');
  if (!name) throw new Refusal('NAME_MISSING', 'the name of the dish is missing');
  const quantity = sheet.columns.quantity === undefined ? 1 : parseQuantity(cellOf(sheet, row, 'quantity'));
  const [price, amount] = [cellOf(sheet, row, 'price'), cellOf(sheet, row, 'amount')];
  const portions = portionsOf(price, amount, quantity, format.currency);
  const channelWord = cellOf(sheet, row, 'channel');
  const channel = parseChannel(channelWord);
  const doubts: Doubt[] = [];
  if (price && amount && differs(amount, portions, format.currency)) doubts.push('amount');
  if (channelWord && !channel) doubts.push('channel');
  return {
    moment: parseMoment(cellOf(sheet, row, 'date'), cellOf(sheet, row, 'time'), format),
    channel,
    lines: portions.map((some) => ({ name, spec: cellOf(sheet, row, 'spec') || 'Regular', ...some })),
    doubts,
  };
}

function differs(amount: string, portions: readonly Portions[], currency: string): boolean {
  const read = attempt(() => parseMoney(amount, currency));
  return read instanceof Refusal || read !== portions.reduce((sum, one) => sum + one.quantity * one.unitPrice, 0);
}
