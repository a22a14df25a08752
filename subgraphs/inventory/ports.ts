import { port } from '../../kernel/ports.ts';

/** What units of ours one of a supplier's packs holds. */
export interface Pack {
  /** How many of `unit` are in one, 1 or more. */
  quantity: number;
  unit: 'GRAM' | 'MILLILITRE' | 'PIECE';
}

/** So many packs of one of a supplier's products. */
export interface OrderedLine {
  /** The line's number in its order, from 1. */
  line: number;
  /** The supplier's own code of the product. */
  code: string;
  name: string;
  /** How many packs, 1 or more. */
  packs: number;
  pack: Pack;
  /** Of one pack, without tax, in minor units of the order's currency. */
  price: number;
}

/** What is bought of a supplier. */
export interface SupplierOrder {
  /** Our own number of the order; the same one names the same order for ever. */
  orderId: string;
  /** The name under which the supplier is known to the implementation. */
  account: string;
  storeId: string;
  /** Where it is delivered, as people call it. */
  storeName: string;
  supplierName: string;
  /** ISO 4217. */
  currency: string;
  /** When it was ordered, in epoch milliseconds. */
  orderedAt: number;
  /** The day at the store on which it is wanted, as YYYY-MM-DD; null when any will do. */
  deliverOn: string | null;
  /** A sentence for the supplier. */
  note: string | null;
  /** 1 to 200 of them. */
  lines: readonly OrderedLine[];
  /** What all lines cost, without tax, in minor units. */
  total: number;
}

/** The supplier has the order; what it says to it comes later. `reference` is its own number of it, if it gave one. */
export interface Taken {
  outcome: 'taken';
  reference?: string;
}

/** The supplier does not have the order and will not; `reason` is a sentence for those who ordered. */
export interface Refused {
  outcome: 'refused';
  reason: string;
}

/** What came of sending an order. */
export type SendResult = Taken | Refused;

/**
 * A way to suppliers. A plug-in provides it under the name that a supplier's `provider` bears.
 *
 * Sending is idempotent by the orderId: repeated, it has one effect and answers the same. A call that throws or takes too
 * long has an unknown outcome; inventory then sends the same order again until it knows. What a supplier says afterwards the
 * plug-in hands in by inventory's internal graph (`reportOrderResponse`, `reportDespatch`, `reportInvoice`).
 */
export interface Supplier {
  /** Whether it knows how to reach a supplier of this name. */
  knows(account: string): Promise<boolean>;
  /** Sends an order. */
  send(order: SupplierOrder): Promise<SendResult>;
}

/** The port of suppliers. */
export const Supplier = port<Supplier>('Supplier');
