import { FaultQueue } from '../../../kernel/simulator/faults.ts';

/** What can go wrong with an answer to an order. Those that end in `-after`, and the lost reply, have taken it. */
export const orderFaults = ['hang', 'hang-after', 'lost-reply', 'error', 'error-after', 'refuse'] as const;
export type OrderFault = (typeof orderFaults)[number];

/** What can go wrong with a document on its way to the buyer. */
export const documentFaults = ['duplicate', 'reorder', 'lost', 'wrong-signature', 'skewed-clock'] as const;
export type DocumentFault = (typeof documentFaults)[number];

/** What is to go wrong next. */
export class Faults {
  readonly orders = new FaultQueue<OrderFault>();
  readonly documents = new FaultQueue<DocumentFault>();

  /** Nothing goes wrong any more. */
  clear(): void {
    this.orders.clear();
    this.documents.clear();
  }
}
