import { Order, Payment, Refund } from '../entities.ts';
import type { RefundResult } from '../ports.ts';
import type { OrdersHost } from '../settings.ts';
import { change, orderForChange } from './change-order.ts';
import { callProvider } from './payment-providers.ts';

/**
 * Asks the provider to give money back and writes down what it said. A refund whose outcome is unknown or pending stays
 * PENDING, and is asked again by recovery with the same id; this never rejects.
 */
export async function giveBack(host: OrdersHost, refundId: string): Promise<void> {
  const ctx = host.context();
  const refund = await ctx.em.findOneOrFail(Refund, refundId);
  if (refund.state !== 'PENDING') return;
  const payment = await ctx.em.findOneOrFail(Payment, refund.paymentId);
  try {
    const result = await askFor(host, refund, payment);
    if (result.outcome === 'succeeded') await givenBack(host, refund);
    if (result.outcome === 'failed') await refused(host, refund, result.reason);
  } catch (error) {
    host.log.warn({ error, refundId, paymentId: payment.id }, 'a refund is not certain yet');
  }
}

async function askFor(host: OrdersHost, refund: Refund, payment: Payment): Promise<RefundResult> {
  // What cost nothing was never with a provider.
  if (payment.reference === payment.id) return { outcome: 'succeeded' };
  const { cancelReason = null } = await host.context().em.findOneOrFail(Order, payment.orderId);
  return callProvider(host, payment.provider, (provider) =>
    provider.refund({
      refundId: refund.id,
      paymentId: payment.id,
      amount: refund.amount,
      currency: payment.currency,
      reason: cancelReason,
    }),
  );
}

async function givenBack(host: OrdersHost, { id, orderId, paymentId, amount }: Refund): Promise<void> {
  await host.transact(host.context(), async (tx) => {
    // The order's row first, as everywhere, so that two settlements never wait for each other.
    const order = await orderForChange(tx, orderId);
    if ((await tx.em.nativeUpdate(Refund, { id, state: 'PENDING' }, { state: 'SUCCEEDED' })) !== 1) return;
    const { affectedRows } = await tx.em.execute<{ affectedRows: number }>(
      "update payment set refunded = refunded + ?, state = 'REFUNDED' where id = ? and refunded + ? <= amount",
      [amount, paymentId, amount],
      'run',
    );
    if (affectedRows !== 1) throw new Error(`more goes back of payment ${paymentId} than was taken`);
    await change(host, tx, order, {});
  });
}

/** The provider will not do it: a person has to. The payment stays REFUNDING, for all to see. */
async function refused(host: OrdersHost, { id, paymentId }: Refund, reason: string): Promise<void> {
  await host.transact(host.context(), (tx) =>
    tx.em.nativeUpdate(Refund, { id, state: 'PENDING' }, { state: 'FAILED' }),
  );
  host.log.error({ refundId: id, paymentId, reason }, 'a provider refused a refund');
}
