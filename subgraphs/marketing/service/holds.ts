import { ensureRow } from '../../../kernel/database/insert-new.ts';
import { CodedError } from '../../../kernel/errors.ts';
import type { Context, Host, Transaction } from '../../../kernel/module.ts';
import type { HoldCouponsResult } from '../../../schema/types/marketing-internal.ts';
import { Coupon, CouponHold, couponStateAt } from '../entities.ts';

/** The coupons that an order of a diner wants to use. */
export interface HoldRequest {
  orderId: string;
  dinerId: string;
  couponIds: readonly string[];
}

/**
 * Locks coupons for an order: all of them, or none and the one that stands in the way. A coupon that this order has
 * already counts as held, so a repeat answers the same. After the order's release nothing is locked any more.
 */
export async function holdCoupons(host: Host, ctx: Context, request: HoldRequest): Promise<HoldCouponsResult> {
  try {
    if (request.couponIds.length > 0) await host.transact(ctx, (tx) => lock(host, tx, request));
    return { held: true, couponId: null, code: null };
  } catch (error) {
    // Thrown through the transaction, so that what was locked before the obstacle is undone.
    const couponId = error instanceof CodedError ? error.extensions['couponId'] : undefined;
    if (typeof couponId !== 'string') throw error;
    return { held: false, couponId, code: (error as CodedError).code };
  }
}

async function lock(host: Host, tx: Transaction, { orderId, dinerId, couponIds }: HoldRequest): Promise<void> {
  const now = host.clock.now();
  await ensureRow(tx, CouponHold, { orderId, state: 'HELD', changedAt: now });
  // A release that comes at the same moment waits for this one, and this tells whether one has come before.
  const open = await tx.em.nativeUpdate(CouponHold, { orderId, state: 'HELD' }, { changedAt: now });
  if (open > 0)
    await tx.em.nativeUpdate(
      Coupon,
      { id: [...couponIds], dinerId, state: 'ISSUED', expiresAt: { $gt: now } },
      { state: 'LOCKED', orderId },
    );
  const coupons = await tx.em.find(Coupon, { id: [...couponIds], dinerId }, { refresh: true });
  for (const couponId of couponIds) {
    const coupon = coupons.find(({ id }) => id === couponId);
    if (coupon?.orderId === orderId) continue;
    const state = coupon && couponStateAt(coupon, now);
    const code = state === undefined ? 'COUPON_NOT_FOUND' : state === 'ISSUED' ? 'HOLD_RELEASED' : `COUPON_${state}`;
    throw new CodedError(code, 'This coupon cannot be held.', { couponId });
  }
}

/** Unlocks what an order that was not paid holds, for good; after the payment it does nothing. */
export async function releaseCoupons(host: Host, ctx: Context, orderId: string): Promise<void> {
  await host.transact(ctx, async (tx) => {
    const changedAt = host.clock.now();
    await ensureRow(tx, CouponHold, { orderId, state: 'RELEASED', changedAt });
    await tx.em.nativeUpdate(CouponHold, { orderId, state: 'HELD' }, { state: 'RELEASED', changedAt });
    await tx.em.nativeUpdate(Coupon, { orderId, state: 'LOCKED' }, { state: 'ISSUED', orderId: null });
  });
}

/** The order was paid: its coupons are used. */
export async function redeemCoupons(host: Host, tx: Transaction, orderId: string): Promise<void> {
  await tx.em.nativeUpdate(CouponHold, { orderId, state: 'HELD' }, { state: 'REDEEMED', changedAt: host.clock.now() });
  await tx.em.nativeUpdate(Coupon, { orderId, state: 'LOCKED' }, { state: 'REDEEMED' });
}

/** The order came to nothing, paid or not: its diner has the coupons again, as long as they are good. */
export async function giveCouponsBack(host: Host, tx: Transaction, orderId: string): Promise<void> {
  await tx.em.upsert(CouponHold, { orderId, state: 'RELEASED', changedAt: host.clock.now() });
  await tx.em.nativeUpdate(Coupon, { orderId, state: ['LOCKED', 'REDEEMED'] }, { state: 'ISSUED', orderId: null });
}
