import type { Channel, CouponState, OfferKind } from '../../../schema/types/marketing.ts';

/** What an offer asks for, whatever it gives. Amounts are in minor units; an empty list sets no condition. */
interface Conditions {
  /** What the goods it counts must come to before discounts. */
  threshold: number;
  dishIds: readonly string[];
  categoryIds: readonly string[];
  channels: readonly Channel[];
  tierCodes: readonly string[];
}

/** What an offer gives, by its kind. Amounts are in minor units. */
export interface Effects {
  AMOUNT_OFF: { amount: number };
  PERCENT_OFF: { percent: number; maxDiscount: number | null };
  SECOND_HALF_PRICE: object;
  GIFT: { giftItemId: string; giftSpecId: string };
}

/** The rule of an offer of one kind. */
export type RuleOf<K extends OfferKind> = Conditions & { kind: K } & Effects[K];

/** The rule of an offer: what it asks for and what it gives. */
export type Rule = { [K in OfferKind]: RuleOf<K> }[OfferKind];

/** What promotions and coupons have in common. */
interface Terms {
  readonly id: string;
  readonly name: string;
  readonly rule: Rule;
  /** The store it holds in; null is the whole chain. */
  readonly storeId: string | null;
  /** Whether it may be used together with other offers. */
  readonly stackable: boolean;
}

/** A promotion that runs now. */
export interface PromotionOffer extends Terms {
  /** The smaller is tried first. */
  readonly priority: number;
}

/** A coupon that a diner would like to use. */
export interface CouponOffer extends Terms {
  /** How it stands at the moment of pricing. */
  readonly state: CouponState;
}

/** A line of a cart as the menu prices it, before any discount. */
export interface PricedLine {
  /** The caller's name for it, unique within the cart. */
  readonly id: string;
  readonly menuItemId: string;
  readonly dishId: string;
  readonly categoryId: string;
  readonly unitPrice: number;
  readonly quantity: number;
}

/** A line while offers are tried on it. */
export interface Good extends PricedLine {
  /** What it comes to before discounts. */
  readonly subtotal: number;
  /** What earlier offers have left of it; never below 0. */
  left: number;
}

/** What else decides whether an offer holds. */
export interface Facts {
  readonly storeId: string;
  readonly channel: Channel;
  /** The diner's tier; null for nobody in particular. */
  readonly tierCode: string | null;
  /** ISO 4217, for the amounts in reasons. */
  readonly currency: string;
}

/** Why an offer does not apply: a code for programs, a sentence for the diner. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly reason: string;
}

/** Every way in which an offer may be rejected. */
export type RefusalCode =
  | 'COUPON_LOCKED'
  | 'COUPON_REDEEMED'
  | 'COUPON_EXPIRED'
  | 'COUPON_VOIDED'
  | 'WRONG_STORE'
  | 'WRONG_CHANNEL'
  | 'WRONG_TIER'
  | 'NO_ELIGIBLE_ITEM'
  | 'THRESHOLD_NOT_REACHED'
  | 'NOT_STACKABLE'
  | 'NOTHING_LEFT';

/** Writes an amount in minor units as a diner reads it. */
export type Say = (amount: number) => string;
