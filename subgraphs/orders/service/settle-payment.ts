import { newId } from '../../../kernel/ids.ts';
import type { Transaction } from '../../../kernel/module.ts';
import { type Order, Payment, Refund } from '../entities.ts';
import { paymentById } from '../loaders.ts';
import type { QueryResult } from '../ports.ts';
import type { OrdersHost } from '../settings.ts';
import { change, move, orderForChange } from './change-order.ts';
import { callProvider } from './payment-providers.ts';
import { begunRefunds, giveBack } from './refund-payment.ts';

/**
 * Writes down what a provider said of a payment. Saying it again changes nothing. Money that arrives for an order that
 * no longer waits for it goes back by itself. Of `payment` only what never changes counts, so it may be an old copy.
 */
export async function settlePayment(host: OrdersHost, payment: Payment, result: QueryResult): Promise<void> {
  const refundId = await host.transact(host.context(), async (tx) => {
    // The order's row first: it is what two settlements of one payment wait for.
    const order = await orderForChange(tx, payment.orderId);
    switch (result.outcome) {
      case 'succeeded':
        return succeeded(host, tx, { order, payment }, result.reference);
      case 'declined':
        await ended(host, tx, { order, payment }, { state: 'FAILED', declineReason: result.reason });
        return null;
      case 'none':
      case 'closed':
        await ended(host, tx, { order, payment }, { state: 'CLOSED' });
        return null;
      case 'pending':
        if (result.action)
          await tx.em.nativeUpdate(Payment, { id: payment.id, state: 'PENDING' }, { action: result.action });
        return null;
    }
  });
  if (refundId) await giveBack(host, refundId);
}

type Pair = { order: Order; payment: Payment };

/** The refund's id when the money came too late. */
async function succeeded(
  host: OrdersHost,
  tx: Transaction,
  { order, payment }: Pair,
  reference: string,
): Promise<string | null> {
  // A provider that said no before may be right only now: what counts is where the money is.
  const open = { id: payment.id, state: { $in: ['PENDING' as const, 'FAILED' as const, 'CLOSED' as const] } };
  const now = host.clock.now();
  if ((await tx.em.nativeUpdate(Payment, open, { state: 'SUCCEEDED', reference, paidAt: now })) !== 1) return null;
  const awaited = order.paymentId === null || order.paymentId === payment.id;
  if (order.state === 'AWAITING_PAYMENT' && awaited) {
    // What the event says of the payment is at hand.
    paymentById(tx).prime(payment.id, payment);
    await move(host, tx, order, { to: 'PAID', by: 'PRODUCT' }, { paymentId: payment.id, paidAt: now });
    return null;
  }
  host.log.warn({ orderId: order.id, paymentId: payment.id, state: order.state }, 'late money goes back');
  const refundId = await beginRefund(host, tx, payment);
  await change(host, tx, order, {});
  return refundId;
}

/** The payment took nothing, so the order may be paid by another. */
async function ended(
  host: OrdersHost,
  tx: Transaction,
  { order, payment }: Pair,
  end: Pick<Payment, 'state'> & Partial<Payment>,
): Promise<void> {
  if ((await tx.em.nativeUpdate(Payment, { id: payment.id, state: 'PENDING' }, end)) !== 1) return;
  if (
    end.state === 'FAILED' &&
    order.delivery &&
    order.paymentId === payment.id &&
    order.state === 'AWAITING_PAYMENT'
  ) {
    // The delivery platform is the only one to pay for its order, and will not have it any more.
    const off = { paymentId: null, cancelledAt: host.clock.now(), cancelReason: end.declineReason ?? null };
    await move(host, tx, order, { to: 'CANCELLED', by: 'PLATFORM' }, off);
    return;
  }
  await change(host, tx, order, order.paymentId === payment.id ? { paymentId: null } : {});
}

/**
 * Begins to give back all that is left of a payment; the answer is the refund's id, for `giveBack` after the commit, or
 * null when all of it is back, or on its way, in parts.
 */
export async function beginRefund(host: OrdersHost, tx: Transaction, payment: Payment): Promise<string | null> {
  const { id, state } = payment;
  if (state === 'REFUNDED') return null;
  const begun = await tx.em.nativeUpdate(Payment, { id, state: 'SUCCEEDED' }, { state: 'REFUNDING' });
  if (begun !== 1) throw new Error(`payment ${id} cannot be refunded`);
  return refundRest(host, tx, payment);
}

/** Begins to give back what of a payment is neither back nor on its way; the refund's id, or null when that is nothing. */
export async function refundRest(
  host: OrdersHost,
  tx: Transaction,
  { id, orderId, amount }: Payment,
): Promise<string | null> {
  const parts = await begunRefunds(tx, id);
  const left = amount - parts.reduce((sum, part) => sum + part.amount, 0);
  // Less than nothing is left where a platform has given back what it had refused at first.
  if (left <= 0 && parts.length > 0) return null;
  const refundId = newId();
  const now = host.clock.now();
  const refund = { id: refundId, paymentId: id, orderId, amount: left, createdAt: now, askedAt: now };
  await tx.em.insert(Refund, { ...refund, state: 'PENDING' });
  return refundId;
}

/** Asks the provider how a payment stands and writes it down; one that it never took on is closed for good. */
export async function inquire(host: OrdersHost, payment: Payment): Promise<void> {
  const result = await callProvider(host, payment.provider, (provider) => provider.query(payment.id));
  // It may still be on its way: only closing makes sure that it never arrives.
  if (result.outcome === 'none') await closePayment(host, payment);
  else await settlePayment(host, payment, result);
}

/** Makes sure that a payment takes no money any more, or finds that it has. Rejects when the provider cannot say. */
export async function closePayment(host: OrdersHost, payment: Payment): Promise<void> {
  const result = await callProvider(host, payment.provider, (provider) => provider.close(payment.id));
  await settlePayment(host, payment, result);
}
