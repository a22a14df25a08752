import { MINUTE, SECOND } from '../../../kernel/clock.ts';
import type { Context } from '../../../kernel/module.ts';
import { HoldStockDocument, ReleaseStockDocument } from '../../../schema/types/orders-asks-inventory.ts';
import { HoldCouponsDocument, ReleaseCouponsDocument } from '../../../schema/types/orders-asks-marketing.ts';
import { Order, type Rejection, UsedWeighing } from '../entities.ts';
import { linesByOrder } from '../loaders.ts';
import type { OrdersHost } from '../settings.ts';
import { move, orderForChange } from './change-order.ts';
import { nextPickupNumber } from './pickup-number.ts';
import { outOfStock, stockLines } from './stock-lines.ts';

/** The mutation that an order's key is stored under. */
export const PLACE_ORDER = 'placeOrder';

/** How long one process alone may take an order's holds before another takes over, in ms. */
export const LEASE = 10 * SECOND;

/**
 * What a PLACING order is that no process is at. A lease that is twice as long as any that is given means that the clock
 * has gone back since, and not only that two machines differ a little: then it is over.
 */
export const unleased = (now: number) => ({
  state: 'PLACING' as const,
  $or: [{ leaseUntil: { $lte: now } }, { leaseUntil: { $gt: now + 2 * LEASE } }],
});

/** Makes this process the one that takes a PLACING order's holds; false while another is at it, or when it is placed. */
export async function takeLease(host: OrdersHost, orderId: string): Promise<boolean> {
  const now = host.clock.now();
  // No change that a client could see, so it raises no version.
  const leased = await host.transact(host.context(), (tx) =>
    tx.em.nativeUpdate(Order, { id: orderId, ...unleased(now) }, { leaseUntil: now + LEASE }),
  );
  return leased === 1;
}

/**
 * Takes a PLACING order's holds at their owners, then places or rejects it. Every step is idempotent by the order's id,
 * so it may be done again from the beginning after a crash anywhere. Throws when an owner's answer is unknown: then the
 * order stays PLACING and its lease ends at once, until it is too old to be of use to anybody.
 */
export async function takeHolds(host: OrdersHost, orderId: string): Promise<void> {
  const ctx = host.context();
  const order = await ctx.em.findOneOrFail(Order, orderId);
  if (order.state !== 'PLACING') return;
  try {
    const rejection = await hold(host, ctx, order);
    if (rejection) {
      await release(host, ctx, orderId);
      await reject(host, order, rejection);
    } else if (!(await placed(host, orderId))) {
      // Another process has rejected it meanwhile.
      await release(host, ctx, orderId);
    }
  } catch (error) {
    if (host.clock.now() - order.createdAt < host.settings.holdMinutes * MINUTE) await endLease(host, orderId);
    else await giveUp(host, ctx, order);
    throw error;
  }
}

async function endLease(host: OrdersHost, orderId: string): Promise<void> {
  const leased = { id: orderId, state: 'PLACING' as const };
  await host.transact(host.context(), (tx) => tx.em.nativeUpdate(Order, leased, { leaseUntil: 0 }));
}

/** Nobody waits any more for an order that could not be placed for so long. */
async function giveUp(host: OrdersHost, ctx: Context, order: Order): Promise<void> {
  host.log.error({ orderId: order.id }, 'an order is given up that could not be placed');
  await release(host, ctx, order.id);
  await reject(host, order, null);
}

async function hold(host: OrdersHost, ctx: Context, order: Order): Promise<Rejection | null> {
  const { id: orderId, storeId, dinerId, plan } = order;
  const lines = stockLines(await linesByOrder(ctx).load(orderId));
  const { holdStock: stock } = await host.ask(ctx, 'inventory', HoldStockDocument, { orderId, storeId, lines });
  if (!stock.held) return outOfStock(stock.shortages);
  const couponIds = plan.applied.flatMap(({ couponId }) => couponId ?? []);
  if (!dinerId || couponIds.length === 0) return null;
  const { holdCoupons: coupons } = await host.ask(ctx, 'marketing', HoldCouponsDocument, {
    orderId,
    dinerId,
    couponIds,
  });
  if (coupons.held) return null;
  const couponId = coupons.couponId ?? couponIds[0]!;
  return { __typename: 'CouponUnavailable', coupon: { id: couponId }, code: coupons.code ?? 'COUPON_LOCKED' };
}

async function release(host: OrdersHost, ctx: Context, orderId: string): Promise<void> {
  await Promise.all([
    host.ask(ctx, 'inventory', ReleaseStockDocument, { orderId }),
    host.ask(ctx, 'marketing', ReleaseCouponsDocument, { orderId }),
  ]);
}

/** Gives the order its number and lets it wait for payment; false when it was rejected. */
async function placed(host: OrdersHost, orderId: string): Promise<boolean> {
  return host.transact(host.context(), async (tx) => {
    const order = await orderForChange(tx, orderId);
    if (order.state !== 'PLACING') return order.state !== 'REJECTED';
    const now = host.clock.now();
    await move(
      host,
      tx,
      order,
      { to: 'AWAITING_PAYMENT', by: 'PRODUCT' },
      {
        pickupNumber: await nextPickupNumber(tx, order),
        placedAt: now,
        expiresAt: Math.min(
          now + host.settings.holdMinutes * MINUTE,
          order.delivery?.confirmBy ?? Number.POSITIVE_INFINITY,
        ),
        leaseUntil: null,
      },
    );
    return true;
  });
}

/** Keeps why the order came to nothing, and frees its key: a refusal is no outcome that a repeat should find. */
async function reject(
  host: OrdersHost,
  { id, placedBy, placedWith }: Order,
  rejection: Rejection | null,
): Promise<void> {
  await host.transact(host.context(), async (tx) => {
    const order = await orderForChange(tx, id);
    if (order.state !== 'PLACING') return;
    await move(host, tx, order, { to: 'REJECTED', by: 'PRODUCT' }, { rejection, leaseUntil: null });
    await tx.em.nativeDelete(UsedWeighing, { orderId: id });
    if (placedBy && placedWith) await host.forget(tx, placedBy, { mutation: PLACE_ORDER, key: placedWith });
  });
}
