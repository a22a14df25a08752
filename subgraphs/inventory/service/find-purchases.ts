import { badInput } from '../../../kernel/errors.ts';
import { hasScope, requirePerson, requireScope } from '../../../kernel/identity.ts';
import type { Context } from '../../../kernel/module.ts';
import { type Connection, type PageArgs, page } from '../../../kernel/paging.ts';
import { inventoryError } from '../errors.ts';
import {
  billedByPurchase,
  invoicesByPurchase,
  linesByPurchase,
  purchaseOrderById,
  shippedByPurchase,
} from '../loaders.ts';
import { differencesOf, type PurchaseDifference } from '../purchase-differences.ts';
import { type InvoiceState, PurchaseOrder, StockLot, SupplierInvoice } from '../purchase-entities.ts';
import type { PurchaseState } from '../purchase-state.ts';

/** A purchase order for staff with a scope for its store; PURCHASE_ORDER_NOT_FOUND otherwise. */
export async function visiblePurchase(ctx: Context, id: string, scope = 'stock:read'): Promise<PurchaseOrder> {
  requirePerson(ctx.identity);
  const order = await purchaseIfVisible(ctx, id);
  if (!order) throw inventoryError('PURCHASE_ORDER_NOT_FOUND', { id });
  requireScope(ctx.identity, scope, order.storeId);
  return order;
}

/** Like `visiblePurchase`, and null where it would throw. */
export async function purchaseIfVisible(ctx: Context, id: string): Promise<PurchaseOrder | null> {
  const order = await purchaseOrderById(ctx).load(id);
  return order && hasScope(ctx.identity, 'stock:read', order.storeId) ? order : null;
}

/** Which of a store's purchase orders are looked for. */
export interface PurchaseFilter extends PageArgs {
  storeId: string;
  states?: readonly PurchaseState[] | null | undefined;
}

/** A store's purchase orders, newest first. Needs stock:read for the store. */
export function listPurchases(
  ctx: Context,
  { storeId, states, ...args }: PurchaseFilter,
): Promise<Connection<PurchaseOrder>> {
  requireScope(ctx.identity, 'stock:read', storeId);
  return page<PurchaseOrder>(
    args,
    ({ createdAt, id }) => `${createdAt} ${id}`,
    (limit, after) =>
      ctx.em.find(
        PurchaseOrder,
        { $and: [{ storeId }, states ? { state: { $in: [...states] } } : {}, after ? olderThan(after) : {}] },
        { orderBy: { createdAt: 'desc', id: 'desc' }, limit },
      ),
  );
}

function olderThan(key: string) {
  const [at, id = ''] = key.split(' ');
  const createdAt = Number(at);
  if (!Number.isSafeInteger(createdAt)) throw badInput('after', 'is not a cursor of this list');
  return { $or: [{ createdAt: { $lt: createdAt } }, { createdAt, id: { $lt: id } }] };
}

/** Which of a store's rows are looked for, of those whose ids tell which is newer. */
interface InvoiceFilter extends PageArgs {
  storeId: string;
  state?: InvoiceState | null | undefined;
}

/** What suppliers want of a store, newest first. Needs stock:read for the store. */
export function listInvoices(
  ctx: Context,
  { storeId, state, ...args }: InvoiceFilter,
): Promise<Connection<SupplierInvoice>> {
  requireScope(ctx.identity, 'stock:read', storeId);
  return page(
    args,
    ({ id }: SupplierInvoice) => id,
    (limit, after) =>
      ctx.em.find(
        SupplierInvoice,
        { storeId, ...(state && { state }), ...(after !== null && { id: { $lt: after } }) },
        { orderBy: { id: 'desc' }, limit },
      ),
  );
}

/** What came into a store, newest first; of one lot number, when one is given. Needs stock:read for the store. */
export function listLots(
  ctx: Context,
  { storeId, lot, ...args }: PageArgs & { storeId: string; lot?: string | null | undefined },
): Promise<Connection<StockLot>> {
  requireScope(ctx.identity, 'stock:read', storeId);
  return page(
    args,
    ({ id }: StockLot) => id,
    (limit, after) =>
      ctx.em.find(
        StockLot,
        { storeId, ...(lot != null && { lot }), ...(after !== null && { id: { $lt: after } }) },
        { orderBy: { id: 'desc' }, limit },
      ),
  );
}

/** Each line of a purchase order as it was ordered, confirmed, shipped, received and billed. */
export async function differencesOfPurchase(ctx: Context, orderId: string): Promise<PurchaseDifference[]> {
  const [lines, shipped, invoices, billed] = await Promise.all([
    linesByPurchase(ctx).load(orderId),
    shippedByPurchase(ctx).load(orderId),
    invoicesByPurchase(ctx).load(orderId),
    billedByPurchase(ctx).load(orderId),
  ]);
  const disputed = new Set(invoices.flatMap(({ id, state }) => (state === 'DISPUTED' ? [id] : [])));
  return differencesOf({ lines, shipped, billed: billed.filter(({ invoiceId }) => !disputed.has(invoiceId)) });
}
