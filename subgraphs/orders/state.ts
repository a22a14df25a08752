import type { Order } from './entities.ts';

/** Every state an order may be in. */
export type OrderState =
  | 'PLACING'
  | 'REJECTED'
  | 'AWAITING_PAYMENT'
  | 'PAID'
  | 'PREPARING'
  | 'READY'
  | 'COMPLETED'
  | 'CANCELLED'
  | 'EXPIRED';

/** The events of an order. */
export type OrderEvent = 'order.placed' | 'order.paid' | 'order.cancelled' | 'order.completed';

/**
 * Who sets a move off. PRODUCT is the product itself: what it does when holds, money or time have decided. PLATFORM is the
 * delivery platform that the order is from, which says what has become of it there.
 */
export type Mover = 'DINER' | 'STAFF' | 'KITCHEN' | 'PRODUCT' | 'PLATFORM';

/** A step from one state to the next. */
export interface Move {
  readonly from: OrderState;
  readonly to: OrderState;
  readonly by: readonly Mover[];
  /** The event that tells the other modules; null when nobody needs to know. */
  readonly emits: OrderEvent | null;
}

/**
 * The order's state machine: these moves and no others. The kitchen may skip states, because a ticket may be started and
 * served before its news arrives here.
 */
export const moves: readonly Move[] = [
  { from: 'PLACING', to: 'AWAITING_PAYMENT', by: ['PRODUCT'], emits: 'order.placed' },
  { from: 'PLACING', to: 'REJECTED', by: ['PRODUCT'], emits: null },

  { from: 'AWAITING_PAYMENT', to: 'PAID', by: ['PRODUCT'], emits: 'order.paid' },
  { from: 'AWAITING_PAYMENT', to: 'CANCELLED', by: ['DINER', 'STAFF', 'PLATFORM'], emits: 'order.cancelled' },
  { from: 'AWAITING_PAYMENT', to: 'EXPIRED', by: ['PRODUCT'], emits: 'order.cancelled' },

  { from: 'PAID', to: 'PREPARING', by: ['KITCHEN'], emits: null },
  { from: 'PAID', to: 'READY', by: ['KITCHEN'], emits: null },
  { from: 'PAID', to: 'COMPLETED', by: ['KITCHEN'], emits: 'order.completed' },
  { from: 'PAID', to: 'CANCELLED', by: ['DINER', 'STAFF', 'PLATFORM'], emits: 'order.cancelled' },

  { from: 'PREPARING', to: 'READY', by: ['KITCHEN'], emits: null },
  { from: 'PREPARING', to: 'COMPLETED', by: ['KITCHEN'], emits: 'order.completed' },
  { from: 'PREPARING', to: 'CANCELLED', by: ['STAFF', 'PLATFORM'], emits: 'order.cancelled' },

  { from: 'READY', to: 'COMPLETED', by: ['KITCHEN'], emits: 'order.completed' },
  { from: 'READY', to: 'CANCELLED', by: ['STAFF', 'PLATFORM'], emits: 'order.cancelled' },
];

/** The move from an order's state to another, when this mover may make it. */
export function moveOf(order: Pick<Order, 'state'>, to: OrderState, by: Mover): Move | undefined {
  return moves.find((move) => move.from === order.state && move.to === to && move.by.includes(by));
}
