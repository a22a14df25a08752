import { defineEntity, type InferEntity, p, rowBy } from 'dinegraph';

/** Whether a box waits for its diner, or has been opened. */
export type BoxState = 'READY' | 'OPENED';

/** The box of an order, with what decides later whether and by whom it may be opened; moments in epoch milliseconds. */
export const Boxes = defineEntity({
  name: 'BlindBox',
  tableName: 'blind_box',
  properties: {
    orderId: p.string().length(36).primary(),
    storeId: p.string().length(36),
    dinerId: p.string().length(36),
    /** What the order came to, in minor units. */
    total: p.bigint('number'),
    state: p.string().$type<BoxState>().length(10),
    /** What was in it; null until it is opened. */
    prize: p.string().length(40).nullable(),
    madeAt: p.bigint('number'),
    openedAt: p.bigint('number').nullable(),
  },
});
export type BlindBox = InferEntity<typeof Boxes>;

/** Boxes by their order: those of a whole list are read at once. */
export const boxByOrder = rowBy(Boxes, 'orderId');
