import { type Check, differ, type Tables } from '../../../cli/replay/check/tables.ts';
import type { Played, PlayedOrder } from '../scenario.ts';

/** An order as it is stored, as far as the checks go. */
export interface OrderRow {
  id: string;
  state: string;
  diner_id: string | null;
  total: number;
  plan: string;
  payment_id: string | null;
  paid_at: number | null;
  placed_by: string;
  placed_with: string;
  store_id: string;
  business_day: string;
  pickup_number: number | null;
}

/** A line of an order; what it takes of the kitchen and of stock is in `parts`, as JSON. */
export interface LineRow {
  order_id: string;
  menu_item_id: string;
  spec_id: string;
  quantity: number;
  total: number;
  gift: number;
  parts: string;
}

/** The states in which an order has been paid and stands. */
export const PAID_STATES: readonly string[] = ['PAID', 'PREPARING', 'READY', 'COMPLETED'];

/** Which states are right for what the client was told last. */
const RIGHT: Record<PlayedOrder['known'], readonly string[]> = {
  placed: ['AWAITING_PAYMENT', 'EXPIRED'],
  asked: ['AWAITING_PAYMENT', 'EXPIRED', 'CANCELLED', ...PAID_STATES],
  paid: PAID_STATES,
  cancelled: ['CANCELLED'],
  served: ['COMPLETED'],
};

/** Every order of a product. */
export function ordersOf(tables: Tables): Promise<OrderRow[]> {
  return tables.rows<OrderRow>('orders', 'select * from customer_order order by id');
}

/** The lines of all orders, by order. */
export async function linesOf(tables: Tables): Promise<Map<string, LineRow[]>> {
  const lines = await tables.rows<LineRow>('orders', 'select * from order_line order by position');
  return Map.groupBy(lines, ({ order_id }) => order_id);
}

/** Every acknowledged order is there as it was told, every refused one is not, and there is no other. */
export const checkOrders: Check<Played> = async function* (tables, { orders, refused, unanswered = [] }) {
  const stored = await ordersOf(tables);
  const lines = await linesOf(tables);
  const byId = new Map(stored.map((order) => [order.id, order]));

  for (const told of orders) {
    const order = byId.get(told.orderId);
    if (!order) yield `order ${told.orderId} was acknowledged and is not there`;
    else yield* checkTold(told, order, lines.get(order.id) ?? []);
  }
  const counted = stored.filter(({ state }) => state !== 'REJECTED');
  const keyOf = (caller: string, key: string) => `${caller} ${key}`;
  const byKey = Map.groupBy(counted, (order) => keyOf(order.placed_by, order.placed_with));
  for (const { caller, idempotencyKey, answer } of refused)
    for (const { id, state } of byKey.get(keyOf(caller, idempotencyKey)) ?? [])
      yield `order ${id} is ${state}, and ${caller} was refused it with ${answer}`;
  for (const [key, same] of byKey)
    if (same.length > 1) yield `${same.length} orders were placed with one key (${key}): ${same.map(({ id }) => id)}`;

  const told = new Set(orders.map(({ orderId }) => orderId));
  const open = new Set(unanswered.map(({ caller, idempotencyKey }) => keyOf(caller, idempotencyKey)));
  for (const { id, state, placed_by, placed_with } of counted) {
    if (state === 'PLACING') yield `order ${id} is still being placed`;
    if (!told.has(id) && !open.has(keyOf(placed_by, placed_with)))
      yield `order ${id} is ${state}, and nobody was told of it (${placed_by})`;
  }
  yield* checkNumbers(counted);
};

function* checkTold({ orderId, dinerId, total, lines, known }: PlayedOrder, order: OrderRow, stored: LineRow[]) {
  const right = RIGHT[known];
  if (!right.includes(order.state))
    yield `order ${orderId} is ${order.state}, and its client was told last that it was ${known}`;
  yield* differ(`order ${orderId}, diner`, dinerId, order.diner_id);
  yield* differ(`order ${orderId}, total that was told`, total, order.total);
  for (const item of new Set(lines.map(({ menuItemId }) => menuItemId))) {
    const portions = (of: readonly { quantity: number }[]) => of.reduce((sum, { quantity }) => sum + quantity, 0);
    const wanted = lines.filter(({ menuItemId }) => menuItemId === item);
    const found = stored.filter(({ menu_item_id, gift }) => menu_item_id === item && !gift);
    yield* differ(`order ${orderId}, portions of ${item}`, portions(wanted), portions(found));
  }
}

/** No two orders of a store and a day are called out by one number. */
function* checkNumbers(orders: readonly OrderRow[]) {
  const numbered = orders.filter(({ pickup_number }) => pickup_number !== null);
  const byNumber = Map.groupBy(numbered, (order) =>
    [order.store_id, order.business_day, order.pickup_number].join(' '),
  );
  for (const same of byNumber.values())
    if (same.length > 1) yield `${same.map(({ id }) => id).join(' and ')} have the same pick-up number`;
}
