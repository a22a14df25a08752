import { LockMode } from '@mikro-orm/core';
import { ensureRow, insertNew } from '../../../kernel/database/insert-new.ts';
import { list, whole } from '../../../kernel/input.ts';
import type { Context, Host, Transaction } from '../../../kernel/module.ts';
import { Recipe, Reservation, ReservationLine, type ReservationState, StockItem } from '../entities.ts';
import { needsOf, type PortionLine, type Shortage, shortagesOf } from '../portions.ts';
import { announcePortions } from './announce.ts';
import { recordMove } from './stock.ts';

const MOST_LINES = 1_000;
const MOST_PORTIONS = 1_000_000;

/** What an order asks of a store's stock. */
export interface StockOrder {
  orderId: string;
  storeId: string;
  lines: readonly PortionLine[];
}

/** Whether all of an order is reserved, and what was lacking if not. */
export interface HoldResult {
  held: boolean;
  shortages: Shortage[];
}

/** What could not be had right now; holds nothing. */
export async function findShortages(ctx: Context, storeId: string, lines: readonly PortionLine[]): Promise<Shortage[]> {
  checkLines(lines);
  const recipes = await recipesFor(ctx, storeId, lines);
  const items = await ctx.em.find(StockItem, { id: { $in: [...needsOf(lines, recipes).keys()] } });
  return shortagesOf(lines, recipes, availableOf(items));
}

/**
 * Reserves all that an order takes, or nothing. A repeat for the same order finds it held; after a release nothing is
 * reserved any more, and there are no shortages to tell of.
 */
export function holdStock(host: Host, ctx: Context, { orderId, storeId, lines }: StockOrder): Promise<HoldResult> {
  checkLines(lines);
  return host.transact(ctx, async (tx) => {
    // The order's row first, as everywhere: whoever comes for the same order at the same moment waits for it.
    if (!(await insertNew(tx, Reservation, { orderId, state: 'HELD', at: host.clock.now() }))) {
      const known = await tx.em.findOneOrFail(Reservation, orderId);
      return { held: known.state !== 'RELEASED', shortages: [] };
    }
    const recipes = await recipesFor(tx, storeId, lines);
    const needs = needsOf(lines, recipes);
    // Locked in the order of their ids, as everywhere, so that two orders never wait for each other.
    const items = await tx.em.find(
      StockItem,
      { id: { $in: [...needs.keys()] } },
      { orderBy: { id: 'asc' }, lockMode: LockMode.PESSIMISTIC_WRITE },
    );
    const shortages = shortagesOf(lines, recipes, availableOf(items));
    if (shortages.length > 0) {
      await tx.em.nativeDelete(Reservation, { orderId });
      return { held: false, shortages };
    }
    for (const [stockItemId, quantity] of needs) {
      await change(tx, 'update stock_item set reserved = reserved + ? where id = ? and on_hand - reserved >= ?', [
        quantity,
        stockItemId,
        quantity,
      ]);
    }
    const rows = [...needs].map(([stockItemId, quantity]) => ({ orderId, stockItemId, quantity }));
    if (rows.length > 0) await tx.em.insertMany(ReservationLine, rows);
    await announcePortions(host, tx, new Map([...needs].map(([id, quantity]) => [id, -quantity])));
    return { held: true, shortages: [] };
  });
}

/** Gives back what an unpaid order reserved, once; an order that was never heard of can reserve nothing from now on. */
export async function releaseStock(host: Host, tx: Transaction, orderId: string): Promise<void> {
  await ensureRow(tx, Reservation, { orderId, state: 'RELEASED', at: host.clock.now() });
  if (!(await turn(host, tx, orderId, 'HELD', 'RELEASED'))) return;
  const lines = await linesOf(tx, orderId);
  for (const { stockItemId, quantity } of lines) {
    await change(tx, 'update stock_item set reserved = reserved - ? where id = ? and reserved >= ?', [
      quantity,
      stockItemId,
      quantity,
    ]);
  }
  await announcePortions(host, tx, new Map(lines.map(({ stockItemId, quantity }) => [stockItemId, quantity])));
}

