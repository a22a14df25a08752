import { defineEntity, type InferEntity, p } from '@mikro-orm/core';

/** OPEN waits for the payer; CLOSED takes no money any more. */
export type ChargeState = 'OPEN' | 'SUCCEEDED' | 'DECLINED' | 'CLOSED';

/** A payment as the demonstration's bank knows it; amounts in minor units, moments in epoch ms. */
export const Charge = defineEntity({
  name: 'Charge',
  tableName: 'demo_charge',
  properties: {
    paymentId: p.string().primary(),
    /** 0 for a payment that was closed before it was asked for. */
    amount: p.bigint('number'),
    state: p.string().$type<ChargeState>(),
    refunded: p.bigint('number'),
    createdAt: p.bigint('number'),
  },
});
export type Charge = InferEntity<typeof Charge>;

/** A refund that was given; its id makes the repeat harmless. */
export const ChargeRefund = defineEntity({
  name: 'ChargeRefund',
  tableName: 'demo_refund',
  properties: {
    refundId: p.string().primary(),
    paymentId: p.string().index(),
    amount: p.bigint('number'),
    createdAt: p.bigint('number'),
  },
});

/** This plug-in's tables. */
export const entities = [Charge, ChargeRefund];
