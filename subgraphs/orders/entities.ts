import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import type { KitchenPart } from '../../schema/events.ts';
import type { Channel } from '../../schema/types/orders.ts';
import type { PlatformNotice as Notice } from './ports.ts';
import type { OrderState } from './state.ts';

/** A promotion or coupon that lowered the price; amount in minor units. */
export interface AppliedOffer {
  promotionId: string | null;
  couponId: string | null;
  name: string;
  amount: number;
  reason: string;
}

/** A promotion or coupon that did not. */
export interface RejectedOffer extends Omit<AppliedOffer, 'amount'> {
  code: string;
}

/** Why an order could not be placed, as the client is told. */
export type Rejection =
  | { __typename: 'OutOfStock'; shortages: { item: { id: string }; requested: number; available: number }[] }
  | { __typename: 'CouponUnavailable'; coupon: { id: string }; code: string };

/** A diner's wish, told by a delivery platform, to have the money back. It waits for the store's staff. */
export interface RefundRequest {
  /** The platform's number of it. */
  id: string;
  reason: string;
  /** Epoch ms. */
  requestedAt: number;
  state: 'WAITING' | 'AGREED' | 'REJECTED' | 'WITHDRAWN';
  /** What is to be given back when it is a part of the order only; minor units. Left out, it is all of it. */
  part?: { lines: { lineId: string; quantity: number }[]; amount: number };
}

/** A part of an order that is given back; amounts in minor units. */
export interface RefundedPart {
  lines: { lineId: string; quantity: number; amount: number }[];
  reason: string | null;
  /** Whether it is to be sold again, if the kitchen has not begun when the money is back. */
  restock: boolean;
}

/** What a delivery platform says of its order beyond the prices; texts are the platform's, moments in epoch ms. */
export interface DeliveryFacts {
  /** The number that the platform calls out at the store, from 1 each day. */
  dayNumber: number | null;
  recipient: string | null;
  /** Mostly a number that stands for the diner's own for some days, with an extension: a text. */
  phone: string | null;
  address: string | null;
  /** When the diner wants to have it; null for as soon as can be. */
  deliverAt: number | null;
  /** Until when it waits to be confirmed. */
  confirmBy: number;
  /** Whether it is confirmed as soon as its stock is held, and not by staff. */
  isAutomatic: boolean;
  /** When the diner urged, by the platform's numbers. */
  reminders: { id: string; at: number }[];
  refundRequest: RefundRequest | null;
}

/** An order; money in minor units of its currency, moments in epoch ms. `order` is a reserved word of SQL. */
export const Order = defineEntity({
  name: 'Order',
  tableName: 'customer_order',
  properties: {
    id: p.string().primary(),
    state: p.string().$type<OrderState>(),
    /** Raised by one by each change. */
    version: p.integer(),
    storeId: p.string(),
    /** The store's name and zone at that time, which receipts carry. */
    storeName: p.string(),
    timeZone: p.string(),
    channel: p.string().$type<Channel>(),
    tableId: p.string().nullable(),
    tableName: p.string().nullable(),
    dinerId: p.string().nullable(),
    currency: p.string(),
    subtotal: p.bigint('number'),
    discount: p.bigint('number'),
    tax: p.bigint('number'),
    total: p.bigint('number'),
    plan: p.json<{ applied: AppliedOffer[]; rejected: RejectedOffer[] }>(),
    note: p.text().nullable(),
    businessDay: p.string(),
    pickupNumber: p.integer().nullable(),
    /** The payment that is open or has paid the order. */
    paymentId: p.string().nullable(),
    createdAt: p.bigint('number'),
    placedAt: p.bigint('number').nullable(),
    expiresAt: p.bigint('number').nullable(),
    paidAt: p.bigint('number').nullable(),
    completedAt: p.bigint('number').nullable(),
    cancelledAt: p.bigint('number').nullable(),
    cancelReason: p.string().nullable(),
    /** Whose key placed it, such as `diner:0192...`, and the key: to free it when the order comes to nothing. */
    placedBy: p.string().nullable(),
    placedWith: p.string().nullable(),
    /** While PLACING: until when one process alone takes its holds. */
    leaseUntil: p.bigint('number').nullable(),
    rejection: p.json<Rejection>().nullable(),
    /** For past orders of another till and those of delivery platforms: which one, and its number there. */
    source: p.string().nullable(),
    externalId: p.string().nullable(),
    /** Of an order that a delivery platform has brought. */
    delivery: p.json<DeliveryFacts>().nullable(),
  },
  indexes: [
    { properties: ['storeId', 'createdAt', 'id'] },
    { properties: ['dinerId', 'createdAt', 'id'] },
    { properties: ['state', 'expiresAt'] },
  ],
  uniques: [{ properties: ['storeId', 'source', 'externalId'] }],
});
export type Order = InferEntity<typeof Order>;

