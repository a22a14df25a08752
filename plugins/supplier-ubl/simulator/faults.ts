/** What can go wrong with an answer to an order. Those that end in `-after`, and the lost reply, have taken it. */
export const orderFaults = ['hang', 'hang-after', 'lost-reply', 'error', 'error-after', 'refuse'] as const;
export type OrderFault = (typeof orderFaults)[number];

/** What can go wrong with a document on its way to the buyer. */
export const documentFaults = ['duplicate', 'reorder', 'lost', 'wrong-signature', 'skewed-clock'] as const;
export type DocumentFault = (typeof documentFaults)[number];

/** Holds what is to go wrong next, each a number of times. */
export class Faults {
  #orders: OrderFault[] = [];
  #documents: DocumentFault[] = [];

  /** The next orders, so often. */
  order(fault: OrderFault, times = 1): void {
    this.#orders.push(...Array<OrderFault>(times).fill(fault));
  }

  /** The next documents, so often. */
  document(fault: DocumentFault, times = 1): void {
    this.#documents.push(...Array<DocumentFault>(times).fill(fault));
  }

  /** Nothing goes wrong any more. */
  clear(): void {
    this.#orders = [];
    this.#documents = [];
  }

  /** What goes wrong with this order, which counts as one time. */
  nextOrder(): OrderFault | undefined {
    return this.#orders.shift();
  }

  /** What goes wrong with this document, which counts as one time. */
  nextDocument(): DocumentFault | undefined {
    return this.#documents.shift();
  }
}
