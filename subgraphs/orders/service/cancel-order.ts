import { kernelError } from '../../../kernel/errors.ts';
import type { Claim } from '../../../kernel/idempotency.ts';
import { personOf, requireScope } from '../../../kernel/identity.ts';
import { optionalText } from '../../../kernel/input.ts';
import type { Context, Transaction } from '../../../kernel/module.ts';
import type { CancelOrderInput } from '../../../schema/types/orders.ts';
import { Order, Payment } from '../entities.ts';
import { orderError } from '../errors.ts';
import type { OrdersHost } from '../settings.ts';
import { type Mover, moveOf, type OrderState } from '../state.ts';
import { move, orderForChange } from './change-order.ts';
import { visibleOrder } from './find-orders.ts';
import { inFlight } from './in-flight.ts';
import { providerOf } from './payment-providers.ts';
import { giveBack } from './refund-payment.ts';
import { beginRefund, closePayment } from './settle-payment.ts';

/** Cancels orders. */
export interface Cancelling {
  /**
   * Cancels an order: its diner until the kitchen has begun, staff with orders:cancel until it is completed. An open
   * payment is closed at its provider first, UNAVAILABLE when the provider cannot say; what was paid is given back.
   */
  cancel(ctx: Context, input: CancelOrderInput): Promise<Order>;
  /**
   * Cancels an order that its delivery platform has cancelled, or may; one that is over stays as it is, and its money goes
   * back. A repeat changes nothing. With `states` an order in another one is left alone.
   */
  byPlatform(orderId: string, reason: string, states?: readonly OrderState[]): Promise<void>;
}

/** Sets up the cancelling of orders for this process. */
export function cancelling(host: OrdersHost): Cancelling {
  const underWay = inFlight();

  async function cancel(ctx: Context, input: CancelOrderInput): Promise<Order> {
    const order = await visibleOrder(ctx, input.orderId);
    const claim: Claim = { mutation: 'cancelOrder', key: input.idempotencyKey, input };
    if ((await host.outcomeOf(ctx, claim)) === null) await begin(ctx, claim, order, input.reason);
    await underWay.settled(order.id);
    return ctx.em.findOneOrFail(Order, order.id, { refresh: true });
  }

  async function begin(ctx: Context, claim: Claim, order: Order, why: string | null | undefined): Promise<void> {
    const by: Mover = personOf(ctx.identity).kind === 'diner' ? 'DINER' : 'STAFF';
    if (by === 'STAFF') requireScope(ctx.identity, 'orders:cancel', order.storeId);
    const cancelReason = optionalText('reason', why, 200) ?? `by ${by.toLowerCase()}`;
    assertCancellable(order, by);
    if (by === 'DINER') await assertRefundable(host, ctx, order);
    await closeOpenPayment(host, ctx, order);

    let refundId: string | null = null;
    let end = () => {};
    try {
      await host.transact(ctx, (tx) => {
        // Of a try that was undone nothing is left.
        refundId = null;
        end();
        return host.once(tx, claim, async () => {
          const present = await orderForChange(tx, order.id);
          assertCancellable(present, by);
          end = underWay.begin(order.id);
          refundId = await callOff(tx, present, by, cancelReason);
          return order.id;
        });
      });
      if (refundId) await giveBack(host, refundId);
    } finally {
      end();
    }
  }

  async function byPlatform(orderId: string, reason: string, states?: readonly OrderState[]): Promise<void> {
    const ctx = host.context();
    await closeOpenPayment(host, ctx, await ctx.em.findOneOrFail(Order, orderId));
    const refundId = await host.transact(ctx, async (tx) => {
      const present = await orderForChange(tx, orderId);
      if (states && !states.includes(present.state)) return null;
      if (moveOf(present, 'CANCELLED', 'PLATFORM')) return callOff(tx, present, 'PLATFORM', reason);
      const payment = present.paymentId ? await paymentOf(tx, present.paymentId) : null;
      return payment?.state === 'SUCCEEDED' ? beginRefund(host, tx, payment) : null;
    });
    if (refundId) await giveBack(host, refundId);
  }

  /** Cancels an order in a transaction; the id of the refund that begins with it, if any. */
  async function callOff(tx: Transaction, order: Order, by: Mover, cancelReason: string): Promise<string | null> {
    // Somebody has begun to pay since the payment before was closed.
    if (order.state === 'AWAITING_PAYMENT' && order.paymentId) throw orderError('PAYMENT_IN_PROGRESS');
    const refundId = order.paymentId ? await beginRefund(host, tx, await paymentOf(tx, order.paymentId)) : null;
    const { refundRequest } = order.delivery ?? {};
    const delivery = order.delivery &&
      refundRequest?.state === 'WAITING' && {
        ...order.delivery,
        refundRequest: { ...refundRequest, state: 'AGREED' as const },
      };
    const changes = { cancelledAt: host.clock.now(), cancelReason, ...(delivery && { delivery }) };
    await move(host, tx, order, { to: 'CANCELLED', by }, changes);
    return refundId;
  }

  return { cancel, byPlatform };
}

function paymentOf({ em }: Transaction, id: string): Promise<Payment> {
  return em.findOneOrFail(Payment, id, { disableIdentityMap: true });
}

function assertCancellable(order: Order, by: Mover): void {
  if (!moveOf(order, 'CANCELLED', by)) throw orderError('ORDER_NOT_CANCELLABLE', { state: order.state });
}

/** What staff took by hand, staff give back: a diner's phone opens no till. Throws PAYMENT_NEEDS_STAFF. */
async function assertRefundable(host: OrdersHost, ctx: Context, { paymentId }: Order): Promise<void> {
  if (!paymentId) return;
  const { provider } = await ctx.em.findOneOrFail(Payment, paymentId);
  const { requiresStaff } = await providerOf(host, provider);
  if (await requiresStaff()) throw orderError('PAYMENT_NEEDS_STAFF', { provider });
}

async function closeOpenPayment(host: OrdersHost, ctx: Context, { state, paymentId }: Order): Promise<void> {
  if (state !== 'AWAITING_PAYMENT' || !paymentId) return;
  try {
    await closePayment(host, await ctx.em.findOneOrFail(Payment, paymentId));
  } catch (error) {
    host.log.warn({ error, paymentId }, 'a payment could not be closed');
    throw kernelError('UNAVAILABLE');
  }
}
