import type { Channel } from './fields.ts';
import { dayOrderOf, type MomentFormat, parseMoment } from './moments.ts';
import { type Doubt, type OrderRow, type PastLine, readOrderRow } from './order-row.ts';
import { attempt, Refusal, type RefusedRow } from './refusal.ts';
import { cellOf, dateCells, refuseRow, type Sheet } from './sheet.ts';
import type { Row } from './table.ts';

/** A past order, as importOrders takes it. */
export interface PastOrder {
  externalId: string;
  /** In the store's own time: 2015-01-01T11:38:36. */
  placedAt: string;
  channel: Channel;
  lines: PastLine[];
}

export interface OrdersPlan {
  orders: PastOrder[];
  /** The line of the file that each order begins in, by its number. */
  lineOf: ReadonlyMap<string, number>;
  /** The rows that cannot be taken, and the orders that cannot though their rows could. */
  refused: RefusedRow[];
  rowsRefused: number;
  /** How many good rows are not taken, because their order is refused. */
  rowsLost: number;
  ordersRefused: number;
  notes: string[];
}

export interface OrdersFormat extends MomentFormat {
  currency: string;
  /** Whether the till counts from 1 again each day, so that a number names an order only together with its day. */
  dailyNumbers: boolean;
  /** Whether a row without a number and a date belongs to the order above it, as merged cells are exported. */
  fillDown: boolean;
}

/** The fields of a file of orders, and those it cannot be without. */
export const ORDERS = {
  fields: ['order', 'date', 'time', 'name', 'spec', 'price', 'amount', 'quantity', 'channel'],
  needs: [['order'], ['date', 'time'], ['name'], ['price', 'amount']],
} as const;

/** Rows of one order may lie so far apart, in milliseconds: guests order more, but not on the next day. */
const LONGEST_STAY = 12 * 3_600_000;
const ORDER_CELLS = ['order', 'date', 'time', 'channel'] as const;

/** An order as its rows come in. */
interface Group {
  externalId: string;
  /** The line of its first row. */
  line: number;
  rows: OrderRow[];
  /** The rows that cannot be taken, and with them the order. */
  bad: RefusedRow[];
}

/**
 * The orders of a file: its rows by their order's number, wherever they lie. An order stands at its earliest row. A row
 * that is refused takes its whole order with it, for an order without one of its dishes would be wrong.
 */
export function planOrders(sheet: Sheet, options: OrdersFormat): OrdersPlan {
  const format = { ...options, dayOrder: options.dayOrder ?? dayOrderOf(dateCells(sheet)) };
  const groups = new Map<string, Group>();
  /** Rows that are refused and belong to no order that is known. */
  const strays: RefusedRow[] = [];
  let above: Above | undefined;
  for (const written of sheet.rows) {
    const row = format.fillDown && above ? fillDown(sheet, written, above.row) : written;
    const read = attempt(() => readOrderRow(sheet, row, format));
    const key = orderOf(sheet, row, format, above);
    if (key === undefined) {
      if (read instanceof Refusal) strays.push(refuseRow(sheet, written, read));
      continue;
    }
    const group = groups.get(key) ?? { externalId: key, line: row.line, rows: [], bad: [] };
    groups.set(key, group);
    if (read instanceof Refusal) group.bad.push(refuseRow(sheet, written, read));
    else group.rows.push(read);
    above = { row, key };
  }
  return finish([...groups.values()], strays);
}

/** The row before, with the order it belongs to. */
interface Above {
  row: Row;
  key: string;
}

/** The order that a row belongs to, refused rows as well; undefined when nothing tells. */
function orderOf(sheet: Sheet, row: Row, format: OrdersFormat, above: Above | undefined): string | undefined {
  const id = cellOf(sheet, row, 'order');
  const aboveId = above && cellOf(sheet, above.row, 'order');
  // Where a row breaks off within its number, it may be a row of the order above, if what is left of the number fits.
  if (row.problem && row.cells.length <= (sheet.columns.order ?? 0) + 1)
    return aboveId?.startsWith(id) ? above?.key : undefined;
  if (!id || !format.dailyNumbers) return id || undefined;
  const moment = attempt(() => parseMoment(cellOf(sheet, row, 'date'), cellOf(sheet, row, 'time'), format));
  if (!(moment instanceof Refusal)) return `${moment.slice(0, 10)} ${id}`;
  return aboveId === id ? above?.key : undefined;
}

function fillDown(sheet: Sheet, row: Row, above: Row): Row {
  if (row.problem || ORDER_CELLS.some((field) => field !== 'channel' && cellOf(sheet, row, field))) return row;
  const cells = [...row.cells];
  for (const field of ORDER_CELLS) {
    const index = sheet.columns[field];
    if (index !== undefined) cells[index] = above.cells[index] ?? '';
  }
  return { ...row, cells };
}

function finish(groups: readonly Group[], strays: readonly RefusedRow[]): OrdersPlan {
  const judged = groups.map((group) => ({ group, refusals: refusalsOf(group) }));
  const lost = judged.filter(({ refusals }) => refusals.length > 0);
  return {
    orders: judged.filter(({ refusals }) => refusals.length === 0).map(({ group }) => orderFrom(group)),
    lineOf: new Map(groups.map(({ externalId, line }) => [externalId, line])),
    refused: [...strays, ...lost.flatMap(({ refusals }) => refusals)].sort((a, b) => a.line - b.line),
    rowsRefused: strays.length + groups.reduce((sum, { bad }) => sum + bad.length, 0),
    rowsLost: lost.reduce((sum, { group }) => sum + group.rows.length, 0),
    ordersRefused: lost.length,
    notes: notesOf(groups.flatMap(({ rows }) => rows.flatMap(({ doubts }) => doubts))),
  };
}

function orderFrom({ externalId, rows }: Group): PastOrder {
  const moments = rows.map(({ moment }) => moment).sort();
  return {
    externalId,
    placedAt: moments[0] as string,
    channel: rows.find(({ channel }) => channel)?.channel ?? 'DINE_IN',
    lines: rows.flatMap(({ lines }) => lines),
  };
}

/** Why an order is not taken; nothing when it is. */
function refusalsOf({ externalId, line, rows, bad }: Group): RefusedRow[] {
  if (bad.length > 0) {
    const whole = `order ${externalId}, which begins in line ${line}, is refused whole`;
    return bad.map((row) => ({ ...row, message: `${row.message}; ${whole}` }));
  }
  const times = rows.map(({ moment }) => Date.parse(`${moment}Z`)).sort((a, b) => a - b);
  if ((times.at(-1) as number) - (times[0] as number) <= LONGEST_STAY) return [];
  const message = `rows of order ${externalId} lie days apart; if the till counts from 1 each day, pass --daily-numbers`;
  return [{ line, code: 'ORDER_TIMES_APART', message, content: externalId }];
}

function notesOf(doubts: readonly Doubt[]): string[] {
  const count = (of: Doubt) => doubts.filter((doubt) => doubt === of).length;
  const [amounts, channels] = [count('amount'), count('channel')];
  const notes: string[] = [];
  if (amounts)
    notes.push(`in ${amounts} rows the amount is not price times quantity (a discount?); the price was taken`);
  if (channels) notes.push(`${channels} rows name a channel that is not known; they count as eaten in`);
  return notes;
}

/** What orders come to, in minor units. */
export function sumOf(orders: readonly PastOrder[]): number {
  const lines = orders.flatMap((order) => order.lines);
  return lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0);
}