/** Takes what a paid order reserved out of stock, once. */
export async function commitStock(host: Host, tx: Transaction, orderId: string): Promise<void> {
  if (!(await turn(host, tx, orderId, 'HELD', 'COMMITTED'))) return;
  for (const { stockItemId, quantity } of await linesOf(tx, orderId)) {
    await change(
      tx,
      `update stock_item set on_hand = on_hand - ?, reserved = reserved - ?
       where id = ? and reserved >= ? and on_hand >= ?`,
      [quantity, quantity, stockItemId, quantity, quantity],
    );
    await recordMove(host, tx, { stockItemId, kind: 'SOLD', quantity: -quantity, orderId });
  }
}

/** Puts what a paid order took back into stock, once. */
export async function returnStock(host: Host, tx: Transaction, orderId: string): Promise<void> {
  if (!(await turn(host, tx, orderId, 'COMMITTED', 'RELEASED'))) return;
  const lines = await linesOf(tx, orderId);
  for (const { stockItemId, quantity } of lines) {
    await change(tx, 'update stock_item set on_hand = on_hand + ? where id = ?', [quantity, stockItemId]);
    await recordMove(host, tx, { stockItemId, kind: 'RETURNED', quantity, orderId });
  }
  await announcePortions(host, tx, new Map(lines.map(({ stockItemId, quantity }) => [stockItemId, quantity])));
}

/** Puts what a part of a paid order took back into stock, by today's recipes and never more than the order took. */
export async function returnPart(host: Host, tx: Transaction, { orderId, storeId, lines }: StockOrder): Promise<void> {
  // The order's row first, as everywhere: what is returned in full at the same moment waits for it.
  if (!(await turn(host, tx, orderId, 'COMMITTED', 'COMMITTED'))) return;
  const needs = needsOf(lines, await recipesFor(tx, storeId, lines));
  const returned = new Map<string, number>();
  for (const { stockItemId, quantity: taken } of await linesOf(tx, orderId)) {
    const quantity = Math.min(taken, needs.get(stockItemId) ?? 0);
    if (quantity === 0) continue;
    const line = { orderId, stockItemId };
    if (quantity === taken) await tx.em.nativeDelete(ReservationLine, line);
    else await tx.em.nativeUpdate(ReservationLine, line, { quantity: taken - quantity });
    await change(tx, 'update stock_item set on_hand = on_hand + ? where id = ?', [quantity, stockItemId]);
    await recordMove(host, tx, { stockItemId, kind: 'RETURNED', quantity, orderId });
    returned.set(stockItemId, quantity);
  }
  await announcePortions(host, tx, returned);
}

function checkLines(lines: readonly PortionLine[]): void {
  list('lines', lines, 0, MOST_LINES);
  for (const [index, { quantity }] of lines.entries()) whole(`lines.${index}.quantity`, quantity, 1, MOST_PORTIONS);
}

function recipesFor({ em }: Context, storeId: string, lines: readonly PortionLine[]): Promise<Recipe[]> {
  return em.find(Recipe, { storeId, menuItemId: { $in: lines.map(({ menuItemId }) => menuItemId) } });
}

function availableOf(items: readonly StockItem[]): Map<string, number> {
  return new Map(items.map(({ id, onHand, reserved }) => [id, onHand - reserved]));
}

function linesOf({ em }: Transaction, orderId: string) {
  return em.find(ReservationLine, { orderId }, { orderBy: { stockItemId: 'asc' } });
}

/** Moves a reservation on, for one caller only; false when it was not where it should come from. */
async function turn(host: Host, tx: Transaction, orderId: string, from: ReservationState, to: ReservationState) {
  return (await tx.em.nativeUpdate(Reservation, { orderId, state: from }, { state: to, at: host.clock.now() })) === 1;
}

/** A guarded statement that holds by what the reservation says; if it does not, nothing of the transaction may stay. */
async function change({ em }: Transaction, sql: string, values: (string | number)[]): Promise<void> {
  const { affectedRows } = await em.execute<{ affectedRows: number }>(sql, values, 'run');
  if (affectedRows !== 1) throw new Error(`stock does not bear out a reservation: ${sql}`);
}
