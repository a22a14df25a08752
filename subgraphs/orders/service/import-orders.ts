import { CodedError } from '../../../kernel/errors.ts';
import { requireScope } from '../../../kernel/identity.ts';
import { newId } from '../../../kernel/ids.ts';
import { list, text } from '../../../kernel/input.ts';
import type { Context } from '../../../kernel/module.ts';
import type { ImportOrderInput, ImportOrdersInput, ImportOrdersResult } from '../../../schema/types/orders.ts';
import {
  FindItemsDocument,
  StoreOfImportDocument,
  type StoreOfImportQuery,
} from '../../../schema/types/orders-asks-menu.ts';
import { businessDayOf, momentOf } from '../business-day.ts';
import { Order, OrderLine, type StoredLine } from '../entities.ts';
import { orderError } from '../errors.ts';
import { orderTotals } from '../pricing.ts';
import type { OrdersHost } from '../settings.ts';

type Store = NonNullable<StoreOfImportQuery['store']>;

/** A past order that may be taken: what is stored of it. */
interface PastOrder {
  order: Order;
  lines: StoredLine[];
}

/** The most that an order may come to, so that 500 of them add up exactly. */
const LARGEST = 1e12;
/** How many rows or values one statement takes; a database limits the values of a statement. */
const CHUNK = 500;

/**
 * Brings in past orders of another till: completed, at the price they had, without events, stock or points. What is
 * there already stays as it is; what is wrong is refused by itself. Needs orders:import for the store.
 */
export async function importOrders(
  host: OrdersHost,
  ctx: Context,
  input: ImportOrdersInput,
): Promise<ImportOrdersResult> {
  const { storeId } = input;
  requireScope(ctx.identity, 'orders:import', storeId);
  const source = text('source', input.source, 1, 100);
  const given = list('orders', input.orders, 1, 500);
  const { store } = await host.ask(ctx, 'menu', StoreOfImportDocument, { id: storeId });
  if (!store) throw orderError('STORE_NOT_FOUND', { id: storeId });
  const items = await itemsByName(host, ctx, storeId, given);

  const refused: ImportOrdersResult['refused'][number][] = [];
  const past = new Map<string, PastOrder>();
  for (const order of given) {
    try {
      if (past.has(order.externalId)) throw refusal('ORDER_REPEATED', 'This number came before in the same call.');
      past.set(order.externalId, pastOrder(order, { store, source, items }));
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      refused.push({ externalId: order.externalId, code: error.code, message: error.message });
    }
  }

  return host.transact(ctx, async (tx) => {
    const known = await tx.em.find(
      Order,
      { storeId, source, externalId: { $in: [...past.keys()] } },
      { fields: ['externalId', 'total'] },
    );
    let total = 0;
    for (const order of known) {
      past.delete(order.externalId ?? '');
      total += order.total;
    }
    const created = [...past.values()];
    for (const chunk of chunks(created.map(({ order }) => order))) await tx.em.insertMany(Order, chunk);
    for (const chunk of chunks(created.flatMap(({ lines }) => lines))) await tx.em.insertMany(OrderLine, chunk);
    for (const { order } of created) total += order.total;
    return { created: created.length, unchanged: known.length, total, refused };
  });
}

async function itemsByName(
  host: OrdersHost,
  ctx: Context,
  storeId: string,
  orders: readonly ImportOrderInput[],
): Promise<Map<string, string>> {
  const names = [...new Set(orders.flatMap(({ lines }) => lines.map(({ name }) => name.trim())))].filter(Boolean);
  const found = await Promise.all(
    chunks(names).map((chunk) => host.ask(ctx, 'menu', FindItemsDocument, { storeId, names: chunk })),
  );
  return new Map(found.flatMap(({ findItems }) => findItems.map(({ name, menuItemId }) => [name, menuItemId])));
}

/** What a past order has none of. */
const nothing = {
  delivery: null,
  tableId: null,
  tableName: null,
  dinerId: null,
  note: null,
  pickupNumber: null,
  paymentId: null,
  expiresAt: null,
  cancelledAt: null,
  cancelReason: null,
  placedBy: null,
  placedWith: null,
  leaseUntil: null,
  rejection: null,
};

interface Surroundings {
  store: Store;
  source: string;
  /** Dishes at the store by name. */
  items: ReadonlyMap<string, string>;
}

function pastOrder(given: ImportOrderInput, { store, source, items }: Surroundings): PastOrder {
  const id = newId();
  const externalId = text('externalId', given.externalId, 1, 100);
  const at = momentOf(given.placedAt, store.timeZone);
  if (at === null) throw refusal('DATE_INVALID', `${given.placedAt} is not a moment such as 2015-01-01T11:38:36.`);
  if (given.lines.length === 0) throw refusal('ORDER_EMPTY', 'An order has one line or more.');
  if (given.lines.length > 200) throw refusal('ORDER_TOO_LONG', 'An order has at most 200 lines.');
  const lines = given.lines.map((line, position): StoredLine => {
    const name = text('name', line.name, 1, 200);
    const { quantity, unitPrice } = line;
    if (quantity < 1 || quantity > 999) throw refusal('QUANTITY_INVALID', `${name}: a quantity is 1 to 999.`);
    if (unitPrice < 0) throw refusal('PRICE_NEGATIVE', `${name}: a price is 0 or more.`);
    const subtotal = unitPrice * quantity;
    return {
      id: newId(),
      orderId: id,
      position,
      menuItemId: items.get(name) ?? null,
      specId: null,
      name,
      specName: text('spec', line.spec, 1, 100),
      modifiers: [],
      parts: [],
      unitPrice,
      quantity,
      grams: null,
      // The other till's prices are what was paid; what tax they held is not known.
      subtotal,
      discount: 0,
      taxBasisPoints: 0,
      tax: 0,
      total: subtotal,
      gift: false,
      note: null,
    };
  });
  const amounts = orderTotals(lines);
  if (amounts.total > LARGEST) throw refusal('TOTAL_TOO_LARGE', 'No order comes to that much.');
  const order = {
    ...nothing,
    id,
    state: 'COMPLETED' as const,
    version: 1,
    storeId: store.id,
    storeName: store.name,
    timeZone: store.timeZone,
    channel: given.channel,
    currency: store.currency,
    ...amounts,
    plan: { applied: [], rejected: [] },
    businessDay: businessDayOf(at, store.timeZone, store.businessDayEndsAt),
    createdAt: at,
    placedAt: at,
    paidAt: at,
    completedAt: at,
    source,
    externalId,
  };
  return { order, lines };
}

function refusal(code: string, message: string): CodedError {
  return new CodedError(code, message);
}

function chunks<T>(rows: readonly T[]): T[][] {
  const count = Math.ceil(rows.length / CHUNK);
  return Array.from({ length: count }, (_, index) => rows.slice(index * CHUNK, (index + 1) * CHUNK));
}
