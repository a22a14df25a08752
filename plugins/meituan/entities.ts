import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { LongText } from '../../kernel/database/long-text.ts';
import type { Context } from '../../kernel/module.ts';
import { booksTable } from '../../kernel/simulator/books.ts';
import type { PartFood } from './part-content.ts';

/** What Meituan pushes, each kind to an address of its own. */
export const pushKinds = [
  'order',
  'confirmed',
  'completed',
  'cancel',
  'refund',
  'part-refund',
  'reminder',
  'logistics',
] as const;
export type PushKind = (typeof pushKinds)[number];

/** A push as it came, kept before it was answered; moments in epoch ms. */
export const Push = defineEntity({
  name: 'Push',
  tableName: 'meituan_push',
  properties: {
    id: p.string().length(36).primary(),
    /** What tells its content from that of every other one: a repeat is the same. */
    digest: p.string().length(64).unique(),
    kind: p.string().length(20).$type<PushKind>(),
    orderNo: p.string().length(32),
    /** Its parameters, as JSON. */
    content: p.type(LongText),
    receivedAt: p.bigint('number'),
    /** When it had been acted upon. */
    handledAt: p.bigint('number').nullable(),
  },
  indexes: [{ properties: ['handledAt', 'orderNo', 'id'] }],
});
export type Push = InferEntity<typeof Push>;

/** The push that an order came by; those after it, of the same order, change nothing. */
export function firstOrderPush({ em }: Pick<Context, 'em'>, orderNo: string): Promise<Push | null> {
  return em.findOne(Push, { kind: 'order', orderNo }, { orderBy: { id: 'asc' } });
}

/** WAITING for the store, CONFIRMED by it, DONE with the diner, CANCELLED by whomever: as Meituan last said. */
export type Standing = 'WAITING' | 'CONFIRMED' | 'DONE' | 'CANCELLED';

/** An order between us and Meituan; money in fen, moments in epoch ms. */
export const MeituanOrder = defineEntity({
  name: 'MeituanOrder',
  tableName: 'meituan_order',
  properties: {
    /** Meituan's number of it. */
    orderNo: p.string().length(32).primary(),
    storeId: p.string().length(100),
    /** Our number of it, once it is in the order book. */
    orderId: p.string().length(36).nullable(),
    /** The payment that stands for Meituan's promise, once it was asked for. */
    paymentId: p.string().length(36).nullable(),
    total: p.bigint('number'),
    standing: p.string().length(10).$type<Standing>(),
    /** Meituan's number of the diner's wish for a refund that waits for an answer. */
    refundNo: p.string().length(64).nullable(),
    receivedAt: p.bigint('number'),
    /** When Meituan was last asked how it stands. */
    askedAt: p.bigint('number'),
  },
  indexes: [{ properties: ['orderId'] }, { properties: ['paymentId'] }, { properties: ['standing', 'askedAt'] }],
});
export type MeituanOrder = InferEntity<typeof MeituanOrder>;

/**
 * A refund of a part of an order: ASKED for by us, WAITING as a wish of the diner's, DONE, or REFUSED. Money in fen,
 * moments in epoch ms.
 */
export const PartRefund = defineEntity({
  name: 'PartRefund',
  tableName: 'meituan_part_refund',
  properties: {
    id: p.string().length(36).primary(),
    orderNo: p.string().length(32),
    /** Our number of it, once we have asked for it or agreed to it. */
    refundId: p.string().length(36).nullable().unique(),
    /** Meituan's number of it, once it has told of it. */
    refundNo: p.string().length(32).nullable(),
    foods: p.json<PartFood[]>(),
    /**
     * Of each food: what was left over there, and had been given back by others, before we asked for it. Null until it is
     * its turn, and empty until that is known.
     */
    rest: p.json<number[]>().nullable(),
    state: p.string().length(10).$type<'ASKED' | 'WAITING' | 'DONE' | 'REFUSED'>(),
    /** What Meituan says it comes to. */
    money: p.bigint('number').nullable(),
    /** When Meituan was last asked for it; 0 when it never was. */
    askedAt: p.bigint('number'),
  },
  uniques: [{ properties: ['orderNo', 'refundNo'] }],
});
export type PartRefund = InferEntity<typeof PartRefund>;

/** Payments that were closed before Meituan's order was known to be theirs: they confirm nothing any more. */
export const ClosedPayment = defineEntity({
  name: 'ClosedPayment',
  tableName: 'meituan_closed_payment',
  properties: { paymentId: p.string().length(36).primary(), at: p.bigint('number') },
});

/** A store's menu over there; moments in epoch ms. */
export const ShopMenu = defineEntity({
  name: 'ShopMenu',
  tableName: 'meituan_menu',
  properties: {
    storeId: p.string().length(100).primary(),
    /** The code of the shop that has it; another one has nothing yet. */
    code: p.string().length(100),
    /** When it is to be compared with the store's next. */
    dueAt: p.bigint('number'),
    /** When all of it was pushed for the last time. */
    wholeAt: p.bigint('number'),
  },
  indexes: [{ properties: ['dueAt'] }],
});
export type ShopMenu = InferEntity<typeof ShopMenu>;

/** How many orders a store had over there when its day was looked at last. */
export const ShopDay = defineEntity({
  name: 'ShopDay',
  tableName: 'meituan_shop_day',
  properties: {
    storeId: p.string().length(100).primary(),
    /** The code of the shop that it was. */
    code: p.string().length(100),
    /** Such as 20261122. */
    day: p.string().length(8),
    /** The number of the last order of the day that is known here, or was asked about. */
    latest: p.integer(),
  },
});
export type ShopDay = InferEntity<typeof ShopDay>;

/** A dish as it was pushed the last time. */
export const PushedDish = defineEntity({
  name: 'PushedDish',
  tableName: 'meituan_dish',
  properties: {
    storeId: p.string().length(100).primary(),
    menuItemId: p.string().length(100).primary(),
    dish: p.json<ShownDish>(),
  },
});

/** A dish as Meituan shows it; prices in fen. */
export interface ShownDish {
  name: string;
  description: string;
  category: string;
  /** `isThere` is whether there is any of it. */
  sizes: { id: string; name: string; price: number; isThere: boolean }[];
}

/** The simulator's books, so that it knows its orders after a restart. */
export const SimulatorMemory = booksTable('meituan_simulator');

/** This plug-in's tables. */
export const entities = [Push, MeituanOrder, PartRefund, ClosedPayment, ShopMenu, ShopDay, PushedDish, SimulatorMemory];
