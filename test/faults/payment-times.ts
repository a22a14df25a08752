import { MINUTE } from '../../kernel/clock.ts';
import type { Counter } from '../counter.ts';
import type { Person } from '../people.ts';
import type { Hosts } from './hosts.ts';
import type { PlayedOrder } from './scenario.ts';

/** How long an order waits for its payment, in milliseconds. */
export const HOLD = 15 * MINUTE;

/** Who looks whether orders have the time that they should have. */
export interface Prober {
  hosts: Hosts;
  counter: Counter;
  who: Person;
  /** Orders a dish of which there is enough. */
  place(): Promise<PlayedOrder | undefined>;
  find(what: string): void;
}

/** Who has just ordered has a quarter of an hour to pay, whatever time it was before. Answers the order. */
export async function orderStands({ hosts, counter, who, place, find }: Prober): Promise<PlayedOrder[]> {
  const order = await place();
  if (!order) return [];
  await hosts.runJob('orders.expire');
  const { state } = await counter.order(who, order.orderId);
  if (state !== 'AWAITING_PAYMENT') find(`an order that was placed just now is ${state}`);
  return [order];
}

/**
 * A payment is under way when its order's time is over by a jump: it is closed and takes no money, or it has paid the
 * order. Answers the order.
 */
export async function payTooLate({ hosts, counter, who, place }: Prober, jump: () => Promise<void>) {
  const order = await place();
  if (order) await counter.pay(who, order.orderId, { instrument: 'pending' });
  await jump();
  for (const job of ['expire', 'closeOverdue', 'recover']) await hosts.runJob(`orders.${job}`);
  return order ? [{ ...order, known: 'asked' as const }] : [];
}
