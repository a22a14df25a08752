import type { Transaction } from '../../../kernel/module.ts';
import { Order, Payment, Refund, type RefundedPart, type StoredLine } from '../entities.ts';
import { linesByOrder } from '../loaders.ts';
import type { RefundResult } from '../ports.ts';
import type { OrdersHost } from '../settings.ts';
import { change, orderForChange } from './change-order.ts';
import { callProvider } from './payment-providers.ts';
import { stockLines } from './stock-lines.ts';

/** The longest that a provider's words for a trouble are kept, in characters. */
const LONGEST = 500;

/** What of a payment is back or on its way back, in a transaction that has the order's row. */
export function begunRefunds(tx: Transaction, paymentId: string): Promise<Refund[]> {
  return tx.em.find(Refund, { paymentId, state: { $ne: 'FAILED' } }, { disableIdentityMap: true });
}

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
    if (result.outcome === 'failed') await needsPerson(host, refund, { state: 'FAILED', trouble: result.reason });
    if (result.outcome === 'pending') await needsPerson(host, refund, { trouble: result.trouble ?? null });
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
    const amount = await amountOf(tx, order, { id, paymentId, ...refund }, told);
    const changes = { state: 'SUCCEEDED' as const, amount, trouble: null };
    if ((await tx.em.nativeUpdate(Refund, { id, state: 'PENDING' }, changes)) !== 1) return;
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

/**
 * What a refund has given back. A delivery platform reckons by itself what a part comes to: when all of a payment goes back,
 * the last of its refunds is what the others have left. What another one has failed to give back is still to be given
 * back, but by a platform, which gives back all that is left of an order.
 */
async function amountOf(
  tx: Transaction,
  { delivery }: Order,
  { id, paymentId, part, amount }: Pick<Refund, 'id' | 'paymentId' | 'part' | 'amount'>,
  told = amount,
): Promise<number> {
  const own = { disableIdentityMap: true } as const;
  const payment = await tx.em.findOneOrFail(Payment, paymentId, own);
  const others = await tx.em.find(Refund, { paymentId, id: { $ne: id } }, own);
  const begun = others.filter(({ state }) => state !== 'FAILED');
  const isLast = begun.every(({ state }) => state === 'SUCCEEDED');
  const isAll = [part, ...begun.map((other) => other.part)].some((one) => one == null);
  const isOwed = begun.length < others.length && !delivery;
  const left = payment.amount - payment.refunded;
  return isLast && isAll && !isOwed ? left : Math.min(told, left);
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

/** Shows staff why a refund does not go on, or has come to nothing, and that it does go on again. */
async function needsPerson(
  host: OrdersHost,
  { id, orderId, paymentId, trouble: before = null }: Refund,
  changes: Pick<Refund, 'trouble'> & Partial<Pick<Refund, 'state'>>,
): Promise<void> {
  const { state } = changes;
  const trouble = changes.trouble?.slice(0, LONGEST) ?? null;
  if (trouble === before && !state) return;
  await host.transact(host.context(), async (tx) => {
    const order = await orderForChange(tx, orderId);
    const noted = await tx.em.nativeUpdate(Refund, { id, state: 'PENDING' }, { ...changes, trouble });
    if (noted === 1) await change(host, tx, order, {});
  });
  if (trouble !== null)
    host.log.error({ refundId: id, paymentId, trouble, state, alarm: true }, 'a refund needs a person');
}
