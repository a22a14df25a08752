import { UniqueConstraintViolationException } from '@mikro-orm/core';
import { badInput, kernelError } from '../../../kernel/errors.ts';
import { hasScope, holdsAnywhere, requirePerson, requireScope } from '../../../kernel/identity.ts';
import { newId } from '../../../kernel/ids.ts';
import { text, whole } from '../../../kernel/input.ts';
import type { Context } from '../../../kernel/module.ts';
import { type Connection, type PageArgs, page } from '../../../kernel/paging.ts';
import type { CreateSupplierInput, SetSupplierProductInput } from '../../../schema/types/inventory.ts';
import { MOST_ON_HAND, StockItem } from '../entities.ts';
import { inventoryError } from '../errors.ts';
import { productById, supplierById } from '../loaders.ts';
import { Supplier as SupplierPort } from '../ports.ts';
import { Supplier, SupplierProduct } from '../purchase-entities.ts';
import type { InventoryHost } from '../settings.ts';

/** The most that one pack may cost, in minor units. */
const MOST_PRICE = 1_000_000_000;

/** Whom the chain buys from, in the order in which they were added. Needs stock:read for some store. */
export function listSuppliers(ctx: Context, args: PageArgs): Promise<Connection<Supplier>> {
  requirePerson(ctx.identity);
  if (!holdsAnywhere(ctx.identity, 'stock:read')) throw kernelError('FORBIDDEN', { scope: 'stock:read' });
  return page(
    args,
    ({ id }: Supplier) => id,
    (limit, after) =>
      ctx.em.find(Supplier, after === null ? {} : { id: { $gt: after } }, { orderBy: { id: 'asc' }, limit }),
  );
}

/** What suppliers sell to a store, in the order in which it was added. Needs stock:read for the store. */
export function listProducts(ctx: Context, storeId: string, args: PageArgs): Promise<Connection<SupplierProduct>> {
  requireScope(ctx.identity, 'stock:read', storeId);
  return page(
    args,
    ({ id }: SupplierProduct) => id,
    (limit, after) =>
      ctx.em.find(
        SupplierProduct,
        { storeId, ...(after !== null && { id: { $gt: after } }) },
        { orderBy: { id: 'asc' }, limit },
      ),
  );
}

/** A supplier as whoever asks may see it: null without stock:read for some store. */
export async function supplierIfVisible(ctx: Context, id: string): Promise<Supplier | null> {
  return holdsAnywhere(ctx.identity, 'stock:read') ? supplierById(ctx).load(id) : null;
}

/** A supplier's product as whoever asks may see it: null without stock:read for its store. */
export async function productIfVisible(ctx: Context, id: string): Promise<SupplierProduct | null> {
  const product = await productById(ctx).load(id);
  return product && hasScope(ctx.identity, 'stock:read', product.storeId) ? product : null;
}

/** Adds somebody to buy from. Throws SUPPLIER_EXISTS and SUPPLIER_UNREACHABLE. */
export async function createSupplier(host: InventoryHost, ctx: Context, input: CreateSupplierInput): Promise<Supplier> {
  requireScope(ctx.identity, 'stock:write');
  const name = text('name', input.name, 1, 100);
  const provider = text('provider', input.provider, 1, 60);
  const account = text('account', input.account, 1, 60);
  const { currency } = input;
  if (!/^[A-Z]{3}$/.test(currency)) throw badInput('currency', 'is three capital letters, such as CNY');
  if (!(await (await host.port(SupplierPort, provider))?.knows(account)))
    throw inventoryError('SUPPLIER_UNREACHABLE', { provider, account });
  const outcome = await host.transact(ctx, (tx) =>
    host.once(tx, { mutation: 'createSupplier', key: input.idempotencyKey, input }, async () => {
      const id = newId();
      try {
        await tx.em.insert(Supplier, { id, name, provider, account, currency });
      } catch (error) {
        if (error instanceof UniqueConstraintViolationException)
          throw inventoryError('SUPPLIER_EXISTS', { provider, account });
        throw error;
      }
      return id;
    }),
  );
  return ctx.em.findOneOrFail(Supplier, outcome.id);
}

/** Sets what a supplier sells of a stock item, by its code. Throws SUPPLIER_NOT_FOUND and STOCK_ITEM_NOT_FOUND. */
export async function setProduct(
  host: InventoryHost,
  ctx: Context,
  input: SetSupplierProductInput,
): Promise<SupplierProduct> {
  const { supplierId, stockItemId } = input;
  requirePerson(ctx.identity);
  const item = await ctx.em.findOne(StockItem, stockItemId);
  if (!item) throw inventoryError('STOCK_ITEM_NOT_FOUND', { stockItemId });
  const { storeId } = item;
  requireScope(ctx.identity, 'stock:write', storeId);
  const code = text('code', input.code, 1, 60);
  const row = {
    stockItemId,
    name: text('name', input.name, 1, 100),
    packQuantity: whole('packQuantity', input.packQuantity, 1, MOST_ON_HAND),
    price: whole('price', input.price, 0, MOST_PRICE),
  };
  if (!(await ctx.em.findOne(Supplier, supplierId))) throw inventoryError('SUPPLIER_NOT_FOUND', { supplierId });
  const key = { storeId, supplierId, code };
  await host.transact(ctx, async ({ em }) => {
    const insert = em.createQueryBuilder(SupplierProduct).insert({ ...key, ...row, id: newId() });
    await insert
      .onConflict(['storeId', 'supplierId', 'code'])
      .merge(['stockItemId', 'name', 'packQuantity', 'price'])
      .execute('run');
  });
  return ctx.em.findOneOrFail(SupplierProduct, key, { refresh: true });
}
