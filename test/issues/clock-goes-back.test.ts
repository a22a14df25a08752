import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { modules } from '../../cli/modules.ts';
import { MINUTE, SECOND } from '../../kernel/clock.ts';
import { type App, startApp, testClock } from '../app.ts';
import { bank } from '../bank.ts';
import { type Counter, counterOf, openRestaurant, type Restaurant } from '../counter.ts';
import { key } from '../shop.ts';

/*
 * Recovery takes up what a process has left only when its time is over by the clock. After the clock had gone back ten
 * minutes, that time lay ten minutes ahead: orders stayed PLACING and payments PENDING for so long.
 */
const clock = testClock();
const acquirer = bank();
let app: App;
let restaurant: Restaurant;
let counter: Counter;
beforeAll(async () => {
  app = await startApp({ modules: [...modules, acquirer.module], clock });
  restaurant = await openRestaurant(app);
  counter = counterOf(app, restaurant);
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
});

test('the clock goes back while a payment is uncertain: it is asked for at the next look', async () => {
  const { guest } = restaurant;
  acquirer.answers.charge = async () => {
    throw new Error('no answer');
  };
  acquirer.answers.query = async () => ({ outcome: 'succeeded', reference: 'late' });
  const { id } = await counter.placed();
  expect(await counter.pay(guest, id, { provider: 'bank' })).toMatchObject({ __typename: 'PaymentPending' });
  clock.advance(-10 * MINUTE);
  await app.runJob('orders.recover');
  expect(await counter.order(guest, id)).toMatchObject({ state: 'PAID', payments: [{ reference: 'late' }] });
});

test('the clock goes back after the power went in the middle of placing: a repeat places the order', async () => {
  const { guest, tea } = restaurant;
  const placing = { ...(await counter.placing(guest, counter.cart([tea, 1]))), idempotencyKey: key() };
  const { id } = await counter.run(guest, 'placeOrder', placing);
  // As a process leaves it that dies before it has heard of its holds.
  await app.sql('orders', "update customer_order set state = 'PLACING', lease_until = ? where id = ?", [
    clock.now() + 10 * SECOND,
    id,
  ]);
  clock.advance(-10 * MINUTE);
  expect(await counter.run(guest, 'placeOrder', placing)).toMatchObject({ id, state: 'AWAITING_PAYMENT' });
});
