import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { modules } from '../../cli/modules.ts';
import { MINUTE, SECOND } from '../../kernel/clock.ts';
import type { Identity } from '../../kernel/identity.ts';
import { type App, startApp, testClock } from '../app.ts';
import { bank } from '../bank.ts';
import { type Counter, counterOf, openRestaurant, type Restaurant } from '../counter.ts';
import { diner, staff } from '../people.ts';
import { addDish, key } from '../shop.ts';

const clock = testClock();
const acquirer = bank();
const usual = { ...acquirer.answers };
let app: App;
let restaurant: Restaurant;
let counter: Counter;

beforeAll(async () => {
  // A short hold, so that a test may let it run out while everybody's session lasts.
  const environment = { ORDERS_HOLD_MINUTES: '2' };
  app = await startApp({ modules: [...modules, acquirer.module], clock, environment });
  restaurant = await openRestaurant(app);
  counter = counterOf(app, restaurant);
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
});
afterEach(() => {
  Object.assign(acquirer.answers, usual);
  acquirer.calls.length = 0;
});

const settled = () => app.settled();
const runJob = (name: string) => app.runJob(name);
/** Time for what was left open to be looked at again. */
const recover = () => {
  clock.advance(20 * SECOND);
  return runJob('orders.recover');
};
/** What the product does by itself about orders that were not paid in time. */
const letGo = async () => {
  await runJob('orders.expire');
  await runJob('orders.closeOverdue');
};

