import { setTimeout as pause } from 'node:timers/promises';
import type { App } from '../../app.ts';
import type { Counter, Restaurant, Told } from '../../counter.ts';
import { key, type ListedDish } from '../../shop.ts';
import { payUntilSure } from '../paying.ts';
import type { PlayedOrder } from '../scenario.ts';

/** How often somebody looks whether something has come about, in ms. */
const LOOK = 100;
/** How long anything may take to come about at the most, in seconds. */
const LONGEST = 90;

const TICKETS = 'query ($id: ID!) { order(id: $id) { state tickets { id } payments { state } } }';
const ADVANCE = 'mutation ($input: AdvanceTicketInput!) { advanceTicket(input: $input) { state } }';

/** What a journey needs. */
export interface Walk {
  app: App;
  counter: Counter;
  restaurant: Restaurant;
  dish: ListedDish;
  /** A coupon of the guest's that is good for the first order. */
  couponId: string;
  /** How long anything may take to come about where that is less, in seconds. */
  patience: number;
}

/**
 * The whole of what an order can come to, twice: one is placed with a coupon, paid, cooked and served; one is placed, paid
 * and cancelled, and its money goes back. Every request is repeated with its key until there is an answer.
 */
export async function journey(walk: Walk): Promise<PlayedOrder[]> {
  return [await served(walk), await cancelled(walk)];
}

async function served(walk: Walk): Promise<PlayedOrder> {
  const { app, counter, restaurant, dish, couponId } = walk;
  const order = await placeAndPay({ counter, restaurant, dish }, { couponIds: [couponId] });
  const { tickets } = await until(walk, order.orderId, ({ tickets: shown }) => shown?.length > 0);
  for (const to of ['STARTED', 'READY', 'SERVED'])
    for (const { id: ticketId } of tickets)
      await app.ask(ADVANCE, { input: { idempotencyKey: key(), ticketId, to } }, restaurant.cook.token);
  await until(walk, order.orderId, ({ state }) => state === 'COMPLETED');
  return { ...order, known: 'served', couponIds: [couponId] };
}

async function cancelled(walk: Walk): Promise<PlayedOrder> {
  const { counter, restaurant, dish } = walk;
  const order = await placeAndPay({ counter, restaurant, dish }, {});
  // The kitchen has it, so that it has to be told.
  await until(walk, order.orderId, ({ tickets }) => tickets?.length > 0);
  const told: Told = await counter.cancel(restaurant.guest, order.orderId);
  if (told.state !== 'CANCELLED') throw new Error(`a cancelled order was answered ${told.state ?? told}`);
  await until(walk, order.orderId, ({ payments }) => payments.some((payment: Told) => payment.state === 'REFUNDED'));
  return { ...order, known: 'cancelled' };
}

async function placeAndPay({ counter, restaurant, dish }: Pick<Walk, 'counter' | 'restaurant' | 'dish'>, more: object) {
  const { guest } = restaurant;
  const cart = { ...counter.cart([dish, 1]), ...more };
  const placed: Told = await counter.place(guest, cart);
  if (placed.__typename !== 'Order') throw new Error(`an order was answered ${placed.__typename ?? placed}`);
  const paid = await payUntilSure(counter, guest, placed.id);
  // A charge that the provider never heard of is closed; then the guest pays once more.
  const settled = paid.__typename === 'PaymentDeclined' ? await payUntilSure(counter, guest, placed.id) : paid;
  if (settled.__typename !== 'Order') throw new Error(`a payment was answered ${settled.__typename ?? settled}`);
  const lines = [{ menuItemId: dish.menuItemId, quantity: 1 }];
  return { orderId: placed.id as string, dinerId: guest.id, total: placed.total as number, lines };
}

/** Looks at an order until it is as it should be. */
async function until({ app, restaurant, patience }: Walk, id: string, isSo: (order: Told) => boolean): Promise<Told> {
  const seconds = Math.min(LONGEST, patience);
  for (const end = performance.now() + seconds * 1_000; performance.now() < end; await pause(LOOK)) {
    const { order } = await app.ask(TICKETS, { id }, restaurant.guest.token);
    if (isSo(order)) return order;
  }
  throw new Error(`order ${id} has not become what it should in ${seconds} seconds`);
}
