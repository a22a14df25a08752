import { newId } from '../../../kernel/ids.ts';
import { businessDayOf } from '../business-day.ts';
import type { PricedCart } from './price-cart.ts';

/** An order that is being placed, of what was priced. */
export function newOrder(now: number, priced: Omit<PricedCart, 'quoteId' | 'lines' | 'weighingIds'>) {
  const { store, table, channel, dinerId, currency, subtotal, discount, tax, total, plan, note } = priced;
  return {
    id: newId(),
    state: 'PLACING' as const,
    version: 1,
    storeId: store.id,
    storeName: store.name,
    timeZone: store.timeZone,
    channel,
    tableId: table?.id ?? null,
    tableName: table?.name ?? null,
    dinerId,
    currency,
    subtotal,
    discount,
    tax,
    total,
    plan,
    note,
    businessDay: businessDayOf(now, store.timeZone, store.businessDayEndsAt),
    createdAt: now,
  };
}
