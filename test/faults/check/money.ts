import { type Check, differ, sum } from '../../../cli/replay/check/tables.ts';
import type { Played } from '../scenario.ts';
import { type OrderRow, ordersOf, PAID_STATES } from './orders.ts';

interface PaymentRow {
  id: string;
  order_id: string;
  provider: string;
  amount: number;
  state: string;
  refunded: number;
}

interface RefundRow {
  id: string;
  payment_id: string;
  amount: number;
  state: string;
}

interface ChargeRow {
  payment_id: string;
  amount: number;
  state: string;
  refunded: number;
}

interface GivenRow {
  refund_id: string;
  payment_id: string;
  amount: number;
}

/** What orders have taken is what the provider has taken, for each order, payment and refund. */
export const checkMoney: Check<Played> = async function* (tables) {
  const orders = await ordersOf(tables);
  const payments = await tables.rows<PaymentRow>('orders', 'select * from payment');
  const refunds = await tables.rows<RefundRow>('orders', 'select * from refund');
  const charges = await tables.rows<ChargeRow>('demo-payment', 'select * from demo_charge');
  const given = await tables.rows<GivenRow>('demo-payment', 'select * from demo_refund');

  const paymentsOf = Map.groupBy(payments, ({ order_id }) => order_id);
  const orderOf = new Map(orders.map((order) => [order.id, order]));
  for (const order of orders) yield* checkOrder(order, paymentsOf.get(order.id) ?? []);
  const chargeOf = new Map(charges.map((charge) => [charge.payment_id, charge]));
  const refundsOf = Map.groupBy(refunds, ({ payment_id }) => payment_id);
  for (const payment of payments) {
    yield* checkRefunds(payment, refundsOf.get(payment.id) ?? []);
    if (payment.provider !== 'demo') continue;
    yield* checkWhy(payment, orderOf.get(payment.order_id));
    if (payment.amount > 0) yield* checkCharge(payment, chargeOf.get(payment.id));
  }
  const known = new Map(payments.map(({ id, provider }) => [id, provider]));
  for (const { payment_id, amount, state } of charges)
    if (!known.has(payment_id)) yield `the provider has a charge ${payment_id} (${state}, ${amount}) of no payment`;
  const refundOf = new Map(refunds.map((refund) => [refund.id, refund]));
  for (const { refund_id, amount } of given)
    yield* differ(`refund ${refund_id} that the provider gave`, amount, refundOf.get(refund_id)?.amount);

  const byDemo = orders.filter(({ id, state }) => {
    const paid = paymentsOf.get(id)?.find((payment) => payment.state === 'SUCCEEDED');
    return PAID_STATES.includes(state) && paid?.provider === 'demo';
  });
  yield* differ(
    'paid orders and the charges of the provider, in money',
    sum(byDemo, ({ total }) => total),
    sum(charges, ({ state, amount, refunded }) => (state === 'SUCCEEDED' ? amount - refunded : 0)),
  );
};

/** An order that stands is paid once, and any other one is not. */
function* checkOrder({ id, state, total, payment_id }: OrderRow, payments: readonly PaymentRow[]) {
  const kept = payments.filter((payment) => ['SUCCEEDED', 'REFUNDING'].includes(payment.state));
  yield* differ(`order ${id} (${state}), payments that it keeps`, PAID_STATES.includes(state) ? 1 : 0, kept.length);
  for (const payment of kept) {
    yield* differ(`order ${id}, amount paid`, total, payment.amount);
    yield* differ(`order ${id}, the payment that it names`, payment.id, payment_id);
  }
  for (const payment of payments)
    if (payment.state === 'PENDING') yield `payment ${payment.id} of order ${id} is still not certain`;
}

/** What was given back was given back once and in full. */
function* checkRefunds({ id, state, amount, refunded }: PaymentRow, refunds: readonly RefundRow[]) {
  yield* differ(`payment ${id} (${state}), refunds`, state === 'REFUNDED' ? 1 : 0, refunds.length);
  yield* differ(`payment ${id} (${state}), refunded`, state === 'REFUNDED' ? amount : 0, refunded);
  for (const refund of refunds) {
    yield* differ(`refund ${refund.id} of payment ${id}, state`, 'SUCCEEDED', refund.state);
    yield* differ(`refund ${refund.id} of payment ${id}, amount`, amount, refund.amount);
  }
}

/**
 * Money goes back of an order that was paid by it and then cancelled. The demonstration's provider takes none of a payment
 * that it has closed, so none ever comes too late there, or twice.
 */
function* checkWhy({ id, state }: PaymentRow, order: OrderRow | undefined) {
  if (state !== 'REFUNDING' && state !== 'REFUNDED') return;
  const what = `payment ${id} was given back, of order ${order?.id}`;
  if (order?.state !== 'CANCELLED') yield `${what}, which is ${order?.state ?? 'not there'}`;
  else if (order.paid_at === null) yield `${what}, which was cancelled while it was being paid`;
  else if (order.payment_id !== id) yield `${what}, which was paid by ${order.payment_id}`;
}

function* checkCharge({ id, order_id, amount, state, refunded }: PaymentRow, charge: ChargeRow | undefined) {
  const taken = ['SUCCEEDED', 'REFUNDING', 'REFUNDED'].includes(state);
  const what = `payment ${id} of order ${order_id} (${state})`;
  if (!taken && charge?.state === 'SUCCEEDED') yield `${what}: the provider has taken ${charge.amount} for it`;
  if (!taken) return;
  yield* differ(`${what}, charges of the provider`, amount, charge?.state === 'SUCCEEDED' ? charge.amount : undefined);
  yield* differ(`${what}, refunded by the provider`, refunded, charge?.refunded);
}
