import { setTimeout as pause } from 'node:timers/promises';
import { advance, type Cook } from './cooks.ts';
import { type Guest, order, pay } from './guests.ts';

const ORDER = 'query ($id: ID!) { order(id: $id) { state tickets { id state } } }';
/** How often somebody looks for what comes by itself, in ms. */
const LOOK = 50;

/** An order from its quote until it is completed, by somebody who waits for each step. `orders` gets its id at once. */
export async function wholeJourney(
  guest: Guest,
  cook: Cook,
  orders: Set<string>,
  going: () => boolean,
): Promise<boolean> {
  const [dish] = guest.offer.dishes;
  if (!dish) throw new Error('there is nothing to order');
  const orderId = await order(guest, { cart: { ...guest.counter.cart([dish, 1]), couponIds: [] } });
  if (!orderId) return false;
  orders.add(orderId);
  await pay(guest, orderId);
  while (going()) {
    const { data } = await guest.counter.app.graph(ORDER, { id: orderId }, cook.who.token);
    const { state, tickets } = data?.order ?? {};
    if (state === 'COMPLETED') return true;
    const open = (tickets ?? []).filter((ticket: { state: string }) => ticket.state !== 'SERVED');
    for (const ticket of open) await advance(cook, ticket);
    if (open.length === 0) await pause(LOOK);
  }
  // The other cooks see to it.
  orders.delete(orderId);
  return false;
}
