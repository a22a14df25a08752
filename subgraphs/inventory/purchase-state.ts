import type { PurchaseOrder } from './purchase-entities.ts';

/** Every state a purchase order may be in. */
export type PurchaseState =
  | 'DRAFT'
  | 'SENDING'
  | 'SENT'
  | 'CONFIRMED'
  | 'PARTLY'
  | 'REFUSED'
  | 'SHIPPED'
  | 'RECEIVED'
  | 'CLOSED'
  | 'CANCELLED';

/** Who sets a move off. PRODUCT is the product itself: by what became of sending, and when nothing is open any more. */
export type PurchaseMover = 'STAFF' | 'SUPPLIER' | 'PRODUCT';

/** A step from one state to the next. */
export interface PurchaseMove {
  readonly from: PurchaseState;
  readonly to: PurchaseState;
  readonly by: readonly PurchaseMover[];
}

const move = (from: PurchaseState, to: PurchaseState, ...by: PurchaseMover[]): PurchaseMove => ({ from, to, by });

/**
 * The purchase order's state machine: these moves and no others. A supplier's documents may overtake each other and our
 * knowledge that it has the order, so it may confirm or ship what is still being sent, and ship what it has not confirmed.
 */
export const purchaseMoves: readonly PurchaseMove[] = [
  move('DRAFT', 'SENDING', 'STAFF'),
  move('DRAFT', 'CANCELLED', 'STAFF'),

  move('SENDING', 'SENT', 'PRODUCT'),
  move('SENDING', 'CONFIRMED', 'SUPPLIER'),
  move('SENDING', 'PARTLY', 'SUPPLIER'),
  move('SENDING', 'REFUSED', 'PRODUCT', 'SUPPLIER'),
  move('SENDING', 'SHIPPED', 'SUPPLIER'),

  move('SENT', 'CONFIRMED', 'SUPPLIER'),
  move('SENT', 'PARTLY', 'SUPPLIER'),
  move('SENT', 'REFUSED', 'SUPPLIER'),
  move('SENT', 'SHIPPED', 'SUPPLIER'),
  move('SENT', 'CLOSED', 'STAFF'),

  move('CONFIRMED', 'PARTLY', 'SUPPLIER'),
  move('CONFIRMED', 'REFUSED', 'SUPPLIER'),
  move('CONFIRMED', 'SHIPPED', 'SUPPLIER'),
  move('CONFIRMED', 'CLOSED', 'STAFF'),

  move('PARTLY', 'CONFIRMED', 'SUPPLIER'),
  move('PARTLY', 'REFUSED', 'SUPPLIER'),
  move('PARTLY', 'SHIPPED', 'SUPPLIER'),
  move('PARTLY', 'CLOSED', 'STAFF'),

  move('SHIPPED', 'RECEIVED', 'STAFF'),
  // Counted when all of it was billed before.
  move('SHIPPED', 'CLOSED', 'PRODUCT'),

  move('RECEIVED', 'SHIPPED', 'SUPPLIER'),
  move('RECEIVED', 'CLOSED', 'STAFF', 'PRODUCT'),
];

/** The move from an order's state to another, when this mover may make it. */
export function purchaseMoveOf(
  order: Pick<PurchaseOrder, 'state'>,
  to: PurchaseState,
  by: PurchaseMover,
): PurchaseMove | undefined {
  return purchaseMoves.find((one) => one.from === order.state && one.to === to && one.by.includes(by));
}
