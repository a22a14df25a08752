import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import type { CouponState } from '../../schema/types/marketing.ts';
import type { Rule as OfferRule } from './pricing/offer.ts';

/** The rule of a promotion or template, kept as it was checked when it was made. */
export type Rule = OfferRule;

/** An offer that applies by itself while it runs. */
export const Promotion = defineEntity({
  name: 'Promotion',
  tableName: 'promotion',
  properties: {
    id: p.string().primary(),
    name: p.string(),
    rule: p.json<Rule>(),
    /** Null is the whole chain. */
    storeId: p.string().strictNullable(),
    startsAt: p.bigint('number'),
    /** Null is until it is ended. */
    endsAt: p.bigint('number').strictNullable(),
    priority: p.integer(),
    stackable: p.boolean(),
  },
  indexes: [{ properties: ['storeId', 'endsAt'] }],
});
export type Promotion = InferEntity<typeof Promotion>;

/** What coupons of one sort have in common, and how many of them there are. */
export const CouponTemplate = defineEntity({
  name: 'CouponTemplate',
  tableName: 'coupon_template',
  properties: {
    id: p.string().primary(),
    name: p.string(),
    rule: p.json<Rule>(),
    /** Null is the whole chain. */
    storeId: p.string().strictNullable(),
    validDays: p.integer(),
    /** Null is no limit. */
    quantity: p.integer().strictNullable(),
    /** Counted up by one guarded statement, never above `quantity`. */
    issued: p.integer(),
    stackable: p.boolean(),
  },
  indexes: [{ properties: ['name', 'id'] }],
});
export type CouponTemplate = InferEntity<typeof CouponTemplate>;

/** A diner's right to an offer, once. Its state changes by guarded statements only. */
export const Coupon = defineEntity({
  name: 'Coupon',
  tableName: 'coupon',
  properties: {
    id: p.string().primary(),
    templateId: p.string(),
    dinerId: p.string(),
    /** EXPIRED is never stored: it is what ISSUED becomes when its time has passed, see `couponStateAt`. */
    state: p.string().$type<Exclude<CouponState, 'EXPIRED'>>(),
    /** The order that has it LOCKED or REDEEMED. */
    orderId: p.string().strictNullable(),
    issuedAt: p.bigint('number'),
    expiresAt: p.bigint('number'),
  },
  indexes: [{ properties: ['dinerId', 'id'] }, { properties: ['orderId'] }],
});
export type Coupon = InferEntity<typeof Coupon>;

/** A diner, of whom marketing knows the key only. */
export interface Diner {
  id: string;
}

/** How an order stands to coupons: HELD until it is paid for (REDEEMED) or came to nothing (RELEASED, for good). */
export const CouponHold = defineEntity({
  name: 'CouponHold',
  tableName: 'coupon_hold',
  properties: {
    orderId: p.string().primary(),
    state: p.string().$type<'HELD' | 'REDEEMED' | 'RELEASED'>(),
    changedAt: p.bigint('number'),
  },
});
export type CouponHold = InferEntity<typeof CouponHold>;

/** How a coupon stands at a moment: one that nobody used in time is EXPIRED, which so needs no job. */
export function couponStateAt({ state, expiresAt }: Coupon, now: number): CouponState {
  return state === 'ISSUED' && expiresAt <= now ? 'EXPIRED' : state;
}

/** This module's tables. */
export const entities = [Promotion, CouponTemplate, Coupon, CouponHold];
