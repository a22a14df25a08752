import { TimeoutStrategy, timeout } from 'cockatiel';
import { SECOND } from '../../../kernel/clock.ts';
import type { Context } from '../../../kernel/module.ts';
import type { PurchaseOrderInput } from '../../../schema/types/inventory.ts';
import { StockItem } from '../entities.ts';
import { inventoryError } from '../errors.ts';
import { type SendResult, type SupplierOrder, Supplier as SupplierPort } from '../ports.ts';
import { PurchaseLine, PurchaseOrder, Supplier } from '../purchase-entities.ts';
import type { InventoryHost } from '../settings.ts';
import { change, move, purchaseForChange } from './change-purchase.ts';
import { visiblePurchase } from './find-purchases.ts';

/** How many are sent again in one run, side by side: those that have waited longest. */
const BATCH = 20;
/** How much longer than a supplier may take an order on its way is left alone, in milliseconds. */
const GRACE = 5 * SECOND;

/**
 * Sends a drafted order. That it is on its way is written down before the supplier hears of it, so that it is sent again,
 * under the same number, when nobody knows what came of it. Throws PURCHASE_ORDER_STATE and SUPPLIER_UNREACHABLE.
 */
export async function sendPurchase(
  host: InventoryHost,
  ctx: Context,
  input: PurchaseOrderInput,
): Promise<PurchaseOrder> {
  const { id, supplierId } = await visiblePurchase(ctx, input.purchaseOrderId, 'stock:write');
  const claim = { mutation: 'sendPurchaseOrder', key: input.idempotencyKey, input };
  if ((await host.outcomeOf(ctx, claim)) === null) {
    const { provider, account } = await ctx.em.findOneOrFail(Supplier, supplierId);
    if (!(await (await host.port(SupplierPort, provider))?.knows(account)))
      throw inventoryError('SUPPLIER_UNREACHABLE', { provider, account });
  }
  const { repeated } = await host.transact(ctx, (tx) =>
    host.once(tx, claim, async () => {
      const now = host.clock.now();
      const order = await purchaseForChange(tx, id);
      await move(host, tx, order, { to: 'SENDING', by: 'STAFF' }, { orderedAt: now, askedAt: now });
      return id;
    }),
  );
  // A repeat leaves it to the first, or to the job.
  if (!repeated) await sendOn(host, id);
  return ctx.em.findOneOrFail(PurchaseOrder, id, { refresh: true });
}

/** Sends again what nobody knows whether its supplier has it. */
export async function resendPurchases(host: InventoryHost, ctx: Context): Promise<void> {
  const now = host.clock.now();
  const patience = host.settings.supplierTimeoutSeconds * SECOND + GRACE;
  // What was sent that far in the future was sent before the clock went back.
  const due = [{ askedAt: { $lte: now - patience } }, { askedAt: { $gt: now + patience } }];
  const open = { state: 'SENDING' as const, $or: due };
  const orders = await ctx.em.find(PurchaseOrder, open, { orderBy: { askedAt: 'asc' }, limit: BATCH });
  if (orders.length === 0) return;
  const ids = orders.map(({ id }) => id);
  await host.transact(ctx, (tx) =>
    tx.em.nativeUpdate(PurchaseOrder, { id: { $in: ids }, state: 'SENDING' }, { askedAt: now }),
  );
  await Promise.all(ids.map((id) => sendOn(host, id)));
}

/** Sends an order that is on its way, and writes down what came of it; nothing when nobody knows. */
async function sendOn(host: InventoryHost, id: string): Promise<void> {
  const { em } = host.context();
  const order = await em.findOneOrFail(PurchaseOrder, id);
  if (order.state !== 'SENDING') return;
  let result: SendResult;
  try {
    const supplier = await em.findOneOrFail(Supplier, order.supplierId);
    const limit = timeout(host.settings.supplierTimeoutSeconds * SECOND, TimeoutStrategy.Aggressive);
    const asked = await forSupplier(host, order, supplier);
    result = await limit.execute(async () => {
      const way = await host.port(SupplierPort, supplier.provider);
      if (!way) throw new Error(`there is no way to suppliers called ${supplier.provider}`);
      return way.send(asked);
    });
  } catch (error) {
    host.log.warn({ error, purchaseOrderId: id }, 'whether a supplier has an order is not certain yet');
    return;
  }
  await settle(host, id, result);
}

/** A document of the supplier may have moved the order on before: then all is known already. */
function settle(host: InventoryHost, id: string, result: SendResult): Promise<void> {
  return host.transact(host.context(), async (tx) => {
    const order = await purchaseForChange(tx, id);
    if (result.outcome === 'refused') {
      const reason = [...result.reason].slice(0, 500).join('');
      if (order.state === 'SENDING') await move(host, tx, order, { to: 'REFUSED', by: 'PRODUCT' }, { reason });
      return;
    }
    const reference = order.reference ?? ([...(result.reference ?? '')].slice(0, 100).join('') || null);
    if (order.state === 'SENDING') await move(host, tx, order, { to: 'SENT', by: 'PRODUCT' }, { reference });
    else if (order.reference !== reference) await change(host, tx, order, { reference });
  });
}

async function forSupplier(
  host: InventoryHost,
  order: PurchaseOrder,
  { account, name }: Supplier,
): Promise<SupplierOrder> {
  const { em } = host.context();
  const lines = await em.find(PurchaseLine, { orderId: order.id }, { orderBy: { line: 'asc' } });
  const items = await em.find(StockItem, { id: { $in: lines.map(({ stockItemId }) => stockItemId) } });
  const units = new Map(items.map(({ id, unit }) => [id, unit]));
  const { storeId, storeName, currency, orderedAt, deliverOn = null, note = null, total } = order;
  return {
    orderId: order.id,
    account,
    storeId,
    storeName,
    supplierName: name,
    currency,
    deliverOn,
    note,
    total,
    orderedAt: orderedAt ?? order.createdAt,
    lines: lines.map(({ line, stockItemId, code, name: product, packs, packQuantity, price }) => ({
      line,
      code,
      name: product,
      packs,
      price,
      pack: { quantity: packQuantity, unit: units.get(stockItemId) ?? 'PIECE' },
    })),
  };
}
