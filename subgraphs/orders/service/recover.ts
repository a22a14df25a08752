import { SECOND } from '../../../kernel/clock.ts';
import type { Context } from '../../../kernel/module.ts';
import { Order, Payment, Refund } from '../entities.ts';
import type { OrdersHost } from '../settings.ts';
import type { Placing } from './place-order.ts';
import { giveBack } from './refund-payment.ts';
import { inquire } from './settle-payment.ts';

/** How many of each are taken up in one run. */
const BATCH = 200;
/** How much longer than a provider may take an open payment is left alone, in ms. */
const GRACE = 5 * SECOND;

/** Finishes what a crash or an answer that never came has left behind: orders being placed, payments, refunds. */
export async function recover(host: OrdersHost, ctx: Context, placing: Placing): Promise<void> {
  const now = host.clock.now();
  const left = await ctx.em.find(Order, { state: 'PLACING', leaseUntil: { $lte: now } }, { limit: BATCH });
  for (const { id } of left) await placing.driveOn(id);

  const before = now - host.settings.providerTimeoutSeconds * SECOND - GRACE;
  const open = { state: 'PENDING' as const, createdAt: { $lte: before } };
  for (const payment of await ctx.em.find(Payment, open, { limit: BATCH })) {
    await inquire(host, payment).catch((error) =>
      host.log.warn({ error, paymentId: payment.id }, 'a payment is still not certain'),
    );
  }

  const refunds = await ctx.em.find(Refund, { state: 'PENDING', createdAt: { $lte: before } }, { limit: BATCH });
  for (const { id } of refunds) await giveBack(host, id);
}
