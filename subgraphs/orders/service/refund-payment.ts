import type { Transaction } from '../../../kernel/module.ts';
import { Order, Payment, Refund, type RefundedPart, type StoredLine } from '../entities.ts';
import { linesByOrder } from '../loaders.ts';
import type { RefundResult } from '../ports.ts';
import type { OrdersHost } from '../settings.ts';
import { change, orderForChange } from './change-order.ts';
import { callProvider } from './payment-providers.ts';
import { stockLines } from './stock-lines.ts';

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
    if (result.outcome === 'succeeded') await givenBack(host, refund, result.amount);
    if (result.outcome === 'failed') await refused(host, refund, result.reason);
  } catch (error) {
    host.log.warn({ error, refundId, paymentId: payment.id }, 'a refund is not certain yet');
  }
}

async function askFor(host: OrdersHost, refund: Refund, payment: Payment): Promise<RefundResult> {
  // What cost nothing was never with a provider.
  if (payment.reference === payment.id) return { outcome: 'succeeded' };
  const ctx = host.context();
  const { cancelReason = null } = await ctx.em.findOneOrFail(Order, payment.orderId);
  const { part = null, externalId = null } = refund;
  const lines = part && (await linesByOrder(ctx).load(payment.orderId));
  return callProvider(host, payment.provider, (provider) =>
    provider.refund({
      refundId: refund.id,
      paymentId: payment.id,
      amount: refund.amount,
      currency: payment.currency,
      reason: part ? part.reason : cancelReason,
      lines: part && lines ? portionsOf(part, lines) : null,
      externalId,
    }),
  );
}

async function givenBack(host: OrdersHost, { id, orderId, paymentId, ...refund }: Refund, told?: number) {
  await host.transact(host.context(), async (tx) => {
    // The order's row first, as everywhere, so that two settlements never wait for each other.
    const order = await orderForChange(tx, orderId);
    const amount = told ?? refund.amount;
    if ((await tx.em.nativeUpdate(Refund, { id, state: 'PENDING' }, { state: 'SUCCEEDED', amount })) !== 1) return;
    const { affectedRows } = await tx.em.execute<{ affectedRows: number }>(
      `update payment set state = case when refunded + ? = amount then 'REFUNDED' else state end, refunded = refunded + ?
       where id = ? and refunded + ? <= amount`,
      [amount, amount, paymentId, amount],
      'run',
    );
    if (affectedRows !== 1) throw new Error(`more goes back of payment ${paymentId} than was taken`);
    const changed = await change(host, tx, order, {});
    if (refund.part) await announcePart(host, tx, changed, { ...refund.part, refundId: id, amount });
  });
}

/** Tells that a part of an order was given back. */
async function announcePart(
  host: OrdersHost,
  tx: Transaction,
  { id, storeId, state, currency, version }: Order,
  { refundId, amount, restock, lines }: RefundedPart & { refundId: string; amount: number },
): Promise<void> {
  const stored = await linesByOrder(tx).load(id);
  const portions = lines.flatMap(({ lineId, quantity }) => {
    const line = stored.find((one) => one.id === lineId);
    return line ? [{ ...line, quantity }] : [];
  });
  await host.emit(
    tx,
    'order.lines-refunded',
    { aggregate: id, version },
    {
      orderId: id,
      storeId,
      refundId,
      amount,
      currency,
      restock: restock && state === 'PAID',
      lines: stockLines(portions),
    },
  );
}

function portionsOf({ lines }: RefundedPart, stored: readonly StoredLine[]) {
  return lines.flatMap(({ lineId, quantity }) => {
    const line = stored.find(({ id }) => id === lineId);
    return line ? [{ menuItemId: line.menuItemId ?? null, specId: line.specId ?? null, quantity }] : [];
  });
}

/** The provider will not do it: a person has to. The refund stays FAILED, for all to see. */
async function refused(host: OrdersHost, { id, paymentId }: Refund, reason: string): Promise<void> {
  await host.transact(host.context(), (tx) =>
    tx.em.nativeUpdate(Refund, { id, state: 'PENDING' }, { state: 'FAILED' }),
  );
  host.log.error({ refundId: id, paymentId, reason }, 'a provider refused a refund');
}
