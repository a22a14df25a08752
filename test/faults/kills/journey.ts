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
  const { dishes } = guest.offer;
  const cart = guest.counter.cart(...dishes.map((dish): [typeof dish, number] => [dish, 1]));
  const orderId = await order(guest, { cart: { ...cart, couponIds: [] } });
  if (!orderId) return false;
  orders.add(orderId);
  await pay(guest, orderId);
  while (going()) {
    const { data } = await guest.counter.app.graph(ORDER, { id: orderId }, cook.who.token);
    const { state, tickets } = data?.order ?? {};
    if (state === 'COMPLETED') return true;
    const open = (tickets ?? []).filter((ticket: { state: string }) => ticket.state !== 'SERVED');
    // At the same moment, as by two cooks: one of them makes the move by which the order has come so far.
    await Promise.all(open.map((ticket: Parameters<typeof advance>[1]) => advance(cook, ticket)));
    if (open.length === 0) await pause(LOOK);
  }
  // The other cooks see to it.
  orders.delete(orderId);
  return false;
}
