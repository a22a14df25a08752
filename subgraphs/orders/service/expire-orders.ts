import type { Context } from '../../../kernel/module.ts';
import { Order, Payment } from '../entities.ts';
import type { OrdersHost } from '../settings.ts';
import { move, orderForChange } from './change-order.ts';
import { closePayment } from './settle-payment.ts';

/**
 * Lets go of the orders that were not paid in time. An open payment is closed at its provider first; while the provider
 * cannot say, the order keeps what it holds and the log raises an alarm.
 */
export async function expireOrders(host: OrdersHost, ctx: Context): Promise<void> {
  const overdue = { state: 'AWAITING_PAYMENT' as const, expiresAt: { $lte: host.clock.now() } };
  const orders = await ctx.em.find(Order, overdue, { orderBy: { expiresAt: 'asc' }, limit: 1_000 });
  for (const { id, paymentId } of orders) {
    try {
      if (paymentId) await closePayment(host, await ctx.em.findOneOrFail(Payment, paymentId));
      await expire(host, ctx, id);
    } catch (error) {
      host.log.error({ error, orderId: id, paymentId, alarm: true }, 'an order could not be let go of');
    }
  }
}

async function expire(host: OrdersHost, ctx: Context, orderId: string): Promise<void> {
  await host.transact(ctx, async (tx) => {
    const order = await orderForChange(tx, orderId);
    // Paid at the last moment, cancelled, or being paid anew.
    if (order.state !== 'AWAITING_PAYMENT' || order.paymentId) return;
    await move(host, tx, order, { to: 'EXPIRED', by: 'PRODUCT' }, { cancelledAt: host.clock.now() });
  });
}
