import type { Claim } from '../../../kernel/idempotency.ts';
import { requireScope } from '../../../kernel/identity.ts';
import type { Context } from '../../../kernel/module.ts';
import type { RetryRefundInput } from '../../../schema/types/orders.ts';
import { Order, Payment, Refund } from '../entities.ts';
import { orderError } from '../errors.ts';
import type { OrdersHost } from '../settings.ts';
import { change, orderForChange } from './change-order.ts';
import { visibleOrder } from './find-orders.ts';
import { giveBack } from './refund-payment.ts';
import { refundRest } from './settle-payment.ts';

/** Begins anew to give back what a refund that has failed was to give back: staff with orders:cancel. */
export async function retryRefund(host: OrdersHost, ctx: Context, input: RetryRefundInput): Promise<Order> {
  const failed = await ctx.em.findOne(Refund, input.refundId);
  const order = await visibleOrder(ctx, failed?.orderId ?? '');
  requireScope(ctx.identity, 'orders:cancel', order.storeId);
  const claim: Claim = { mutation: 'retryRefund', key: input.idempotencyKey, input };
  const { id, repeated } = await host.transact(ctx, (tx) =>
    host.once(tx, claim, async () => {
      const present = await orderForChange(tx, order.id);
      const own = { disableIdentityMap: true } as const;
      const { state, paymentId } = await tx.em.findOneOrFail(Refund, input.refundId, own);
      const payment = await tx.em.findOneOrFail(Payment, paymentId, own);
      // Of a part of an order that stands, the lines are free to be given back again.
      const isStuck = state === 'FAILED' && payment.state === 'REFUNDING';
      const refundId = isStuck ? await refundRest(host, tx, payment) : null;
      if (!refundId) throw orderError('ORDER_NOT_REFUNDABLE', { state: present.state });
      await change(host, tx, present, {});
      return refundId;
    }),
  );
  if (!repeated) await giveBack(host, id);
  return ctx.em.findOneOrFail(Order, order.id, { refresh: true });
}
