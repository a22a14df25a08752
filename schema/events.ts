/** Every event of the product: its name and the shape of its payload. Money is in minor units, moments in epoch milliseconds. */

/** A dish that the kitchen has to make for a line. */
export interface KitchenPart {
  menuItemId: string | null;
  dishId: string;
  categoryId: string;
  specId: string;
  name: string;
  specName: string;
}

/** A line of a paid order, as the kitchen, the printer and stock need it. */
export interface PaidLine {
  id: string;
  menuItemId: string;
  specId: string;
  name: string;
  specName: string;
  modifiers: string[];
  parts: KitchenPart[];
  quantity: number;
  /** Of what is sold by weight; null, or nothing in events from before, for what is sold by the portion. */
  grams?: number | null;
  note: string | null;
  /** What the line costs the diner, tax included. */
  total: number;
  gift: boolean;
}

/** The order has its number and waits for payment. */
export interface OrderPlaced {
  orderId: string;
  storeId: string;
  dinerId: string | null;
  total: number;
  placedAt: number;
}

/** The order's money has been taken: holds become final, the kitchen starts. */
export interface OrderPaid {
  orderId: string;
  storeId: string;
  storeName: string;
  dinerId: string | null;
  channel: 'DINE_IN' | 'TAKEAWAY' | 'DELIVERY';
  tableName: string | null;
  pickupNumber: number;
  /** The delivery platform that it is from, and the number that couriers ask for; null for an order of our own. */
  delivery: { platform: string; dayNumber: number | null } | null;
  currency: string;
  timeZone: string;
  subtotal: number;
  discount: number;
  tax: number;
  total: number;
  provider: string;
  note: string | null;
  businessDay: string;
  placedAt: number;
  paidAt: number;
  lines: PaidLine[];
}

/** The order came to nothing: by the diner, by the store, or because it was not paid in time. */
export interface OrderCancelled {
  orderId: string;
  storeId: string;
  reason: string;
  /** Whether it had been paid. */
  wasPaid: boolean;
  /** Whether what it took can be sold again: the kitchen had not begun. */
  restock: boolean;
}

/** A part of a paid order was given back; the order stays where it stands. */
export interface OrderLinesRefunded {
  orderId: string;
  storeId: string;
  refundId: string;
  /** What was given back, in minor units of `currency`. */
  amount: number;
  currency: string;
  /** Whether what the part took can be sold again: staff say so, and the kitchen had not begun. */
  restock: boolean;
  /** What it took, by dish and size; of what is sold by weight, a portion is a gram. */
  lines: { menuItemId: string; specId: string; quantity: number }[];
}

/** The order was served or handed over. */
export interface OrderCompleted {
  orderId: string;
  storeId: string;
  dinerId: string | null;
  currency: string;
  total: number;
  completedAt: number;
}

/** All of an order's tickets have come so far: the first was started, all are ready, all are served. */
export interface KitchenProgressed {
  orderId: string;
  storeId: string;
  progress: 'STARTED' | 'READY' | 'SERVED';
}

/**
 * Something has become of a payment, a provider's plug-in has heard: orders asks the provider how it stands. It carries no
 * outcome, so that a report which is wrong or comes twice changes nothing.
 */
export interface PaymentReported {
  paymentId: string;
  storeId?: string;
}

/** The same of a refund. */
export interface RefundReported {
  refundId: string;
  storeId?: string;
}

/** Something waits at a printer. It is told to devices itself, after the commit, so that it is printed soon. */
export interface PrintQueued {
  storeId: string;
  printerId: string;
}

/** Dishes of a store can be had no more, or again, in some size: the last portion was taken, or there is one again. */
export interface StockPortionsChanged {
  storeId: string;
  menuItemIds: string[];
}

/** What a store sells, or for how much, or whether, has changed; null for what may concern every store. */
export interface MenuChanged {
  storeId: string | null;
}

declare module '../kernel/events/events.ts' {
  interface Events {
    'order.placed': OrderPlaced;
    'order.paid': OrderPaid;
    'order.lines-refunded': OrderLinesRefunded;
    'order.cancelled': OrderCancelled;
    'order.completed': OrderCompleted;
    'kitchen.progressed': KitchenProgressed;
    'payment.reported': PaymentReported;
    'refund.reported': RefundReported;
    'print.queued': PrintQueued;
    'stock.portions-changed': StockPortionsChanged;
    'menu.changed': MenuChanged;
  }
}
