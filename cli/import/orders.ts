import type { Channel } from './fields.ts';
import { fillFrom, looksMerged } from './merged.ts';
import { dayOrderOf, type MomentFormat, parseMoment } from './moments.ts';
import { countOf, discountNote, doubtNotes } from './notes.ts';
import { type OrderRow, type PastLine, readOrderRow } from './order-row.ts';
import { attempt, CommandFailure, Refusal, type RefusedRow } from './refusal.ts';
import { settle } from './returns.ts';
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
  /** Whether a row without a number and a date belongs to the order above it although the file does not look merged. */
  fillDown: boolean;
}

/** The fields of a file of orders, and those it cannot be without. */
export const ORDERS = {
  fields: [
    ...(['order', 'date', 'time', 'name', 'spec', 'price', 'amount', 'quantity', 'unit', 'channel'] as const),
    ...(['currency', 'status', 'void', 'gift', 'discount'] as const),
  ],
  needs: [['order'], ['date', 'time'], ['name'], ['price', 'amount']],
} as const;

/** Rows of one order may lie so far apart, in milliseconds: guests order more, but not on the next day. */
const LONGEST_STAY = 12 * 3_600_000;
const TIMES_APART = 'ORDER_TIMES_APART';
const ORDER_CELLS = ['order', 'date', 'time', 'channel'] as const;

/** A header of a status that is the whole order's, so that it counts for the rows below its first as well. */
const WHOLE_ORDER = /订单|訂單|账单|交易|order|transaction/i;

/** An order as its rows come in. */
interface Group {
  externalId: string;
  /** The line of its first row. */
  line: number;
  /** How many rows it has, good and bad. */
  size: number;
  rows: OrderRow[];
  /** The rows that cannot be taken, and with them the order. */
  bad: RefusedRow[];
}

/**
 * The orders of a file: its rows by their order's number, wherever they lie. An order stands at its earliest row. A row
 * that is refused takes its whole order with it, for an order without one of its dishes would be wrong. Throws a
 * CommandFailure for a till that counts anew each day when that was not said.
 */
export function planOrders(sheet: Sheet, options: OrdersFormat): OrdersPlan {
  const format = { ...options, dayOrder: options.dayOrder ?? dayOrderOf(dateCells(sheet)) };
  const groups = new Map<string, Group>();
  /** Rows that are refused and belong to no order that is known. */
  const strays: RefusedRow[] = [];
  const isBlank = (row: Row) => !(['order', 'date', 'time'] as const).some((field) => cellOf(sheet, row, field));
  const merged = format.fillDown || looksMerged(sheet.rows, sheet.columns, 'order', isBlank);
  const statusOfOrders = WHOLE_ORDER.test(sheet.headers[sheet.columns.status ?? -1] ?? '') ? (['status'] as const) : [];
  let filled = 0;
  let above: Above | undefined;
  for (const written of sheet.rows) {
    let row = written;
    if (above && !row.problem && ((merged && isBlank(row)) || sameOrder(sheet, row, above.row))) {
      if (isBlank(row)) filled += 1;
      row = fillFrom(above.row, row, sheet.columns, [...ORDER_CELLS, ...statusOfOrders]);
    }
    const read = attempt(() => readOrderRow(sheet, row, format));
    const key = orderOf(sheet, row, format, above);
    if (key === undefined) {
      if (read instanceof Refusal) strays.push(refuseRow(sheet, written, read));
      continue;
    }
    const group = groups.get(key) ?? { externalId: key, line: row.line, size: 0, rows: [], bad: [] };
    groups.set(key, group);
    group.size += 1;
    if (read instanceof Refusal) group.bad.push(refuseRow(sheet, written, read));
    else group.rows.push(read);
    above = { row, key };
  }
  const notes =
    filled > 0 ? [`${countOf(filled, 'row')}: no number and no date; taken with the order above (merged cells)`] : [];
  return finish(sheet, [...groups.values()], strays, notes);
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

function sameOrder(sheet: Sheet, row: Row, above: Row): boolean {
  const id = cellOf(sheet, row, 'order');
  return id !== '' && id === cellOf(sheet, above, 'order');
}

function finish(sheet: Sheet, groups: readonly Group[], strays: readonly RefusedRow[], notes: string[]): OrdersPlan {
  const judged = groups.map((group) => {
    const { lines, unmatched } = settle(group.rows);
    group.bad.push(...unmatched.map(({ row, refusal }) => refuseRow(sheet, row, refusal)));
    return { group, lines, refusals: refusalsOf(group) };
  });
  assertSteadyNumbers(judged.map(({ refusals }) => refusals));
  const lost = judged.filter(({ refusals }) => refusals.length > 0);
  const taken = judged.filter(({ refusals, lines }) => refusals.length === 0 && lines.length > 0);
  const empty = judged.length - lost.length - taken.length;
  if (empty > 0) notes.push(`${countOf(empty, 'order')}: nothing of it was kept; left out`);
  const bad = groups.reduce((sum, group) => sum + group.bad.length, 0);
  const rowsOfLost = lost.reduce((sum, { group }) => sum + group.size, 0);
  return {
    orders: taken.map(({ group, lines }) => orderFrom(group, lines)),
    lineOf: new Map(groups.map(({ externalId, line }) => [externalId, line])),
    refused: [...strays, ...lost.flatMap(({ refusals }) => refusals)].sort((a, b) => a.line - b.line),
    rowsRefused: strays.length + bad,
    rowsLost: rowsOfLost - bad,
    ordersRefused: lost.length,
    notes: [
      ...notes,
      ...doubtNotes(groups.flatMap(({ rows }) => rows.flatMap(({ doubts }) => doubts))),
      ...discountNote(sheet),
    ],
  };
}

function orderFrom({ externalId, rows }: Group, lines: PastLine[]): PastOrder {
  const moments = rows.map(({ moment }) => moment).sort();
  return {
    externalId,
    placedAt: moments[0] as string,
    channel: rows.find(({ channel }) => channel)?.channel ?? 'DINE_IN',
    lines,
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
  const message = `rows of order ${externalId} lie more than 12 hours apart, so they are not one order`;
  return [{ line, code: TIMES_APART, message, content: externalId }];
}

/**
 * Stops at a file whose numbers come again on other days. Taken by its numbers alone, the orders that happen to be of one
 * day would come in, and then again, as others, with --daily-numbers.
 */
function assertSteadyNumbers(orders: readonly (readonly RefusedRow[])[]): void {
  const apart = orders.flat().filter(({ code }) => code === TIMES_APART);
  if (apart.length * 10 < orders.length || !apart[0]) return;
  throw new CommandFailure(
    `${apart[0].message} (line ${apart[0].line}), and ${apart.length - 1} more are like it: if the till counts its orders from 1 each day, pass --daily-numbers; nothing was taken`,
  );
}

/** What orders come to, in minor units. */
export function sumOf(orders: readonly PastOrder[]): number {
  const lines = orders.flatMap((order) => order.lines);
  return lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0);
}
