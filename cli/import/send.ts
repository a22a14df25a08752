import { GraphFailure } from '../client.ts';
import type { Connection } from './connection.ts';
import type { MenuRow } from './menu.ts';
import type { PastOrder } from './orders.ts';
import { CommandFailure } from './refusal.ts';

/** Small enough that a call takes well under a second and its body well under a megabyte. */
const ROWS_A_CALL = 200;
const LINES_A_CALL = 1_500;
const ORDERS_A_CALL = 200;

/** What became of the rows of a menu, added up. */
export interface MenuOutcome {
  dishesCreated: number;
  specsCreated: number;
  pricesChanged: number;
  unchanged: number;
  refused: { row: number; code: string; message: string }[];
}

/** What became of past orders, added up; `total` in minor units. */
export interface OrdersOutcome {
  created: number;
  unchanged: number;
  total: number;
  refused: { externalId: string; code: string; message: string }[];
}

/** Sends a menu in pieces; a piece sent twice changes nothing. `onDone` hears how many rows are through. */
export async function sendMenu(
  connection: Connection,
  storeId: string,
  rows: readonly MenuRow[],
  onDone: (rows: number) => void,
): Promise<MenuOutcome> {
  const sum: MenuOutcome = { dishesCreated: 0, specsCreated: 0, pricesChanged: 0, unchanged: 0, refused: [] };
  for (let from = 0; from < rows.length; from += ROWS_A_CALL) {
    const { importMenu } = await send(
      connection,
      `mutation ($input: ImportMenuInput!) { importMenu(input: $input) {
        dishesCreated specsCreated pricesChanged unchanged refused { row code message } } }`,
      { storeId, rows: rows.slice(from, from + ROWS_A_CALL) },
      from,
    );
    sum.dishesCreated += importMenu.dishesCreated;
    sum.specsCreated += importMenu.specsCreated;
    sum.pricesChanged += importMenu.pricesChanged;
    sum.unchanged += importMenu.unchanged;
    sum.refused.push(...importMenu.refused);
    onDone(Math.min(from + ROWS_A_CALL, rows.length));
  }
  return sum;
}

/** Sends past orders in pieces; a piece sent twice changes nothing. `onDone` hears how many orders are through. */
export async function sendOrders(
  connection: Connection,
  target: { storeId: string; source: string },
  orders: readonly PastOrder[],
  onDone: (orders: number) => void,
): Promise<OrdersOutcome> {
  const sum: OrdersOutcome = { created: 0, unchanged: 0, total: 0, refused: [] };
  let done = 0;
  for (const piece of pieces(orders)) {
    const { importOrders } = await send(
      connection,
      `mutation ($input: ImportOrdersInput!) { importOrders(input: $input) {
        created unchanged total refused { externalId code message } } }`,
      { ...target, orders: piece },
      done,
    );
    sum.created += importOrders.created;
    sum.unchanged += importOrders.unchanged;
    sum.total += importOrders.total;
    sum.refused.push(...importOrders.refused);
    done += piece.length;
    onDone(done);
  }
  return sum;
}

/** Cuts orders into pieces that are small by their number and by their lines. */
function* pieces(orders: readonly PastOrder[]): Generator<PastOrder[]> {
  let piece: PastOrder[] = [];
  let lines = 0;
  for (const order of orders) {
    if (piece.length > 0 && (piece.length >= ORDERS_A_CALL || lines + order.lines.length > LINES_A_CALL)) {
      yield piece;
      piece = [];
      lines = 0;
    }
    piece.push(order);
    lines += order.lines.length;
  }
  if (piece.length > 0) yield piece;
}

async function send(connection: Connection, mutation: string, input: object, done: number) {
  try {
    return await connection.ask(mutation, { input });
  } catch (error) {
    if (!(error instanceof GraphFailure || error instanceof CommandFailure)) throw error;
    if (error instanceof GraphFailure && error.code === 'FORBIDDEN')
      throw new CommandFailure('whoever is signed in may not import for this store (FORBIDDEN); see --staff and --pin');
    const code = error instanceof GraphFailure ? ` (${error.code})` : '';
    const standing = done > 0 ? `; the first ${done} stand, and running it again goes on from there` : '';
    throw new CommandFailure(`${error.message}${code}${standing}`);
  }
}
