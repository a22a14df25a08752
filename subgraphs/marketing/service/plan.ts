import { badInput } from '../../../kernel/errors.ts';
import { list } from '../../../kernel/input.ts';
import type { Context, Host } from '../../../kernel/module.ts';
import type { PlanInput } from '../../../schema/types/marketing-internal.ts';
import { couponStateAt } from '../entities.ts';
import { marketingError } from '../errors.ts';
import { couponById, templateById } from '../loaders.ts';
import type { CouponOffer } from '../pricing/offer.ts';
import { type Plan, planPrices } from '../pricing/plan.ts';
import { runningPromotions } from './promotions.ts';

/** The most coupons that one order may use. */
const MOST_COUPONS = 10;

/** Reads the offers that may lower a cart's price and plans with them. Throws BAD_INPUT, COUPON_NOT_FOUND. */
export async function planFor(host: Host, ctx: Context, input: PlanInput): Promise<Plan> {
  const { storeId, channel, currency, lines, dinerId = null, tierCode = null } = input;
  const couponIds = list('couponIds', input.couponIds, 0, MOST_COUPONS);
  if (new Set(couponIds).size < couponIds.length) throw badInput('couponIds', 'names a coupon twice');
  const [promotions, coupons] = await Promise.all([
    runningPromotions(host, ctx, storeId),
    Promise.all(couponIds.map((id) => couponOffer(host, ctx, id, dinerId))),
  ]);
  return planPrices({ lines, promotions, coupons, facts: { storeId, channel, tierCode, currency } });
}

async function couponOffer(host: Host, ctx: Context, id: string, dinerId: string | null): Promise<CouponOffer> {
  const coupon = await couponById(ctx).load(id);
  const template = coupon && (await templateById(ctx).load(coupon.templateId));
  // The same answer for a coupon of somebody else and for none: who guesses ids learns nothing.
  if (!template || coupon.dinerId !== dinerId) throw marketingError('COUPON_NOT_FOUND', { couponId: id });
  const { name, rule, storeId, stackable } = template;
  return { id, name, rule, storeId, stackable, state: couponStateAt(coupon, host.clock.now()) };
}