describe('paying', () => {
  test('the kitchen begins, and the order follows it to the end', async () => {
    const { guest } = restaurant;
    const { id, version } = await counter.paid();
    expect((await counter.order(guest, id)).state).toBe('PAID');
    await counter.cookTo(id, 'STARTED');
    expect(await counter.order(guest, id)).toMatchObject({ state: 'PREPARING', version: version + 1 });
    await counter.cookTo(id, 'READY', 'SERVED');
    const done = await counter.order(guest, id);
    expect(done).toMatchObject({ state: 'COMPLETED', version: version + 3, completedAt: expect.any(String) });
    expect(await counter.cancel(restaurant.hq, id)).toBe('ORDER_NOT_CANCELLABLE');
  });

  test('a card that is declined leaves the order to be paid by another', async () => {
    const { guest } = restaurant;
    const { id } = await counter.placed();
    const declined = await counter.pay(guest, id, { instrument: 'decline' });
    expect(declined).toMatchObject({ __typename: 'PaymentDeclined', order: { state: 'AWAITING_PAYMENT' } });
    const paid = await counter.pay(guest, id);
    expect(paid).toMatchObject({
      state: 'PAID',
      payments: [{ state: 'FAILED' }, { state: 'SUCCEEDED', amount: 5600 }],
    });
  });

  test.each(['lose-reply', 'pending'])(
    'a payment that is not certain (%s) follows by itself, once',
    async (instrument) => {
      const { guest } = restaurant;
      const { id } = await counter.placed();
      const answer = await counter.pay(guest, id, { instrument });
      expect(answer).toMatchObject({ __typename: 'PaymentPending', payment: { state: 'PENDING' } });
      expect(await counter.pay(guest, id)).toBe('PAYMENT_IN_PROGRESS');
      await recover();
      const paid = await counter.order(guest, id);
      expect(paid).toMatchObject({ state: 'PAID', payments: [{ state: 'SUCCEEDED', amount: 5600 }] });
      await recover();
      expect((await counter.order(guest, id)).version).toBe(paid.version);
    },
  );

  test('a payment that the provider never heard of is closed, and the order may be paid anew', async () => {
    const { guest } = restaurant;
    acquirer.answers.charge = () => Promise.reject(new Error('no route to the bank'));
    const { id } = await counter.placed();
    expect(await counter.pay(guest, id, { provider: 'bank' })).toMatchObject({ __typename: 'PaymentPending' });
    await recover();
    expect(acquirer.calls).toEqual(['charge 5600', 'query', 'close']);
    expect(await counter.order(guest, id)).toMatchObject({
      state: 'AWAITING_PAYMENT',
      payments: [{ state: 'CLOSED' }],
    });
    expect(await counter.pay(guest, id)).toMatchObject({ state: 'PAID' });
  });

  test('a provider that says that something has become of a payment is asked at once, and believed only then', async () => {
    const { guest } = restaurant;
    acquirer.answers.charge = async () => ({ outcome: 'pending', action: 'weixin://pay' });
    const asked = Promise.withResolvers<void>();
    acquirer.answers.query = async () => {
      asked.resolve();
      return { outcome: 'pending' };
    };
    const { id } = await counter.placed();
    const { payment } = await counter.pay(guest, id, { provider: 'bank' });
    const version = async () => (await counter.order(guest, id)).version;
    const before = await version();
    // Reports of what has not come about, and of what there is not, change nothing.
    await acquirer.reportPayment(payment.id);
    await acquirer.reportPayment('of nobody');
    await acquirer.reportRefund('of nobody');
    await asked.promise;
    expect(await version()).toBe(before);

    acquirer.answers.query = async () => ({ outcome: 'succeeded', reference: 'bank-8' });
    for (let times = 0; times < 3; times++) await acquirer.reportPayment(payment.id);
    const paid = await counter.until(guest, id, ({ state }) => state === 'PAID');
    expect(paid).toMatchObject({ payments: [{ reference: 'bank-8', state: 'SUCCEEDED' }] });
    acquirer.answers.refund = async () => ({ outcome: 'pending' });
    await counter.cancel(guest, id);
    acquirer.answers.refund = usual.refund;
    const [refund] = await app.sql<{ id: string }>('orders', 'select id from refund where payment_id = ?', [
      payment.id,
    ]);
    await acquirer.reportRefund(refund?.id ?? '');
    await counter.until(guest, id, ({ payments }) => payments[0].state === 'REFUNDED');
  });

  test('an order that costs nothing is paid without asking a provider', async () => {
    const { guest, tea } = restaurant;
    const couponId = await counter.coupon(guest, 1, { kind: 'PERCENT_OFF', amount: null, percent: 100 });
    const order = await counter.place(guest, { ...counter.cart([tea, 1]), couponIds: [couponId] });
    expect(order.total).toBe(0);
    const paid = await counter.pay(guest, order.id, { provider: 'bank' });
    expect(paid).toMatchObject({ state: 'PAID', payments: [{ amount: 0, state: 'SUCCEEDED' }] });
    expect(acquirer.calls).toEqual([]);
    expect((await counter.cancel(guest, order.id)).payments).toMatchObject([{ state: 'REFUNDED', refunded: 0 }]);
  });

  test('an order is paid once: not again, not after it was cancelled, not by cash without staff, not by who knows whom', async () => {
    const { guest, cook } = restaurant;
    const { id } = await counter.placed();
    const twoCards = await Promise.all([counter.pay(guest, id), counter.pay(guest, id)]);
    expect(twoCards.filter(({ state }) => state === 'PAID')).toHaveLength(1);
    expect(twoCards.filter((code) => ['ORDER_NOT_PAYABLE', 'PAYMENT_IN_PROGRESS'].includes(code))).toHaveLength(1);
    expect(await counter.pay(guest, id)).toBe('ORDER_NOT_PAYABLE');

    const other = await counter.placed();
    expect(await counter.pay(guest, other.id, { provider: 'cash' })).toBe('PAYMENT_NEEDS_STAFF');
    expect(await counter.pay(guest, other.id, { provider: 'gold' })).toBe('PAYMENT_PROVIDER_UNKNOWN');
    expect(await counter.pay(cook, other.id, { provider: 'cash' })).toBe('FORBIDDEN');
    expect(await counter.pay(await diner(app, key()), other.id)).toBe('ORDER_NOT_FOUND');
    expect(await counter.order(guest, other.id)).toMatchObject({ version: other.version, payments: [] });
    await counter.cancel(guest, other.id);
    expect(await counter.pay(guest, other.id)).toBe('ORDER_NOT_PAYABLE');
  });

  test('a payment that a plug-in refers to is shown to whoever may see its order', async () => {
    const { guest, shop } = restaurant;
    const { payments } = await counter.paid();
    const executor = app.subgraph('orders');
    const refer = async (identity: Identity) => {
      const { data } = await executor.execute({
        query: 'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Payment { id amount } } }',
        variables: { of: [{ __typename: 'Payment', id: payments[0].id }] },
        identity,
      });
      return (data as { _entities: object[] })._entities[0];
    };
    const cashier = (storeId: string): Identity => {
      return { kind: 'staff', id: 's', scopes: ['orders:read'], stores: [storeId] };
    };
    const shown = { id: payments[0].id, amount: 5600 };
    expect(await refer({ kind: 'diner', id: guest.id })).toEqual(shown);
    expect(await refer(cashier(shop.storeId))).toEqual(shown);
    for (const stranger of [{ kind: 'diner' as const, id: 'x' }, cashier('elsewhere'), { kind: 'anonymous' as const }])
      expect(await refer(stranger)).toBeNull();
  });
});

