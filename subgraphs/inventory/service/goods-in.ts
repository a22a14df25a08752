import { badInput } from '../../../kernel/errors.ts';
import { requirePerson } from '../../../kernel/identity.ts';
import { newId } from '../../../kernel/ids.ts';
import { list, optionalText, whole } from '../../../kernel/input.ts';
import type { Context, Transaction } from '../../../kernel/module.ts';
import type { ReceiveGoodsInput } from '../../../schema/types/inventory.ts';
import type { DespatchInput } from '../../../schema/types/inventory-internal.ts';
import { MOST_ON_HAND } from '../entities.ts';
import { inventoryError } from '../errors.ts';
import { Despatch, DespatchLine, PurchaseLine, PurchaseOrder, StockLot } from '../purchase-entities.ts';
import type { InventoryHost } from '../settings.ts';
import { change, move, purchaseForChange } from './change-purchase.ts';
import { visiblePurchase } from './find-purchases.ts';
import { approveMatching, isComplete } from './match-invoices.ts';
import { moveByHand } from './stock.ts';
import { takeDocument } from './supplier-document.ts';

const MOST_LOTS = 400;
/** What may still be under way to the store. */
const AWAITED = ['SENDING', 'SENT', 'CONFIRMED', 'PARTLY', 'SHIPPED', 'RECEIVED'];

/** Takes in what a supplier says it has sent, also before it has confirmed anything. */
export function reportDespatch(host: InventoryHost, ctx: Context, input: DespatchInput): Promise<boolean> {
  list('lines', input.lines, 1, MOST_LOTS);
  return takeDocument(host, ctx, 'reportDespatch', input, async (tx, { order, number, line, units }) => {
    if (!AWAITED.includes(order.state)) throw inventoryError('PURCHASE_ORDER_STATE', { state: order.state });
    const { id: orderId, supplierId } = order;
    const id = newId();
    const { issuedAt } = input;
    await tx.em.insert(Despatch, {
      id,
      orderId,
      supplierId,
      number,
      issuedAt,
      receivedAt: null,
      at: host.clock.now(),
    });
    const rows = input.lines.map(({ code, lot, bestBefore = null, ...given }, index) => {
      const field = `lines.${index}`;
      const shipped = units(`${field}.quantity`, line(field, given.line, code), given);
      const named = { lot: optionalText(`${field}.lot`, lot, 60), bestBefore };
      return { ...named, id: newId(), despatchId: id, orderId, line: given.line, shipped, received: null };
    });
    await tx.em.insertMany(DespatchLine, rows);
    if (order.state === 'SHIPPED') await change(host, tx, order, {});
    else await move(host, tx, order, { to: 'SHIPPED', by: 'SUPPLIER' });
  });
}

/**
 * Takes a delivery into stock as it was counted, once. Invoices that waited for it are compared anew. Throws
 * DESPATCH_NOT_FOUND, DESPATCH_RECEIVED and STOCK_TOO_LARGE.
 */
export async function receiveGoods(
  host: InventoryHost,
  ctx: Context,
  input: ReceiveGoodsInput,
): Promise<PurchaseOrder> {
  const { despatchId, idempotencyKey: key } = input;
  requirePerson(ctx.identity);
  const despatch = await ctx.em.findOne(Despatch, despatchId);
  if (!despatch) throw inventoryError('DESPATCH_NOT_FOUND', { despatchId });
  const { id, storeId, supplierId } = await visiblePurchase(ctx, despatch.orderId, 'stock:write');
  const lots = await ctx.em.find(DespatchLine, { despatchId }, { orderBy: { id: 'asc' } });
  const counted = countedOf(lots, input);
  await host.transact(ctx, (tx) =>
    host.once(tx, { mutation: 'receiveGoods', key, input }, async () => {
      const order = await purchaseForChange(tx, id);
      const now = host.clock.now();
      if ((await tx.em.nativeUpdate(Despatch, { id: despatchId, receivedAt: null }, { receivedAt: now })) !== 1)
        throw inventoryError('DESPATCH_RECEIVED', { despatchId });
      for (const { lot, stockItemId } of await inOrderOfStock(tx, id, lots)) {
        const received = counted.get(lot.id) ?? lot.shipped;
        await tx.em.nativeUpdate(DespatchLine, { id: lot.id }, { received });
        if (received === 0) continue;
        const note = `${despatch.number}${lot.lot ? `, ${lot.lot}` : ''}`;
        await moveByHand(host, tx, { stockItemId, kind: 'RECEIVED', quantity: received, note });
        const { lot: number, bestBefore } = lot;
        await tx.em.insert(StockLot, {
          id: newId(),
          stockItemId,
          storeId,
          supplierId,
          despatchLineId: lot.id,
          lot: number,
          bestBefore,
          received,
          receivedAt: now,
        });
      }
      await approveMatching(host, tx, order);
      await moveOn(host, tx, order);
      return id;
    }),
  );
  return ctx.em.findOneOrFail(PurchaseOrder, id, { refresh: true });
}

function countedOf(lots: readonly DespatchLine[], { counted }: ReceiveGoodsInput): Map<string, number> {
  list('counted', counted, 0, MOST_LOTS);
  const quantities = new Map<string, number>();
  for (const [index, { despatchLineId: id, quantity }] of counted.entries()) {
    if (quantities.has(id) || !lots.some((lot) => lot.id === id))
      throw badInput(`counted.${index}.despatchLineId`, 'is a lot of this delivery, each once');
    quantities.set(id, whole(`counted.${index}.quantity`, quantity, 0, MOST_ON_HAND));
  }
  return quantities;
}

/** Lots by the ids of their stock items: whoever else locks several of those does so in this order too. */
async function inOrderOfStock({ em }: Transaction, orderId: string, lots: readonly DespatchLine[]) {
  const items = new Map((await em.find(PurchaseLine, { orderId })).map((one) => [one.line, one.stockItemId]));
  const rows = lots.map((lot) => ({ lot, stockItemId: items.get(lot.line) ?? '' }));
  return rows.sort((a, b) => (a.stockItemId < b.stockItemId ? -1 : Number(a.stockItemId > b.stockItemId)));
}

/** RECEIVED when nothing is left to count, and CLOSED at once when nothing is left to be billed either. */
async function moveOn(host: InventoryHost, tx: Transaction, order: PurchaseOrder): Promise<void> {
  if ((await tx.em.count(Despatch, { orderId: order.id, receivedAt: null })) > 0) return change(host, tx, order, {});
  if (await isComplete(tx, order.id)) return move(host, tx, order, { to: 'CLOSED', by: 'PRODUCT' });
  return move(host, tx, order, { to: 'RECEIVED', by: 'STAFF' });
}
