import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { SECOND } from '../../kernel/clock.ts';
import { type App, startApp, testClock } from '../app.ts';
import { type Counter, counterOf, openRestaurant, type Restaurant } from '../counter.ts';
import { diner } from '../people.ts';
import { key } from '../shop.ts';

const clock = testClock();
let app: App;
let restaurant: Restaurant;
let counter: Counter;
beforeAll(async () => {
  app = await startApp({ clock });
  restaurant = await openRestaurant(app);
  counter = counterOf(app, restaurant);
});
afterAll(() => app[Symbol.asyncDispose]());

/** Headquarters switches a plug-in on or off for the whole chain. */
const set = (name: string, enabled: boolean) =>
  app.ask(
    'mutation ($input: SetPluginInput!) { setPlugin(input: $input) { enabled } }',
    { input: { name, enabled } },
    restaurant.hq.token,
  );

test('a way to pay that headquarters switches off takes no new payments, and those under way come to their end', async () => {
  const { guest } = restaurant;
  const paid = await counter.paid();
  const { id: begun } = await counter.placed();
  const first = { idempotencyKey: key(), instrument: 'pending' };
  expect(await counter.pay(guest, begun, first)).toMatchObject({ __typename: 'PaymentPending' });
  const { id: later } = await counter.placed();
  await set('demo-payment', false);

  expect(await counter.pay(guest, later)).toBe('PAYMENT_PROVIDER_UNKNOWN');
  expect(await counter.pay(guest, begun, first)).toMatchObject({ __typename: 'PaymentPending' });
  clock.advance(20 * SECOND);
  await app.runJob('orders.recover');
  expect(await counter.order(guest, begun)).toMatchObject({ state: 'PAID', payments: [{ state: 'SUCCEEDED' }] });
  expect(await counter.cancel(restaurant.hq, paid.id)).toMatchObject({ state: 'CANCELLED' });
  await app.settled();
  expect(await counter.order(guest, paid.id)).toMatchObject({ payments: [{ state: 'REFUNDED', refunded: 5600 }] });

  await set('demo-payment', true);
  expect(await counter.pay(guest, later)).toMatchObject({ state: 'PAID' });
});

test('by a way to sign in that is switched off nobody signs in, and who is signed in stays so', async () => {
  const lan = await diner(app, `Lan ${key()}`);
  await set('demo-sign-in', false);
  const { errors } = await app.graph(
    'mutation ($input: SignInDinerInput!) { signInDiner(input: $input) { __typename } }',
    { input: { provider: 'demo', credential: key(), name: 'Mei' } },
  );
  expect(errors?.[0]?.extensions.code).toBe('IDENTITY_PROVIDER_UNKNOWN');
  expect((await app.ask('{ me { __typename } }', {}, lan.token)).me).not.toBeNull();
  await set('demo-sign-in', true);
  expect((await diner(app, `Mei ${key()}`)).id).toBeTruthy();
});
