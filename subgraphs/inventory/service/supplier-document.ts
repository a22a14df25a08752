import { DAY } from '../../../kernel/clock.ts';
import { badInput } from '../../../kernel/errors.ts';
import { text, whole } from '../../../kernel/input.ts';
import type { Context, Host, Transaction } from '../../../kernel/module.ts';
import type { SuppliedUnit } from '../../../schema/types/inventory-internal.ts';
import { MOST_ON_HAND, StockItem } from '../entities.ts';
import { inventoryError } from '../errors.ts';
import { PurchaseLine, PurchaseOrder, Supplier } from '../purchase-entities.ts';
import { purchaseForChange } from './change-purchase.ts';

/** What every document of a supplier says of itself. */
interface SupplierDocument {
  provider: string;
  account: string;
  number: string;
  issuedAt: number;
  orderId: string;
  currency?: string | null | undefined;
}

/** A purchase order, locked, with all that a document of its supplier may speak of. */
export interface Matter {
  order: PurchaseOrder;
  lines: readonly PurchaseLine[];
  /** The supplier's own number of the document. */
  number: string;
  /** A line of the order; PURCHASE_LINE_NOT_FOUND when it has none of the number, or the code is of another product. */
  line(field: string, line: number, code?: string | null): PurchaseLine;
  /** A quantity in the stock item's unit, `least` or more. */
  units(field: string, line: PurchaseLine, given: { quantity: number; unit: SuppliedUnit }, least?: number): number;
}

/** How far the clock of a supplier may be ahead. */
const AHEAD = DAY;

/**
 * Takes a document of a supplier in, once for each of its numbers; whether it was new. What it says must be of this
 * supplier, of an order of theirs, and in the order's currency, or nothing is changed.
 */
export async function takeDocument<I extends SupplierDocument>(
  host: Host,
  ctx: Context,
  mutation: string,
  input: I,
  work: (tx: Transaction, matter: Matter) => Promise<void>,
): Promise<boolean> {
  const { provider, account, orderId, issuedAt, currency } = input;
  const number = text('number', input.number, 1, 60);
  if (issuedAt > host.clock.now() + AHEAD) throw badInput('issuedAt', 'lies in the future');
  const supplier = await ctx.em.findOne(Supplier, { provider, account });
  if (!supplier) throw inventoryError('SUPPLIER_NOT_FOUND', { provider, account });
  // An order of another supplier's looks like one that does not exist.
  const known = await ctx.em.findOne(PurchaseOrder, { id: orderId, supplierId: supplier.id });
  if (!known) throw inventoryError('PURCHASE_ORDER_NOT_FOUND', { id: orderId });
  if (currency != null && currency !== known.currency)
    throw inventoryError('CURRENCY_MISMATCH', { expected: known.currency });
  const outcome = await host.transact(ctx, (tx) =>
    host.once(tx, { mutation, key: `${supplier.id} ${number}`, input }, async () => {
      const order = await purchaseForChange(tx, orderId);
      await work(tx, await matterOf(tx, order, number));
      return orderId;
    }),
  );
  return !outcome.repeated;
}

async function matterOf({ em }: Transaction, order: PurchaseOrder, number: string): Promise<Matter> {
  const lines = await em.find(PurchaseLine, { orderId: order.id }, { orderBy: { line: 'asc' } });
  const items = await em.find(StockItem, { id: { $in: lines.map(({ stockItemId }) => stockItemId) } });
  const unitOf = new Map(items.map(({ id, unit }) => [id, unit]));
  return {
    order,
    lines,
    number,
    line(field, wanted, code = null) {
      const found = lines.find(({ line }) => line === wanted);
      if (!found || (code !== null && code !== found.code))
        throw inventoryError('PURCHASE_LINE_NOT_FOUND', { field, line: wanted, code });
      return found;
    },
    units(field, { stockItemId, packQuantity }, { quantity, unit }, least = 1) {
      whole(field, quantity, least, MOST_ON_HAND);
      if (unit === 'PACK') return whole(field, quantity * packQuantity, least, MOST_ON_HAND);
      if (unit !== unitOf.get(stockItemId)) throw badInput(field, `is counted in ${unitOf.get(stockItemId)} or packs`);
      return quantity;
    },
  };
}
