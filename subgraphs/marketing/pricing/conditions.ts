import type { CouponState } from '../../../schema/types/marketing.ts';
import type { CouponOffer, Facts, Good, PromotionOffer, Refusal, RefusalCode, Rule, Say } from './offer.ts';

const couponRefusals: Record<Exclude<CouponState, 'ISSUED'>, Refusal> = {
  LOCKED: { code: 'COUPON_LOCKED', reason: 'Another order that is not paid yet holds this coupon.' },
  REDEEMED: { code: 'COUPON_REDEEMED', reason: 'This coupon has been used.' },
  EXPIRED: { code: 'COUPON_EXPIRED', reason: 'This coupon is past its time.' },
  VOIDED: { code: 'COUPON_VOIDED', reason: 'This coupon was taken back.' },
};

const channelNames = { DINE_IN: 'dining in', TAKEAWAY: 'takeaway', DELIVERY: 'delivery' };

/** The goods that an offer counts and lowers: those of its dishes and of its categories, or all when it names none. */
export function goodsOf({ dishIds, categoryIds }: Rule, goods: readonly Good[]): Good[] {
  if (dishIds.length === 0 && categoryIds.length === 0) return [...goods];
  return goods.filter(({ dishId, categoryId }) => dishIds.includes(dishId) || categoryIds.includes(categoryId));
}

/** Why an offer does not hold for this cart, whatever else applies; undefined when it does. `counted` are its goods. */
export function unmet(
  offer: PromotionOffer | CouponOffer,
  counted: readonly Good[],
  facts: Facts,
  say: Say,
): Refusal | undefined {
  const { channels, tierCodes, threshold } = offer.rule;
  if ('state' in offer && offer.state !== 'ISSUED') return couponRefusals[offer.state];
  if (offer.storeId !== null && offer.storeId !== facts.storeId)
    return refusal('WRONG_STORE', 'It holds at another store.');
  if (channels.length > 0 && !channels.includes(facts.channel))
    return refusal('WRONG_CHANNEL', `It holds for ${anyOf(channels.map((channel) => channelNames[channel]))} only.`);
  if (tierCodes.length > 0 && !(facts.tierCode !== null && tierCodes.includes(facts.tierCode)))
    return refusal('WRONG_TIER', `It is for ${anyOf(tierCodes)} members only.`);
  if (counted.length === 0) return refusal('NO_ELIGIBLE_ITEM', 'Nothing in the cart is part of this offer.');
  const missing = threshold - counted.reduce((sum, { subtotal }) => sum + subtotal, 0);
  if (missing > 0) return refusal('THRESHOLD_NOT_REACHED', `${say(missing)} more to reach ${say(threshold)}.`);
  return undefined;
}

function refusal(code: RefusalCode, reason: string): Refusal {
  return { code, reason };
}

/** `a`, `a or b`, `a, b or c`. */
function anyOf(names: readonly string[]): string {
  return [names.slice(0, -1).join(', '), names.at(-1)].filter(Boolean).join(' or ');
}
