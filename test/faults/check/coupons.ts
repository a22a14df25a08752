import { type Check, differ } from '../../../cli/replay/check/tables.ts';
import type { Played } from '../scenario.ts';
import { ordersOf, PAID_STATES } from './orders.ts';

interface CouponRow {
  id: string;
  diner_id: string;
  state: string;
  order_id: string | null;
}

interface HoldRow {
  order_id: string;
  state: string;
}

/** A coupon lowers the price of one order that stands, is locked by one that is open, and is nobody's otherwise. */
export const checkCoupons: Check<Played> = async function* (tables) {
  const orders = await ordersOf(tables);
  const coupons = await tables.rows<CouponRow>('marketing', 'select * from coupon');
  const holds = await tables.rows<HoldRow>('marketing', 'select * from coupon_hold');
  const stateOf = new Map(orders.map(({ id, state }) => [id, state]));
  const isPaid = (id: string) => PAID_STATES.includes(stateOf.get(id) ?? '');

  const users = new Map<string, string[]>();
  for (const { id, state, plan } of orders) {
    if (state !== 'AWAITING_PAYMENT' && !isPaid(id)) continue;
    const { applied } = JSON.parse(plan) as { applied: { couponId: string | null }[] };
    for (const { couponId } of applied) if (couponId) users.set(couponId, [...(users.get(couponId) ?? []), id]);
  }
  for (const { id, state, order_id } of coupons) {
    const [user, ...more] = users.get(id) ?? [];
    if (more.length > 0) yield `coupon ${id} lowers the price of ${more.length + 1} orders: ${[user, ...more]}`;
    const wanted = user === undefined ? 'ISSUED' : isPaid(user) ? 'REDEEMED' : 'LOCKED';
    if (state !== 'EXPIRED' && state !== 'VOIDED') yield* differ(`coupon ${id}, state`, wanted, state);
    yield* differ(`coupon ${id}, whose it is`, user ?? null, order_id);
    users.delete(id);
  }
  for (const [id, used] of users) yield `order ${used} has a price by coupon ${id}, which is not there`;

  for (const { order_id, state } of holds) {
    const order = stateOf.get(order_id) ?? 'not there';
    const right = order === 'AWAITING_PAYMENT' ? 'HELD' : isPaid(order_id) ? 'REDEEMED' : 'RELEASED';
    if (order !== 'PLACING' && state !== right && !(state === 'RELEASED' && order === 'REJECTED'))
      yield `the coupons of order ${order_id} (${order}) are ${state}: expected ${right}`;
  }
};
