import type { Context } from '../../../kernel/module.ts';
import { Order, Payment } from '../entities.ts';
import type { OrdersHost } from '../settings.ts';
import { move, orderForChange } from './change-order.ts';
import { closePayment } from './settle-payment.ts';

/** How many orders one run lets go of: those that are overdue for longest. */
const MOST = 1_000;
/** How many payments are closed side by side. */
const GROUP = 50;

/** Lets go of the orders that were not paid in time and that nobody is paying. Asks nobody, so nobody holds it up. */
export async function expireOrders(host: OrdersHost, ctx: Context): Promise<void> {
  for (const { id } of await overdue(host, ctx, null)) await letGo(host, id, () => expire(host, id));
}

/**
 * Lets go of the orders that were not paid in time while a payment is open: it is closed at its provider first. While
 * the provider cannot say, the order keeps what it holds and the log raises an alarm. May wait for a provider that is
 * down, so it is a job of its own.
 */
export async function closeOverdue(host: OrdersHost, ctx: Context): Promise<void> {
  const orders = await overdue(host, ctx, { $ne: null });
  for (let start = 0; start < orders.length; start += GROUP) {
    const group = orders.slice(start, start + GROUP);
    const payments = await ctx.em.find(Payment, { id: group.flatMap(({ paymentId }) => paymentId ?? []) });
    await Promise.all(
      payments.map((payment) =>
        letGo(host, payment.orderId, async () => {
          await closePayment(host, payment);
          await expire(host, payment.orderId);
        }),
      ),
    );
  }
}

function overdue(host: OrdersHost, ctx: Context, paymentId: null | { $ne: null }): Promise<Order[]> {
  const due = { state: 'AWAITING_PAYMENT' as const, expiresAt: { $lte: host.clock.now() }, paymentId };
  return ctx.em.find(Order, due, { orderBy: { expiresAt: 'asc' }, limit: MOST });
}

/** Lets go of one order; what fails is left for the next run. */
async function letGo(host: OrdersHost, orderId: string, work: () => Promise<void>): Promise<void> {
  await work().catch((error) => host.log.error({ error, orderId, alarm: true }, 'an order could not be let go of'));
}

async function expire(host: OrdersHost, orderId: string): Promise<void> {
  await host.transact(host.context(), async (tx) => {
    const order = await orderForChange(tx, orderId);
    // Paid at the last moment, cancelled, or being paid anew.
    if (order.state !== 'AWAITING_PAYMENT' || order.paymentId) return;
    await move(host, tx, order, { to: 'EXPIRED', by: 'PRODUCT' }, { cancelledAt: host.clock.now() });
  });
}
