import { LockMode, UniqueConstraintViolationException } from '@mikro-orm/core';
import { badInput } from '../../../kernel/errors.ts';
import { callerOf, hasScope, requirePerson, requireScope } from '../../../kernel/identity.ts';
import { newId } from '../../../kernel/ids.ts';
import { optionalText, text, whole } from '../../../kernel/input.ts';
import type { Context, Host, Transaction } from '../../../kernel/module.ts';
import { type Connection, type PageArgs, page } from '../../../kernel/paging.ts';
import type { CreateStockItemInput, MoveStockInput } from '../../../schema/types/inventory.ts';
import { WeighedGramsDocument } from '../../../schema/types/inventory-asks-devices.ts';
import { KnownStoreDocument } from '../../../schema/types/inventory-asks-menu.ts';
import { MOST_ON_HAND, type MoveKind, StockItem, StockMove } from '../entities.ts';
import { inventoryError } from '../errors.ts';
import { stockItemById } from '../loaders.ts';
import { announcePortions } from './announce.ts';

/** A store's stock items by name. Needs stock:read for the store. */
export function listStock(ctx: Context, storeId: string, args: PageArgs): Promise<Connection<StockItem>> {
  requireScope(ctx.identity, 'stock:read', storeId);
  return page(
    args,
    (item: StockItem) => item.name,
    (limit, after) =>
      ctx.em.find(
        StockItem,
        { storeId, ...(after !== null && { name: { $gt: after } }) },
        { orderBy: { name: 'asc' }, limit },
      ),
  );
}

/** A stock item as whoever asks may see it: null without stock:read for its store. */
export async function visibleStockItem(ctx: Context, id: string): Promise<StockItem | null> {
  const item = await stockItemById(ctx).load(id);
  return item && hasScope(ctx.identity, 'stock:read', item.storeId) ? item : null;
}

/** Adds something a store keeps. Throws STORE_NOT_FOUND and STOCK_ITEM_EXISTS. */
export async function createStockItem(host: Host, ctx: Context, input: CreateStockItemInput): Promise<StockItem> {
  const { idempotencyKey, storeId, unit } = input;
  requireScope(ctx.identity, 'stock:write', storeId);
  const name = text('name', input.name, 1, 100);
  const onHand = whole('onHand', input.onHand, 0, MOST_ON_HAND);
  const { store } = await host.ask(ctx, 'menu', KnownStoreDocument, { id: storeId });
  if (!store) throw inventoryError('STORE_NOT_FOUND', { storeId });
  const outcome = await host.transact(ctx, (tx) =>
    host.once(tx, { mutation: 'createStockItem', key: idempotencyKey, input }, async () => {
      const id = newId();
      try {
        await tx.em.insert(StockItem, { id, storeId, name, unit, onHand: 0, reserved: 0, largestPortion: 0 });
      } catch (error) {
        if (error instanceof UniqueConstraintViolationException) throw inventoryError('STOCK_ITEM_EXISTS', { name });
        throw error;
      }
      if (onHand > 0) await moveByHand(host, tx, { stockItemId: id, kind: 'RECEIVED', quantity: onHand, note: null });
      return id;
    }),
  );
  return ctx.em.findOneOrFail(StockItem, outcome.id);
}

/** Records what came in, was thrown away or was counted. Throws STOCK_NEGATIVE and STOCK_TOO_LARGE. */
export async function moveStock(host: Host, ctx: Context, input: MoveStockInput): Promise<StockItem> {
  const { idempotencyKey, stockItemId, kind } = input;
  requirePerson(ctx.identity);
  const note = optionalText('note', input.note, 200);
  const item = await ctx.em.findOne(StockItem, stockItemId);
  if (!item) throw inventoryError('STOCK_ITEM_NOT_FOUND', { stockItemId });
  requireScope(ctx.identity, 'stock:write', item.storeId);
  const claim = { mutation: 'moveStock', key: idempotencyKey, input };
  // A weighing is not asked about again: by then it may be too old.
  if ((await host.outcomeOf(ctx, claim)) !== null)
    return ctx.em.findOneOrFail(StockItem, stockItemId, { refresh: true });
  const { quantity, weighingId } = await amountOf(host, ctx, item, input);
  const outcome = await host.transact(ctx, (tx) =>
    host.once(tx, claim, () => moveByHand(host, tx, { stockItemId, kind, quantity, weighingId, note })),
  );
  return ctx.em.findOneOrFail(StockItem, outcome.id);
}

/** How much a change is about: what is said, or what was weighed. */
async function amountOf(host: Host, ctx: Context, { unit, storeId }: StockItem, input: MoveStockInput) {
  const { quantity = null, weighingId = null } = input;
  if ((quantity === null) === (weighingId === null))
    throw badInput('quantity', 'either it or weighingId is given, and not both');
  if (weighingId === null) return { quantity: whole('quantity', quantity ?? 0, 0, MOST_ON_HAND), weighingId };
  if (unit !== 'GRAM') throw badInput('weighingId', 'is for what is kept in grams');
  const { weighedGrams } = await host.ask(ctx, 'devices', WeighedGramsDocument, { weighingId, storeId });
  if (weighedGrams == null) throw inventoryError('WEIGHING_NOT_FOUND', { weighingId });
  return { quantity: weighedGrams, weighingId };
}

/** A change of stock for the ledger. */
interface Move {
  stockItemId: string;
  kind: MoveKind;
  /** What is added; below 0 for what is taken. */
  quantity: number;
  orderId?: string;
  note?: string | null;
  weighingId?: string | null;
}

/** Records what came in, was thrown away or was counted, in a transaction. Throws STOCK_NEGATIVE and STOCK_TOO_LARGE. */
export async function moveByHand(
  host: Host,
  tx: Transaction,
  move: Move & Pick<MoveStockInput, 'kind'>,
): Promise<string> {
  const { stockItemId, kind, quantity } = move;
  // Locked, so that the difference to what was counted stays true until it is written.
  const { onHand } = await tx.em.findOneOrFail(StockItem, stockItemId, { lockMode: LockMode.PESSIMISTIC_WRITE });
  const added = { RECEIVED: quantity, WASTED: -quantity, COUNTED: quantity - onHand }[kind];
  const { affectedRows } = await tx.em.execute<{ affectedRows: number }>(
    `update stock_item set on_hand = on_hand + ?
     where id = ? and on_hand + ? >= reserved and on_hand + ? <= ?`,
    [added, stockItemId, added, added, MOST_ON_HAND],
    'run',
  );
  if (affectedRows === 0) throw inventoryError(added < 0 ? 'STOCK_NEGATIVE' : 'STOCK_TOO_LARGE', { stockItemId });
  try {
    await recordMove(host, tx, { ...move, quantity: added });
  } catch (error) {
    if (error instanceof UniqueConstraintViolationException) throw inventoryError('WEIGHING_USED');
    throw error;
  }
  await announcePortions(host, tx, new Map([[stockItemId, added]]));
  return stockItemId;
}

/** Writes a change of stock that was just made into the ledger. */
export async function recordMove(
  host: Host,
  tx: Transaction,
  { orderId, note, weighingId, ...move }: Move,
): Promise<void> {
  const { onHand } = await tx.em.findOneOrFail(StockItem, move.stockItemId, { refresh: true });
  await tx.em.insert(StockMove, {
    ...move,
    id: newId(),
    onHand,
    orderId: orderId ?? null,
    caller: callerOf(tx.identity),
    note: note ?? null,
    weighingId: weighingId ?? null,
    at: host.clock.now(),
  });
}
