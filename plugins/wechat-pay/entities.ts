import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { booksTable } from '../../kernel/simulator/books.ts';

/** How the payer is reached: by a QR code, in the mini-program, or by the code that they show at the till. */
export type TradeKind = 'NATIVE' | 'JSAPI' | 'CODE';

/** OPEN waits for the payer; DECLINED and CLOSED take no money any more. */
export type TradeState = 'OPEN' | 'SUCCEEDED' | 'DECLINED' | 'CLOSED';

/** A payment as it stands between us and WeChat Pay; money in fen, moments in epoch ms. */
export const Trade = defineEntity({
  name: 'Trade',
  tableName: 'wechat_trade',
  properties: {
    paymentId: p.string().length(64).primary(),
    /** Our number of it there. */
    outTradeNo: p.string().length(32).unique(),
    orderId: p.string().length(100).index(),
    storeId: p.string().length(100),
    kind: p.string().length(10).$type<TradeKind>(),
    /** 0 for a payment that was closed before it was asked for. */
    amount: p.bigint('number'),
    description: p.string().length(127),
    /** Who pays in the mini-program. */
    openId: p.string().length(128).nullable(),
    expiresAt: p.bigint('number').nullable(),
    /** Whether it was announced as one that is shared: only such may be. */
    isShared: p.boolean(),
    state: p.string().length(10).$type<TradeState>(),
    /** What the payer is to be shown, once WeChat Pay has said it. */
    action: p.text().nullable(),
    /** WeChat Pay's number. */
    transactionId: p.string().length(32).nullable(),
    declineReason: p.string().length(500).nullable(),
    /** What was given back or is on its way. */
    refunded: p.bigint('number'),
    createdAt: p.bigint('number'),
    /** Of a payment code: until when a request that we have given up may still arrive there. */
    watchedUntil: p.bigint('number').nullable(),
    paidAt: p.bigint('number').nullable(),
  },
  indexes: [
    { properties: ['kind', 'state', 'createdAt'] },
    { properties: ['paidAt'] },
    { properties: ['watchedUntil'] },
  ],
});
export type Trade = InferEntity<typeof Trade>;

/** Money on its way back: PENDING until WeChat Pay has said SUCCEEDED or FAILED. */
export const TradeRefund = defineEntity({
  name: 'TradeRefund',
  tableName: 'wechat_refund',
  properties: {
    refundId: p.string().length(64).primary(),
    /** Our number of it there. */
    outRefundNo: p.string().length(64).unique(),
    paymentId: p.string().length(64).index(),
    amount: p.bigint('number'),
    state: p.string().length(10).$type<'PENDING' | 'SUCCEEDED' | 'FAILED'>(),
    /** WeChat Pay's number, once it has taken the refund on. */
    platformId: p.string().length(64).nullable(),
    /** What of a share has to come back before, and whether it has. */
    shareBack: p.bigint('number'),
    isShareBack: p.boolean(),
    reason: p.string().length(500).nullable(),
    createdAt: p.bigint('number'),
    finishedAt: p.bigint('number').nullable(),
  },
  indexes: [{ properties: ['createdAt'] }],
});
export type TradeRefund = InferEntity<typeof TradeRefund>;

/** A callback that was accepted. Its id is that of the delivery, so that the same bytes are not taken twice. */
export const Callback = defineEntity({
  name: 'Callback',
  tableName: 'wechat_callback',
  properties: {
    id: p.string().length(64).primary(),
    /** WeChat Pay's number of what it tells, the same in each delivery of it. */
    eventId: p.string().length(64).index(),
    eventType: p.string().length(64),
    /** Our number of the trade, refund or share that it is about. */
    subject: p.string().length(64),
    receivedAt: p.bigint('number').index(),
  },
});
export type Callback = InferEntity<typeof Callback>;

/** Where a share stands, as schema.graphql describes it. */
export type ShareState = 'WAITING' | 'DUE' | 'PENDING' | 'SUCCEEDED' | 'FAILED' | 'DROPPED' | 'RETURNED';

/** What a store has of a payment that headquarters took, or the reverse. */
export const ProfitShare = defineEntity({
  name: 'ProfitShare',
  tableName: 'wechat_share',
  properties: {
    paymentId: p.string().length(64).primary(),
    orderId: p.string().length(100).index(),
    storeId: p.string().length(100),
    outOrderNo: p.string().length(64).unique(),
    receiverType: p.string().length(20),
    receiver: p.string().length(64),
    amount: p.bigint('number'),
    /** What has come back of it. */
    returned: p.bigint('number'),
    state: p.string().length(10).$type<ShareState>(),
    reason: p.string().length(500).nullable(),
    dueAt: p.bigint('number'),
  },
  indexes: [{ properties: ['state', 'dueAt'] }],
});
export type ProfitShare = InferEntity<typeof ProfitShare>;

/** That a mini-program's order was handed over, which WeChat wants to hear before it settles the money. */
export const ShippingReport = defineEntity({
  name: 'ShippingReport',
  tableName: 'wechat_shipping',
  properties: {
    paymentId: p.string().length(64).primary(),
    orderId: p.string().length(100),
    handedOverAt: p.bigint('number'),
    state: p.string().length(10).$type<'DUE' | 'REPORTED' | 'REFUSED'>(),
    reason: p.string().length(500).nullable(),
    nextAt: p.bigint('number'),
  },
  indexes: [{ properties: ['state', 'nextAt'] }],
});
export type ShippingReport = InferEntity<typeof ShippingReport>;

/** A day whose bill was compared with our own books; the day is China's. */
export const BillDay = defineEntity({
  name: 'BillDay',
  tableName: 'wechat_bill_day',
  properties: {
    day: p.string().length(10).primary(),
    comparedAt: p.bigint('number'),
    /** What the bill says was paid and refunded, in fen. */
    paid: p.bigint('number'),
    refunded: p.bigint('number'),
  },
});
export type BillDay = InferEntity<typeof BillDay>;

/** What is not the same in WeChat Pay's bill and in our books. */
export type DifferenceKind = 'NOT_HERE' | 'NOT_THERE' | 'AMOUNT' | 'STATE';

/** One difference of a day; amounts in fen, null where one side has nothing. */
export const BillDifference = defineEntity({
  name: 'BillDifference',
  tableName: 'wechat_bill_difference',
  properties: {
    id: p.string().length(36).primary(),
    day: p.string().length(10).index(),
    subject: p.string().length(10).$type<'PAYMENT' | 'REFUND'>(),
    /** Our number of the trade or the refund. */
    number: p.string().length(64),
    kind: p.string().length(10).$type<DifferenceKind>(),
    ours: p.bigint('number').nullable(),
    theirs: p.bigint('number').nullable(),
  },
});
export type BillDifference = InferEntity<typeof BillDifference>;

/** What the simulator has on its books, as text: in one row, and in none where there is no simulator. */
export const SimulatorMemory = booksTable('wechat_simulator');

/** This plug-in's tables. */
export const entities = [
  ...[Trade, TradeRefund, Callback, ProfitShare, ShippingReport],
  ...[BillDay, BillDifference, SimulatorMemory],
];
