import type { Played, PlayedOrder, Refusal } from '../scenario.ts';

/** What people were told in the course of a scenario. */
export interface Diary {
  acknowledged(order: PlayedOrder): void;
  /** Notes the last that was told of an order. */
  told(orderId: string, known: PlayedOrder['known']): void;
  knownOf(orderId: string): PlayedOrder['known'] | undefined;
  refused(refusal: Refusal): void;
  /** No answer came, however often it was asked for. */
  unanswered(key: Omit<Refusal, 'answer'>): void;
  /** Something that may not be. */
  found(what: string): void;
  /** All of it; after `everythingWasServed` with what that means for each order that was paid. */
  read(): Pick<Played, 'orders' | 'refused' | 'unanswered' | 'findings'>;
  /** The kitchen is empty, and all that was paid went through it. */
  everythingWasServed(): void;
}

/** An empty diary. */
export function diary(): Diary {
  const orders = new Map<string, PlayedOrder>();
  const refused: Refusal[] = [];
  const unanswered: Omit<Refusal, 'answer'>[] = [];
  const findings: string[] = [];
  const told: Diary['told'] = (orderId, known) => {
    const order = orders.get(orderId);
    if (order) orders.set(orderId, { ...order, known });
  };
  return {
    acknowledged: (order) => void orders.set(order.orderId, order),
    told,
    knownOf: (orderId) => orders.get(orderId)?.known,
    refused: (refusal) => void refused.push(refusal),
    unanswered: (key) => void unanswered.push(key),
    found: (what) => void findings.push(what),
    read: () => ({ orders: [...orders.values()], refused, unanswered, findings }),
    everythingWasServed() {
      for (const { orderId, known } of orders.values()) if (known === 'paid') told(orderId, 'served');
    },
  };
}
