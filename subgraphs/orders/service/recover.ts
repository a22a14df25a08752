import { SECOND } from '../../../kernel/clock.ts';
import type { Context } from '../../../kernel/module.ts';
import { Order, Payment, Refund } from '../entities.ts';
import type { OrdersHost } from '../settings.ts';
import type { Paying } from './pay-order.ts';
import type { Placing } from './place-order.ts';
import { giveBack } from './refund-payment.ts';
import { inquire } from './settle-payment.ts';
import { unleased } from './take-holds.ts';

/** How many of each are taken up in one run, side by side: those that have waited longest. */
const BATCH = 50;
/** How much longer than a provider may take an open payment is left alone, in ms. */
const GRACE = 5 * SECOND;

/** Finishes what a crash or an answer that never came has left behind: orders being placed, payments, refunds. */
export async function recover(
  host: OrdersHost,
  ctx: Context,
  { placing, paying }: { placing: Placing; paying: Paying },
): Promise<void> {
  const now = host.clock.now();
  const left = await ctx.em.find(Order, unleased(now), { orderBy: { leaseUntil: 'asc' }, limit: BATCH });
  await Promise.all(left.map(({ id }) => placing.driveOn(id)));
  // Only orders of delivery platforms are from somewhere while they wait.
  const unconfirmed = { state: 'AWAITING_PAYMENT' as const, paymentId: null, source: { $ne: null } };
  const brought = await ctx.em.find(Order, unconfirmed, { orderBy: { expiresAt: 'asc' }, limit: BATCH });
  const automatic = brought.filter(({ delivery }) => delivery?.isAutomatic);
  await Promise.all(automatic.map(({ id }) => paying.collect(id)));

  const patience = host.settings.providerTimeoutSeconds * SECOND + GRACE;
  // What was asked for that far in the future was asked for before the clock went back.
  const due = [{ askedAt: { $lte: now - patience } }, { askedAt: { $gt: now + patience } }];
  const open = { state: 'PENDING' as const, $or: due };
  const longest = { orderBy: { askedAt: 'asc' }, limit: BATCH } as const;
  const [payments, refunds] = [await ctx.em.find(Payment, open, longest), await ctx.em.find(Refund, open, longest)];
  if (payments.length + refunds.length === 0) return;
  await host.transact(ctx, async ({ em }) => {
    await em.nativeUpdate(Payment, { id: payments.map(({ id }) => id) }, { askedAt: now });
    await em.nativeUpdate(Refund, { id: refunds.map(({ id }) => id) }, { askedAt: now });
  });
  await Promise.all([
    ...refunds.map(({ id }) => giveBack(host, id)),
    ...payments.map((payment) =>
      inquire(host, payment).catch((error) =>
        host.log.warn({ error, paymentId: payment.id }, 'a payment is still not certain'),
      ),
    ),
  ]);
}