describe('cancelling', () => {
  test('a paid order is given back: money, stock and coupon', async () => {
    const { guest, hq, shop } = restaurant;
    const fish = await addDish(app, hq, shop, 'Fish', { R: 4000 });
    const fishes = await counter.keep(fish, 5);
    const couponId = await counter.coupon(guest, 100);
    const { id } = await counter.paid({ ...counter.cart([fish, 2]), couponIds: [couponId] });
    expect(await counter.stock(fishes)).toEqual([3, 0]);
    const cancelled = await counter.cancel(guest, id, { reason: 'It rains.' });
    expect(cancelled).toMatchObject({
      state: 'CANCELLED',
      cancelReason: 'It rains.',
      payments: [{ state: 'REFUNDED', refunded: 7900 }],
    });
    await settled();
    expect(await counter.stock(fishes)).toEqual([5, 0]);
    expect(await counter.couponState(guest, couponId)).toBe('ISSUED');
  });

  test('what staff took in cash, staff give back: a diner’s phone opens no till', async () => {
    const { guest, waiter, hq } = restaurant;
    const { id } = await counter.placed();
    await counter.pay(waiter, id, { provider: 'cash' });
    expect(await counter.cancel(guest, id)).toBe('PAYMENT_NEEDS_STAFF');
    expect(await counter.order(guest, id)).toMatchObject({ state: 'PAID', payments: [{ refunded: 0 }] });
    expect(await counter.cancel(hq, id)).toMatchObject({ state: 'CANCELLED', payments: [{ state: 'REFUNDED' }] });
  });

  test('once the kitchen has begun only the store cancels, and what was cooked stays out of stock', async () => {
    const { guest, hq, waiter, shop } = restaurant;
    const duck = await addDish(app, hq, shop, 'Duck', { R: 9000 });
    const ducks = await counter.keep(duck, 2);
    const { id } = await counter.paid(counter.cart([duck, 1]));
    await counter.cookTo(id, 'STARTED');
    expect(await counter.cancel(guest, id)).toBe('ORDER_NOT_CANCELLABLE');
    expect(await counter.cancel(waiter, id)).toBe('FORBIDDEN');
    const manager = await staff(app, hq, 'MANAGER', [shop.storeId]);
    expect(await counter.cancel(manager, id)).toMatchObject({ state: 'CANCELLED', payments: [{ state: 'REFUNDED' }] });
    await settled();
    expect(await counter.stock(ducks)).toEqual([1, 0]);
    expect(await counter.cancel(manager, id)).toBe('ORDER_NOT_CANCELLABLE');
  });

  test('an open payment is closed first; while the bank cannot say, nothing changes', async () => {
    const { guest } = restaurant;
    acquirer.answers.charge = async () => ({ outcome: 'pending', action: 'weixin://pay' });
    const { id } = await counter.placed();
    const pending = await counter.pay(guest, id, { provider: 'bank' });
    expect(pending).toMatchObject({ __typename: 'PaymentPending', action: 'weixin://pay' });
    const before = await counter.order(guest, id);
    acquirer.answers.close = () => Promise.reject(new Error('no route to the bank'));
    expect(await counter.cancel(guest, id)).toBe('UNAVAILABLE');
    expect(await counter.order(guest, id)).toEqual(before);
    acquirer.answers.close = usual.close;
    expect(await counter.cancel(guest, id)).toMatchObject({ state: 'CANCELLED', payments: [{ state: 'CLOSED' }] });
  });

  test('a payment that turns out paid while it is closed is given back', async () => {
    const { guest } = restaurant;
    acquirer.answers.charge = async () => ({ outcome: 'pending' });
    acquirer.answers.close = async () => ({ outcome: 'succeeded', reference: 'bank-7' });
    const { id } = await counter.placed();
    await counter.pay(guest, id, { provider: 'bank' });
    const cancelled = await counter.cancel(guest, id);
    expect(cancelled).toMatchObject({ state: 'CANCELLED', payments: [{ state: 'REFUNDED', reference: 'bank-7' }] });
    expect(acquirer.calls).toEqual(['charge 5600', 'close', 'refund 5600']);
  });

  test('a refund that the bank does not confirm is asked for until it does', async () => {
    const { guest } = restaurant;
    const { id } = await counter.placed();
    await counter.pay(guest, id, { provider: 'bank' });
    acquirer.answers.refund = () => Promise.reject(new Error('no route to the bank'));
    expect(await counter.cancel(guest, id)).toMatchObject({
      state: 'CANCELLED',
      payments: [{ state: 'REFUNDING', refunded: 0 }],
    });
    acquirer.answers.refund = async () => ({ outcome: 'pending' });
    await recover();
    acquirer.answers.refund = usual.refund;
    await recover();
    await recover();
    expect(await counter.order(guest, id)).toMatchObject({ payments: [{ state: 'REFUNDED', refunded: 5600 }] });
    expect(acquirer.calls.filter((call) => call === 'refund 5600')).toHaveLength(3);
  });

  test('money that arrives after the order was let go of goes back by itself', async () => {
    const { guest } = restaurant;
    const { promise, resolve } = Promise.withResolvers<{ outcome: 'succeeded'; reference: string }>();
    const asked = Promise.withResolvers<void>();
    acquirer.answers.charge = () => {
      asked.resolve();
      return promise;
    };
    const { id } = await counter.placed();
    const paying = counter.pay(guest, id, { provider: 'bank' });
    await asked.promise;
    expect(await counter.cancel(guest, id)).toMatchObject({ state: 'CANCELLED', payments: [{ state: 'CLOSED' }] });
    resolve({ outcome: 'succeeded', reference: 'late' });
    await paying;
    const order = await counter.order(guest, id);
    expect(order).toMatchObject({
      state: 'CANCELLED',
      payments: [{ state: 'REFUNDED', refunded: 5600, reference: 'late' }],
    });
  });
});

