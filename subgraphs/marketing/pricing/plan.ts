import { toMajor } from '../../../kernel/money.ts';
import type { OfferKind } from '../../../schema/types/marketing.ts';
import { goodsOf, unmet } from './conditions.ts';
import type { Gift, Outcome } from './kind.ts';
import { kinds } from './kinds.ts';
import type { CouponOffer, Facts, Good, PricedLine, PromotionOffer, Refusal, RuleOf, Say } from './offer.ts';

/** A cart and every offer that might lower its price. */
export interface PlanRequest {
  readonly lines: readonly PricedLine[];
  /** Those that run now at this store. */
  readonly promotions: readonly PromotionOffer[];
  /** Those that the diner chose, in that order. */
  readonly coupons: readonly CouponOffer[];
  readonly facts: Facts;
}

/** Which offer it is: one of the two ids is set. */
interface Named {
  readonly promotionId: string | null;
  readonly couponId: string | null;
  readonly name: string;
}

/** An offer that applies. */
interface AppliedOffer extends Named {
  readonly reason: string;
  /** The sum of the shares, in minor units; 0 for a gift. */
  readonly amount: number;
  /** What it takes off each line; lines it does not lower are left out. */
  readonly shares: readonly { lineId: string; amount: number }[];
  readonly gift: Gift | null;
}

/** Every offer that was tried, applied or rejected, each with its reason. */
export interface Plan {
  readonly applied: readonly AppliedOffer[];
  readonly rejected: readonly (Named & Refusal)[];
}

/**
 * Works out which offers lower the price of a cart, and by how much on each line. Promotions come first, by priority
 * then id, then the coupons in their order. Thresholds look at the goods before discounts; what an offer takes off, it
 * takes off what earlier ones have left. An offer that does not stack applies only where nothing else does. A pure
 * function: the same request has the same plan, in whatever order its lines are.
 */
export function planPrices({ lines, promotions, coupons, facts }: PlanRequest): Plan {
  const say: Say = (amount) => toMajor(amount, facts.currency);
  const goods = goodsFrom(lines);
  const applied: AppliedOffer[] = [];
  const rejected: (Named & Refusal)[] = [];
  let alone: string | undefined;

  for (const offer of [...promotions.toSorted(byPriority), ...coupons]) {
    const { id, name, rule, stackable } = offer;
    const named = isCoupon(offer)
      ? { promotionId: null, couponId: id, name }
      : { promotionId: id, couponId: null, name };
    const counted = goodsOf(rule, goods);
    const inTheWay = alone ?? (stackable ? undefined : applied[0]?.name);
    const result = unmet(offer, counted, facts, say) ?? conflict(inTheWay) ?? give(rule, counted);
    if ('code' in result) {
      rejected.push({ ...named, ...result });
      continue;
    }
    const { shares, gift = null } = result;
    counted.forEach((good, index) => {
      good.left -= shares[index] ?? 0;
    });
    applied.push({
      ...named,
      reason: reasonOf(rule, say),
      amount: sum(shares),
      shares: counted
        .map(({ id }, index) => ({ lineId: id, amount: shares[index] ?? 0 }))
        .filter(({ amount }) => amount > 0),
      gift,
    });
    if (!stackable) alone = name;
  }
  return { applied, rejected };
}

/** The lines with all of their price left, in an order of their contents: the order they were put in does not count. */
function goodsFrom(lines: readonly PricedLine[]): Good[] {
  return lines
    .map((line) => ({ ...line, subtotal: line.unitPrice * line.quantity, left: line.unitPrice * line.quantity }))
    .sort(
      (a, b) =>
        compare(a.menuItemId, b.menuItemId) ||
        a.unitPrice - b.unitPrice ||
        a.quantity - b.quantity ||
        compare(a.id, b.id),
    );
}

function give<K extends OfferKind>(rule: RuleOf<K>, counted: readonly Good[]): Outcome | Refusal {
  const result = kinds[rule.kind].give(rule, counted);
  if ('code' in result || result.gift || sum(result.shares) > 0) return result;
  return { code: 'NOTHING_LEFT', reason: 'There is nothing left for it to lower.' };
}

function conflict(name: string | undefined): Refusal | undefined {
  return name === undefined
    ? undefined
    : { code: 'NOT_STACKABLE', reason: `It cannot be used together with "${name}".` };
}

function reasonOf<K extends OfferKind>(rule: RuleOf<K>, say: Say): string {
  const gain = kinds[rule.kind].tell(rule, say);
  return rule.threshold > 0 ? `${gain}, from ${say(rule.threshold)} on.` : `${gain}.`;
}

function isCoupon(offer: PromotionOffer | CouponOffer): offer is CouponOffer {
  return 'state' in offer;
}

function byPriority(a: PromotionOffer, b: PromotionOffer): number {
  return a.priority - b.priority || compare(a.id, b.id);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}
