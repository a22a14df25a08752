import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { MINUTE } from '../../kernel/clock.ts';
import { type Answer, type App, startApp, testClock } from '../app.ts';
import { type Counter, counterOf, openRestaurant, type Restaurant, type Told } from '../counter.ts';
import { addDish, key, type ListedDish } from '../shop.ts';
import type { Moment } from './doomed.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'dinegraph-crash-'));
let restaurant: Restaurant;
let bowl: ListedDish;
let bowls: string;
let couponId: string;
let app: App;
let counter: Counter;
/** What was asked of the product when the power went, by the moment. */
const cutOff = {} as Record<Moment, { orderId?: string; field: Parameters<Counter['run']>[1]; input: object }>;

/** Starts the product in a process of its own, which dies at a moment, and asks it for what it dies of. */
async function die(moment: Moment, ask: (desk: Counter) => Promise<(typeof cutOff)[Moment]>): Promise<void> {
  const script = join(import.meta.dirname, 'doomed.ts');
  const child = spawn(process.execPath, [script, dataDir, moment], { stdio: ['ignore', 'pipe', 'inherit'] });
  const died = once(child, 'exit');
  const [url] = await once(child.stdout, 'data');
  const graph: App['graph'] = async (query, variables, token) => {
    const response = await fetch(`${String(url).trim()}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as Answer;
  };
  const desk = counterOf({ graph } as App, restaurant);
  const last = await ask(desk);
  cutOff[moment] = last;
  await expect(desk.run(restaurant.guest, last.field, last.input)).rejects.toThrow('fetch failed');
  expect(await died).toEqual([null, 'SIGKILL']);
}

/** What was cut off, asked again with its key, three times at once: the one answer. */
async function repeat(moment: Moment): Promise<Told> {
  const { field, input } = cutOff[moment];
  const answers = await Promise.all([1, 2, 3].map(() => counter.run(restaurant.guest, field, input)));
  expect(answers[1]).toEqual(answers[0]);
  expect(answers[2]).toEqual(answers[0]);
  return answers[0];
}

beforeAll(async () => {
  const { guest } = await (async () => {
    await using first = await startApp({ dataDir });
    restaurant = await openRestaurant(first);
    bowl = await addDish(first, restaurant.hq, restaurant.shop, 'Bowl', { R: 1500 });
    const desk = counterOf(first, restaurant);
    bowls = await desk.keep(bowl, 100);
    couponId = await desk.coupon(restaurant.guest, 100);
    return restaurant;
  })();

  await die('after holdCoupons', async (desk) => {
    const cart = { ...desk.cart([bowl, 2]), couponIds: [couponId] };
    return { field: 'placeOrder', input: await desk.placing(guest, cart) };
  });
  for (const moment of ['before charge', 'after charge'] as const) {
    await die(moment, async (desk) => {
      const { id: orderId } = await desk.place(guest, desk.cart([bowl, 1]));
      return { orderId, field: 'payOrder', input: { idempotencyKey: key(), orderId, provider: 'demo' } };
    });
  }
  await die('after refund', async (desk) => {
    const { id: orderId } = await desk.place(guest, desk.cart([bowl, 1]));
    await desk.pay(guest, orderId);
    return { orderId, field: 'cancelOrder', input: { idempotencyKey: key(), orderId } };
  });

  app = await startApp({ dataDir, clock: testClock(Date.now() + MINUTE) });
  counter = counterOf(app, restaurant);
  await app.runJob('orders.recover');
  await app.settled();
}, 120_000);
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  rmSync(dataDir, { recursive: true, force: true });
});

test('the power goes while an order takes its holds: it is placed by itself, once', async () => {
  const order = await repeat('after holdCoupons');
  expect(order).toMatchObject({ __typename: 'Order', state: 'AWAITING_PAYMENT', version: 2, total: 2900 });
  expect(await counter.couponState(restaurant.guest, couponId)).toBe('LOCKED');
  // One portion was sold, one was sold and came back; one waits for its payment beside these two.
  expect(await counter.stock(bowls)).toEqual([99, 3]);
});

test('the power goes before the provider has heard of a payment: it is closed, and another one pays', async () => {
  expect(await repeat('before charge')).toMatchObject({ __typename: 'PaymentDeclined' });
  const { guest } = restaurant;
  const paid = await counter.pay(guest, cutOff['before charge'].orderId ?? '');
  expect(paid).toMatchObject({ state: 'PAID', payments: [{ state: 'CLOSED' }, { state: 'SUCCEEDED' }] });
});

test('the power goes after the provider has taken the money: the order is paid, and nobody pays twice', async () => {
  expect(await repeat('after charge')).toMatchObject({ state: 'PAID', payments: [{ state: 'SUCCEEDED' }] });
  expect(await counter.pay(restaurant.guest, cutOff['after charge'].orderId ?? '')).toBe('ORDER_NOT_PAYABLE');
});

test('the power goes after the provider has given the money back: it goes back once', async () => {
  expect(await repeat('after refund')).toMatchObject({
    state: 'CANCELLED',
    payments: [{ state: 'REFUNDED', amount: 1500, refunded: 1500 }],
  });
});