/** A line of an order as it was when it was priced, so that a later change of the menu leaves it alone. */
export const OrderLine = defineEntity({
  name: 'OrderLine',
  tableName: 'order_line',
  properties: {
    id: p.string().primary(),
    orderId: p.string().index(),
    /** Where it stands in the order, from 0. */
    position: p.integer(),
    menuItemId: p.string().nullable(),
    specId: p.string().nullable(),
    name: p.string(),
    specName: p.string(),
    modifiers: p.json<{ id: string; name: string; price: number }[]>(),
    parts: p.json<KitchenPart[]>(),
    unitPrice: p.bigint('number'),
    quantity: p.integer(),
    /** Of what is sold by weight; null for what is sold by the portion. */
    grams: p.integer().nullable(),
    subtotal: p.bigint('number'),
    discount: p.bigint('number'),
    /** The tax of the dish in hundredths of a per cent. */
    taxBasisPoints: p.integer(),
    tax: p.bigint('number'),
    total: p.bigint('number'),
    gift: p.boolean(),
    note: p.text().nullable(),
  },
});
export type StoredLine = InferEntity<typeof OrderLine>;

/** A line of an order and of a quote alike. */
export type OrderLine = Omit<StoredLine, 'orderId' | 'position'>;

/** A diner, known here by the key alone. */
export interface Diner {
  id: string;
}

/** The states of a payment, as schema.graphql describes them. */
export type PaymentState = 'PENDING' | 'SUCCEEDED' | 'FAILED' | 'CLOSED' | 'REFUNDING' | 'REFUNDED';

/** A payment of an order in full; stored before the provider is asked. */
export const Payment = defineEntity({
  name: 'Payment',
  tableName: 'payment',
  properties: {
    id: p.string().primary(),
    orderId: p.string().index(),
    provider: p.string(),
    amount: p.bigint('number'),
    currency: p.string(),
    state: p.string().$type<PaymentState>(),
    reference: p.text().nullable(),
    /** The provider's word for a refusal. */
    declineReason: p.text().nullable(),
    /** What the payer has to do to finish it. */
    action: p.text().nullable(),
    refunded: p.bigint('number'),
    createdAt: p.bigint('number'),
    /** When the provider was last asked about it. */
    askedAt: p.bigint('number'),
    paidAt: p.bigint('number').nullable(),
  },
  indexes: [{ properties: ['state', 'askedAt'] }],
});
export type Payment = InferEntity<typeof Payment>;

/** Money on its way back: PENDING until the provider has said SUCCEEDED or FAILED. */
export const Refund = defineEntity({
  name: 'Refund',
  tableName: 'refund',
  properties: {
    id: p.string().primary(),
    paymentId: p.string().index(),
    orderId: p.string(),
    amount: p.bigint('number'),
    state: p.string().$type<'PENDING' | 'SUCCEEDED' | 'FAILED'>(),
    createdAt: p.bigint('number'),
    /** When the provider was last asked for it. */
    askedAt: p.bigint('number'),
    /** What is given back; null for all that was left. */
    part: p.json<RefundedPart>().nullable(),
    /** Of a refund that a delivery platform told of, or its diner wished for: its number there. */
    externalId: p.string().nullable(),
    /** Why a person has to see to it; null while nobody has to. */
    trouble: p.text().nullable(),
  },
  indexes: [{ properties: ['state', 'askedAt'] }],
  uniques: [{ properties: ['paymentId', 'externalId'] }],
});
export type Refund = InferEntity<typeof Refund>;

/** A weighing that a line goes by: each is good for one. */
export const UsedWeighing = defineEntity({
  name: 'UsedWeighing',
  tableName: 'used_weighing',
  properties: { weighingId: p.string().primary(), orderId: p.string().index() },
});

/** The last pick-up number that a store gave out on a business day. */
export const PickupCounter = defineEntity({
  name: 'PickupCounter',
  tableName: 'pickup_counter',
  properties: { storeId: p.string().primary(), businessDay: p.string().primary(), last: p.integer() },
});

/** What a delivery platform is to be told: PENDING until it has said yes (DONE) or no (FAILED). */
export const PlatformNotice = defineEntity({
  name: 'PlatformNotice',
  tableName: 'platform_notice',
  properties: {
    id: p.string().primary(),
    orderId: p.string().index(),
    kind: p.string().$type<Notice['kind']>(),
    reason: p.string().$type<NonNullable<Notice['reason']>>().nullable(),
    text: p.text().nullable(),
    state: p.string().$type<'PENDING' | 'DONE' | 'FAILED'>(),
    createdAt: p.bigint('number'),
    /** When it is to be told, or told again. */
    dueAt: p.bigint('number'),
  },
  indexes: [{ properties: ['state', 'dueAt'] }],
});
export type PlatformNotice = InferEntity<typeof PlatformNotice>;

/** This module's tables. */
export const entities = [Order, OrderLine, Payment, Refund, UsedWeighing, PickupCounter, PlatformNotice];