describe('not paying', () => {
  test('an order that is not paid in time lets go of its stock and its coupon', async () => {
    const { guest, hq, shop } = restaurant;
    const crab = await addDish(app, hq, shop, 'Crab', { R: 8800 });
    const crabs = await counter.keep(crab, 1);
    const couponId = await counter.coupon(guest, 800);
    const { id } = await counter.placed({ ...counter.cart([crab, 1]), couponIds: [couponId] });
    clock.advance(MINUTE);
    await letGo();
    expect((await counter.order(guest, id)).state).toBe('AWAITING_PAYMENT');
    clock.advance(MINUTE);
    await letGo();
    await settled();
    expect((await counter.order(guest, id)).state).toBe('EXPIRED');
    expect(await counter.stock(crabs)).toEqual([1, 0]);
    expect(await counter.couponState(guest, couponId)).toBe('ISSUED');
    expect(await counter.pay(guest, id)).toBe('ORDER_NOT_PAYABLE');
  });

  test('it keeps them while the bank cannot say whether the payment is closed', async () => {
    const { guest } = restaurant;
    acquirer.answers.charge = async () => ({ outcome: 'pending' });
    acquirer.answers.close = () => Promise.reject(new Error('no route to the bank'));
    const { id } = await counter.placed();
    await counter.pay(guest, id, { provider: 'bank' });
    clock.advance(3 * MINUTE);
    await letGo();
    expect((await counter.order(guest, id)).state).toBe('AWAITING_PAYMENT');
    acquirer.answers.close = usual.close;
    await letGo();
    expect(await counter.order(guest, id)).toMatchObject({ state: 'EXPIRED', payments: [{ state: 'CLOSED' }] });
  });

  test('a bank that does not answer holds up nobody else: not those who never paid, nor those who wait with it', async () => {
    const { guest } = restaurant;
    const answer = Promise.withResolvers<{ outcome: 'closed' }>();
    const bothAsked = Promise.withResolvers<void>();
    acquirer.answers.charge = async () => ({ outcome: 'pending' });
    // So that recovery, which looks at open payments too, closes none.
    acquirer.answers.query = async () => ({ outcome: 'pending' });
    acquirer.answers.close = () => {
      if (acquirer.calls.filter((call) => call === 'close').length === 2) bothAsked.resolve();
      return answer.promise;
    };
    const waiting = [await counter.placed(), await counter.placed()];
    for (const { id } of waiting) await counter.pay(guest, id, { provider: 'bank' });
    const unpaid = await counter.placed();
    clock.advance(3 * MINUTE);
    const closing = runJob('orders.closeOverdue');
    await bothAsked.promise;
    await runJob('orders.expire');
    expect((await counter.order(guest, unpaid.id)).state).toBe('EXPIRED');
    for (const { id } of waiting) expect((await counter.order(guest, id)).state).toBe('AWAITING_PAYMENT');
    answer.resolve({ outcome: 'closed' });
    await closing;
    for (const { id } of waiting) expect((await counter.order(guest, id)).state).toBe('EXPIRED');
    // Asked side by side, neither was given up and asked again.
    expect(acquirer.calls.filter((call) => call === 'close')).toHaveLength(2);
  });

  test('one that was paid at the last moment is cooked', async () => {
    const { guest } = restaurant;
    const { id } = await counter.placed();
    await counter.pay(guest, id, { instrument: 'lose-reply' });
    clock.advance(3 * MINUTE);
    await letGo();
    expect((await counter.order(guest, id)).state).toBe('PAID');
  });
});
