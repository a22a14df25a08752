import { type Fate, fateOf, isDiscount, unmarked } from './fate.ts';
import { type Channel, type Portions, parseChannel, parseQuantity, portionsOf, weighedPrice } from './fields.ts';
import { type MomentFormat, parseMoment } from './moments.ts';
import { assertCurrency, parseMoney } from './money.ts';
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
  /** With quantities below zero for what was given back. */
  lines: PastLine[];
  /** What does not stop the row, but should be told. */
  doubts: Doubt[];
  /** The row as it stands in the file. */
  row: Row;
}

/** What may be told of a row: see `doubtNotes` in notes.ts. `void` and `discount` say that it is not taken. */
export type Doubt = 'amount' | 'channel' | 'status' | 'weighed' | 'void' | 'discount';

/** Reads a row of a file of orders. Throws the Refusal that keeps it out. */
export function readOrderRow(sheet: Sheet, row: Row, format: MomentFormat & { currency: string }): OrderRow {
  if (row.problem) throw new Refusal('ROW_BROKEN', row.problem);
  const order = cellOf(sheet, row, 'order');
  if (!order) throw new Refusal('ORDER_MISSING', 'the number of the order is missing');
  if (/^\d(\.\d+)?e\+\d+$/i.test(order))
    throw new Refusal('ORDER_ROUNDED', `a spreadsheet has rounded the number of the order to ${order}`);
  const name = cellOf(sheet, row, 'name');
  if (!name) throw new Refusal('NAME_MISSING', 'the name of the dish is missing');
  assertCurrency(cellOf(sheet, row, 'currency'), format.currency);
  const [price, amount] = [cellOf(sheet, row, 'price'), cellOf(sheet, row, 'amount')];
  const channelWord = cellOf(sheet, row, 'channel');
  const channel = parseChannel(channelWord);
  const doubts: Doubt[] = channelWord && !channel ? ['channel'] : [];
  const read = { row, moment: momentOf(sheet, row, format), channel };
  if (isDiscount(name, amount || price)) return { ...read, lines: [], doubts: ['discount'] };

  const fate = fateOf({
    void: cellOf(sheet, row, 'void'),
    gift: cellOf(sheet, row, 'gift'),
    status: cellOf(sheet, row, 'status'),
    name,
  });
  if (fate === 'partly') throw new Refusal('PARTLY_REFUNDED', 'how much of it was given back is not said');
  if (fate === 'unknown') doubts.push('status');
  const lines = linesOf(sheet, row, format.currency, fate);
  const returned = lines.some(({ quantity }) => quantity < 0);
  // What is void and was sold never counted; what is void and goes back is taken from what was sold.
  if (fate === 'void' && !returned) return { ...read, lines: [], doubts: ['void'] };
  if (fate !== 'given' && !returned && price && amount && differs(amount, lines, format.currency))
    doubts.push('amount');
  if (lines.some(({ weighed }) => weighed)) doubts.push('weighed');
  return { ...read, lines: lines.map(({ weighed: _, ...line }) => line), doubts };
}

function momentOf(sheet: Sheet, row: Row, format: MomentFormat): string {
  return parseMoment(cellOf(sheet, row, 'date'), cellOf(sheet, row, 'time'), format);
}

function linesOf(sheet: Sheet, row: Row, currency: string, fate: Fate): (PastLine & { weighed?: true })[] {
  const name = unmarked(cellOf(sheet, row, 'name'));
  const spec = cellOf(sheet, row, 'spec') || 'Regular';
  const counted = sheet.columns.quantity !== undefined;
  const { quantity, weight } = counted
    ? parseQuantity(cellOf(sheet, row, 'quantity'), cellOf(sheet, row, 'unit'))
    : { quantity: 1 };
  // A return may be written with its price and amount below zero as well.
  const money = (field: 'price' | 'amount') =>
    quantity < 0 ? cellOf(sheet, row, field).replace(/[-−()（）]/g, '') : cellOf(sheet, row, field);
  const [price, amount] = [money('price'), money('amount')];
  if (fate === 'given') return [{ name, spec, quantity, unitPrice: 0 }];
  if (weight) {
    const unitPrice = weighedPrice(price, amount, weight, currency);
    return [{ name, spec: spec === 'Regular' ? weight : `${spec} ${weight}`, quantity, unitPrice, weighed: true }];
  }
  const sign = Math.sign(quantity);
  return portionsOf(price, amount, Math.abs(quantity), currency).map((some) => {
    return { name, spec, ...some, quantity: sign * some.quantity };
  });
}

function differs(amount: string, portions: readonly Portions[], currency: string): boolean {
  const read = attempt(() => parseMoney(amount, currency));
  return read instanceof Refusal || read !== portions.reduce((sum, one) => sum + one.quantity * one.unitPrice, 0);
}
