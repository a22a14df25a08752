import { badInput } from '../../../kernel/errors.ts';
import { requireScope } from '../../../kernel/identity.ts';
import { newId } from '../../../kernel/ids.ts';
import { list, optionalText, whole } from '../../../kernel/input.ts';
import type { Context } from '../../../kernel/module.ts';
import type { DraftPurchaseOrderInput, PurchaseOrderInput } from '../../../schema/types/inventory.ts';
import { KnownStoreDocument } from '../../../schema/types/inventory-asks-menu.ts';
import { MOST_ON_HAND } from '../entities.ts';
import { inventoryError } from '../errors.ts';
import { PurchaseLine, PurchaseOrder, Supplier, SupplierProduct } from '../purchase-entities.ts';
import type { PurchaseState } from '../purchase-state.ts';
import type { InventoryHost } from '../settings.ts';
import { move, purchaseForChange } from './change-purchase.ts';
import { visiblePurchase } from './find-purchases.ts';

const MOST_LINES = 200;
const MOST_PACKS = 1_000_000;
/** What an order may cost, in minor units. */
const MOST_TOTAL = 1_000_000_000_000;

/** Writes an order down at the prices of the moment. Throws SUPPLIER_NOT_FOUND and SUPPLIER_PRODUCT_NOT_FOUND. */
export async function draftPurchase(
  host: InventoryHost,
  ctx: Context,
  input: DraftPurchaseOrderInput,
): Promise<PurchaseOrder> {
  const { storeId, supplierId, deliverOn = null, idempotencyKey: key } = input;
  requireScope(ctx.identity, 'stock:write', storeId);
  const note = optionalText('note', input.note, 500);
  const lines = await linesOf(ctx, input);
  const supplier = await ctx.em.findOne(Supplier, supplierId);
  if (!supplier) throw inventoryError('SUPPLIER_NOT_FOUND', { supplierId });
  const { store } = await host.ask(ctx, 'menu', KnownStoreDocument, { id: storeId });
  if (!store) throw inventoryError('STORE_NOT_FOUND', { storeId });
  const { currency } = supplier;
  const total = lines.reduce((sum, { price, packs }) => sum + price * packs, 0);
  if (total > MOST_TOTAL) throw badInput('lines', `cost more than ${MOST_TOTAL} minor units`);
  const outcome = await host.transact(ctx, (tx) =>
    host.once(tx, { mutation: 'draftPurchaseOrder', key, input }, async () => {
      const id = newId();
      await tx.em.insert(PurchaseOrder, {
        id,
        storeId,
        storeName: store.name,
        supplierId,
        currency,
        deliverOn,
        note,
        total,
        state: 'DRAFT',
        version: 1,
        reference: null,
        reason: null,
        createdAt: host.clock.now(),
        orderedAt: null,
        askedAt: null,
        respondedAt: null,
      });
      await tx.em.insertMany(
        PurchaseLine,
        lines.map((line) => ({ ...line, orderId: id, confirmed: null, reason: null })),
      );
      return id;
    }),
  );
  return ctx.em.findOneOrFail(PurchaseOrder, outcome.id);
}

/** The lines of an order, with what the products are at this moment. */
async function linesOf(ctx: Context, { storeId, supplierId, lines: asked }: DraftPurchaseOrderInput) {
  list('lines', asked, 1, MOST_LINES);
  const ids = asked.map(({ productId }) => productId);
  if (new Set(ids).size < ids.length) throw badInput('lines', 'name each product once');
  const products = await ctx.em.find(SupplierProduct, { id: { $in: ids }, storeId, supplierId });
  return asked.map(({ productId, packs }, index) => {
    const product = products.find(({ id }) => id === productId);
    if (!product) throw inventoryError('SUPPLIER_PRODUCT_NOT_FOUND', { productId });
    const { stockItemId, code, name, packQuantity, price } = product;
    whole(`lines.${index}.packs`, packs, 1, MOST_PACKS);
    const ordered = whole(`lines.${index}.packs`, packs * packQuantity, 1, MOST_ON_HAND);
    return { line: index + 1, stockItemId, code, name, packs, packQuantity, price, ordered };
  });
}

/** Ends a purchase order by hand: a draft is CANCELLED, one of which nothing more is expected CLOSED. */
export async function endPurchase(
  host: InventoryHost,
  ctx: Context,
  input: PurchaseOrderInput,
  to: PurchaseState & ('CANCELLED' | 'CLOSED'),
): Promise<PurchaseOrder> {
  const { id } = await visiblePurchase(ctx, input.purchaseOrderId, 'stock:write');
  const mutation = to === 'CANCELLED' ? 'cancelPurchaseOrder' : 'closePurchaseOrder';
  await host.transact(ctx, (tx) =>
    host.once(tx, { mutation, key: input.idempotencyKey, input }, async () => {
      await move(host, tx, await purchaseForChange(tx, id), { to, by: 'STAFF' });
      return id;
    }),
  );
  return ctx.em.findOneOrFail(PurchaseOrder, id, { refresh: true });
}
