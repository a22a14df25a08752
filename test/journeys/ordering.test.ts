import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { modules } from '../../cli/modules.ts';
import { MINUTE, SECOND } from '../../kernel/clock.ts';
import { type App, startApp, testClock } from '../app.ts';
import { bank } from '../bank.ts';
import { type Counter, counterOf, openRestaurant, type Restaurant, type Told } from '../counter.ts';
import { diner, staff } from '../people.ts';
import { addDish, key, openShop, write } from '../shop.ts';

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

const settled = () => app.product.running.settled();
const runJob = (name: string) => app.product.running.runJob(name);
/** Time for what was left open to be looked at again. */
const recover = () => {
  clock.advance(20 * SECOND);
  return runJob('orders.recover');
};

describe('the price', () => {
  test('a quote adds up to the fen, says which coupon it took, and stores nothing', async () => {
    const { guest, noodles, tea } = restaurant;
    const couponId = await counter.coupon(guest, 501);
    const quote = await counter.quote(guest, { ...counter.cart([noodles, 2], [tea, 1]), couponIds: [couponId] });
    expect(quote).toMatchObject({ subtotal: 6400, discount: 501, total: 5899 });
    expect(quote.lines.map(({ discount, total }: Told) => [discount, total])).toEqual([
      [438, 5162],
      [63, 737],
    ]);
    // 6 % within each line: 51.62 / 1.06 and 7.37 / 1.06.
    expect(quote.tax).toBe(292 + 42);
    expect(quote.plan).toMatchObject({ applied: [{ amount: 501, coupon: { id: couponId } }], rejected: [] });
    expect(await counter.couponState(guest, couponId)).toBe('ISSUED');
  });

  test('the same cart at the same prices is the same quote; another is not', async () => {
    const { guest, noodles } = restaurant;
    const [first, again, other] = await Promise.all(
      [2, 2, 3].map((quantity) => counter.quote(guest, counter.cart([noodles, quantity]))),
    );
    expect(again.id).toBe(first.id);
    expect(other.id).not.toBe(first.id);
  });

  test('a gift comes as a line of its own that costs nothing', async () => {
    const { hq, guest } = restaurant;
    const shop = await openShop(app, hq);
    const { storeId } = shop;
    const [soup, egg] = [
      await addDish(app, hq, shop, 'Soup', { Bowl: 3000 }),
      await addDish(app, hq, shop, 'Egg', { One: 300 }),
    ];
    const rule = { kind: 'GIFT', threshold: 3000, giftItemId: egg.menuItemId, giftSpecId: egg.specs['One'] };
    const gift = { idempotencyKey: key(), name: 'An egg for you', storeId, rule };
    await write(app, hq, 'createPromotion', 'CreatePromotionInput', gift, 'id');
    const cart = { ...counter.cart([soup, 1]), storeId, tableCode: shop.tableCode };

    const quote = await counter.quote(guest, cart);
    expect(quote).toMatchObject({ subtotal: 3300, discount: 300, total: 3000 });
    expect(quote.plan.applied).toMatchObject([{ name: 'An egg for you', amount: 300 }]);
    expect(quote.lines[1]).toMatchObject({ item: { id: egg.menuItemId }, gift: true, discount: 300, tax: 0, total: 0 });

    await write(app, hq, 'setSoldOut', 'SetSoldOutInput', { menuItemId: egg.menuItemId, soldOut: true }, 'id');
    const without = await counter.quote(guest, cart);
    expect(without).toMatchObject({ subtotal: 3000, discount: 0, total: 3000, plan: { applied: [] } });
    expect(without.plan.rejected).toMatchObject([{ name: 'An egg for you', code: 'GIFT_UNAVAILABLE' }]);
  });

  test('where prices exclude the tax, it comes on top', async () => {
    const { hq, guest } = restaurant;
    const taxRates = [{ category: 'STANDARD', basisPoints: 888 }];
    const shop = await openShop(app, hq, key(), {
      currency: 'USD',
      timeZone: 'America/New_York',
      pricesIncludeTax: false,
      taxRates,
    });
    const pie = await addDish(app, hq, shop, 'Pie', { Slice: 450 });
    const cart = { ...counter.cart([pie, 2]), storeId: shop.storeId, tableCode: shop.tableCode };
    expect(await counter.place(guest, cart)).toMatchObject({ subtotal: 900, tax: 80, total: 980 });
  });
});

describe('placing', () => {
  test('an order waits for its payment with a number of the day and what it needs held', async () => {
    const { guest, tea } = restaurant;
    const leaves = await counter.keep(tea, 10);
    const couponId = await counter.coupon(guest, 100);
    const cart = { ...counter.cart([tea, 3]), couponIds: [couponId] };
    const orders = [await counter.place(guest, cart), await counter.placed()];
    expect(orders[0]).toMatchObject({ state: 'AWAITING_PAYMENT', total: 2300, payments: [] });
    expect(orders[1].pickupNumber).toBe(orders[0].pickupNumber + 1);
    expect(Date.parse(orders[0].expiresAt)).toBe(clock.now() + 2 * MINUTE);
    expect(await counter.stock(leaves)).toEqual([10, 3]);
    expect(await counter.couponState(guest, couponId)).toBe('LOCKED');
    await counter.cancel(guest, orders[0].id);
    await settled();
    expect(await counter.stock(leaves)).toEqual([10, 0]);
    expect(await counter.couponState(guest, couponId)).toBe('ISSUED');
  });

  test('a price that has changed since is shown before anything is kept', async () => {
    const { hq, guest, shop } = restaurant;
    const bun = await addDish(app, hq, shop, 'Bun', { One: 500 });
    const placing = await counter.placing(guest, counter.cart([bun, 2]));
    const price = { menuItemId: bun.menuItemId, specId: bun.specs['One'], price: 600 };
    await write(app, hq, 'setPrice', 'SetPriceInput', price, 'id');
    const changed = await counter.run(guest, 'placeOrder', placing);
    expect(changed).toMatchObject({ __typename: 'PriceChanged', quote: { total: 1200 } });
    // Nothing was kept, so the key is still free for the price that is agreed to now.
    const agreed = { ...placing, quoteId: changed.quote.id, total: changed.quote.total };
    expect(await counter.run(guest, 'placeOrder', agreed)).toMatchObject({ __typename: 'Order', total: 1200 });
  });

  test('a total that is not the one of the quote is no agreement', async () => {
    const { guest, noodles } = restaurant;
    const placing = await counter.placing(guest, counter.cart([noodles, 1]));
    const cheap = await counter.run(guest, 'placeOrder', { ...placing, total: 1 });
    expect(cheap).toMatchObject({ __typename: 'PriceChanged', quote: { total: 2800 } });
  });

  test('what is short, sold out, closed or not there is named, and nothing stays held', async () => {
    const { hq, guest, shop } = restaurant;
    const cake = await addDish(app, hq, shop, 'Cake', { Slice: 1200 });
    const slices = await counter.keep(cake, 2);
    const couponId = await counter.coupon(guest, 100);
    const cart = { ...counter.cart([cake, 3]), couponIds: [couponId] };
    const placing = await counter.placing(guest, cart);
    const short = { item: { id: cake.menuItemId }, requested: 3, available: 2 };
    expect(await counter.run(guest, 'placeOrder', placing)).toEqual({ __typename: 'OutOfStock', shortages: [short] });
    expect(await counter.stock(slices)).toEqual([2, 0]);
    expect(await counter.couponState(guest, couponId)).toBe('ISSUED');

    const soldOut = { menuItemId: cake.menuItemId, soldOut: true };
    await write(app, hq, 'setSoldOut', 'SetSoldOutInput', soldOut, 'id');
    const missing = { __typename: 'ItemsUnavailable', items: [{ id: cake.menuItemId }] };
    expect(await counter.run(guest, 'placeOrder', placing)).toEqual(missing);
    expect(await counter.quote(guest, cart)).toEqual(missing);

    const nowhere = { ...counter.cart([cake, 1]), tableCode: 'NOWHERE' };
    expect(await counter.quote(guest, nowhere)).toEqual({ __typename: 'TableUnavailable', code: 'NOWHERE' });

    const other = await openShop(app, hq);
    const dish = await addDish(app, hq, other, 'Dish', { R: 100 });
    await write(app, hq, 'updateStore', 'UpdateStoreInput', { id: other.storeId, paused: true }, 'id');
    const there = { ...counter.cart([dish, 1]), storeId: other.storeId, tableCode: other.tableCode };
    expect(await counter.quote(guest, there)).toEqual({ __typename: 'StoreClosed', store: { id: other.storeId } });
  });

  test('a coupon that another order holds is named; one that does not reach its threshold is left for later', async () => {
    const { guest, noodles } = restaurant;
    const couponId = await counter.coupon(guest, 100);
    const cart = { ...counter.cart([noodles, 1]), couponIds: [couponId] };
    const [first, second] = [await counter.placing(guest, cart), await counter.placing(guest, cart)];
    expect(await counter.run(guest, 'placeOrder', first)).toMatchObject({ __typename: 'Order', total: 2700 });
    const locked = { __typename: 'CouponUnavailable', coupon: { id: couponId }, code: 'COUPON_LOCKED' };
    expect(await counter.run(guest, 'placeOrder', second)).toEqual(locked);

    const large = await counter.coupon(guest, 100, { threshold: 100_000 });
    const order = await counter.place(guest, { ...counter.cart([noodles, 1]), couponIds: [large] });
    expect(order).toMatchObject({ __typename: 'Order', total: 2800 });
    expect(await counter.couponState(guest, large)).toBe('ISSUED');
  });

  test('two orders race for a coupon and for the last portion: one has it', async () => {
    const { hq, guest, shop } = restaurant;
    const last = await addDish(app, hq, shop, 'The last one', { R: 1000 });
    const pieces = await counter.keep(last, 1);
    const couponId = await counter.coupon(guest, 100);
    const placings = await Promise.all(
      Array.from({ length: 10 }, () => counter.placing(guest, { ...counter.cart([last, 1]), couponIds: [couponId] })),
    );
    const answers = await Promise.all(placings.map((placing) => counter.run(guest, 'placeOrder', placing)));
    expect(answers.filter(({ __typename }) => __typename === 'Order')).toHaveLength(1);
    expect(await counter.stock(pieces)).toEqual([1, 1]);
    expect(await counter.couponState(guest, couponId)).toBe('LOCKED');
  });

  test('a waiter takes an order for guests who are not signed in', async () => {
    const { waiter, guest, cook, noodles } = restaurant;
    const cart = counter.cart([noodles, 1]);
    const order = await counter.place(waiter, cart);
    expect(order).toMatchObject({ state: 'AWAITING_PAYMENT', total: 2800 });
    expect(await counter.order(guest, order.id)).toBe('ORDER_NOT_FOUND');
    expect(await counter.pay(waiter, order.id, { provider: 'cash' })).toMatchObject({
      state: 'PAID',
      payments: [{ provider: 'cash', state: 'SUCCEEDED', amount: 2800 }],
    });
    expect(await counter.place(cook, cart)).toBe('FORBIDDEN');
  });
});

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
    await runJob('orders.expire');
    expect((await counter.order(guest, id)).state).toBe('AWAITING_PAYMENT');
    clock.advance(MINUTE);
    await runJob('orders.expire');
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
    await runJob('orders.expire');
    expect((await counter.order(guest, id)).state).toBe('AWAITING_PAYMENT');
    acquirer.answers.close = usual.close;
    await runJob('orders.expire');
    expect(await counter.order(guest, id)).toMatchObject({ state: 'EXPIRED', payments: [{ state: 'CLOSED' }] });
  });

  test('one that was paid at the last moment is cooked', async () => {
    const { guest } = restaurant;
    const { id } = await counter.placed();
    await counter.pay(guest, id, { instrument: 'lose-reply' });
    clock.advance(3 * MINUTE);
    await runJob('orders.expire');
    expect((await counter.order(guest, id)).state).toBe('PAID');
  });
});

describe('input from outside', () => {
  test.each<[string, (cart: Told) => Told, string]>([
    ['no lines', (cart) => ({ ...cart, lines: [] }), 'BAD_INPUT'],
    ['101 lines', (cart) => ({ ...cart, lines: Array(101).fill(cart.lines[0]) }), 'BAD_INPUT'],
    ['a quantity of 0', (cart) => ({ ...cart, lines: [{ ...cart.lines[0], quantity: 0 }] }), 'BAD_INPUT'],
    ['a quantity of -1', (cart) => ({ ...cart, lines: [{ ...cart.lines[0], quantity: -1 }] }), 'BAD_INPUT'],
    ['a quantity of 10,000', (cart) => ({ ...cart, lines: [{ ...cart.lines[0], quantity: 10_000 }] }), 'BAD_INPUT'],
    ['a long note', (cart) => ({ ...cart, note: 'x'.repeat(501) }), 'BAD_INPUT'],
    ['a note of control characters', (cart) => ({ ...cart, note: 'a\u0000b' }), 'BAD_INPUT'],
    [
      'a dish that is not there',
      (cart) => ({ ...cart, lines: [{ ...cart.lines[0], menuItemId: 'x' }] }),
      'MENU_ITEM_NOT_FOUND',
    ],
    ['a size that is not there', (cart) => ({ ...cart, lines: [{ ...cart.lines[0], specId: 'x' }] }), 'SPEC_NOT_FOUND'],
    [
      'a modifier that the dish does not have',
      (cart) => ({ ...cart, lines: [{ ...cart.lines[0], modifierIds: ['x'] }] }),
      'MODIFIER_NOT_ALLOWED',
    ],
    ['a store that is not there', (cart) => ({ ...cart, storeId: 'x' }), 'STORE_NOT_FOUND'],
    ['a coupon that is not there', (cart) => ({ ...cart, couponIds: ['x'] }), 'COUPON_NOT_FOUND'],
  ])('%s', async (_, spoil, code) => {
    const { guest, noodles } = restaurant;
    const cart = spoil(counter.cart([noodles, 1]));
    expect(await counter.quote(guest, cart)).toBe(code);
    const placing = { idempotencyKey: key(), cart, quoteId: 'x', total: 2800 };
    expect(await counter.run(guest, 'placeOrder', placing)).toBe(code);
  });

  test("somebody else's coupon and somebody else's order are as good as none", async () => {
    const { guest, waiter, noodles } = restaurant;
    const stranger = await diner(app, key());
    const theirs = await counter.coupon(stranger, 500);
    const cart = { ...counter.cart([noodles, 1]), couponIds: [theirs] };
    expect(await counter.quote(guest, cart)).toBe('COUPON_NOT_FOUND');
    expect(await counter.quote(waiter, cart)).toBe('COUPONS_NEED_DINER');
    expect(await counter.quote({ id: '', token: '' }, cart)).toBe('UNAUTHENTICATED');

    const order = await counter.placed();
    for (const answer of [
      await counter.order(stranger, order.id),
      await counter.pay(stranger, order.id),
      await counter.cancel(stranger, order.id),
      await counter.order(stranger, 'x'),
    ])
      expect(answer).toBe('ORDER_NOT_FOUND');
    const frames = app
      .sockets(stranger.token)
      .iterate({ query: `subscription { orderChanged(orderId: "${order.id}") { id } }` });
    await expect(frames.next()).resolves.toMatchObject({
      value: { errors: [{ extensions: { code: 'ORDER_NOT_FOUND' } }] },
    });
    expect(await counter.order(guest, order.id)).toEqual(order);
  });

  test('nobody orders without signing in, and no key is empty', async () => {
    const { guest, noodles } = restaurant;
    const placing = await counter.placing(guest, counter.cart([noodles, 1]));
    expect(await counter.run({ id: '', token: '' }, 'placeOrder', placing)).toBe('UNAUTHENTICATED');
    expect(await counter.run(guest, 'placeOrder', { ...placing, idempotencyKey: '' })).toBe('BAD_INPUT');
    expect(await counter.run(guest, 'placeOrder', { ...placing, idempotencyKey: 'k'.repeat(101) })).toBe('BAD_INPUT');
  });
});

describe('the order book', () => {
  const ORDERS = `query ($storeId: ID!, $after: String, $states: [OrderState!]) {
    orders(storeId: $storeId, first: 2, after: $after, states: $states) { edges { node { id } } pageInfo { hasNextPage endCursor } } }`;

  test("shows a store's orders page by page, newest first, to its staff alone", async () => {
    const { hq, guest, waiter } = restaurant;
    const shop = await openShop(app, hq);
    const { storeId } = shop;
    const rice = await addDish(app, hq, shop, 'Rice', { Bowl: 200 });
    const cart = { ...counter.cart([rice, 1]), storeId, tableCode: shop.tableCode };
    const ids: string[] = [];
    for (let turn = 0; turn < 3; turn++) ids.unshift((await counter.place(guest, cart)).id);
    const read = async (variables: object) => (await app.ask(ORDERS, { storeId, ...variables }, hq.token)).orders;
    const first = await read({});
    const second = await read({ after: first.pageInfo.endCursor });
    expect([...first.edges, ...second.edges].map(({ node }: Told) => node.id)).toEqual(ids);
    expect([first.pageInfo.hasNextPage, second.pageInfo.hasNextPage]).toEqual([true, false]);
    expect((await read({ states: ['PAID'] })).edges).toEqual([]);
    for (const who of [guest, waiter]) {
      const { errors } = await app.graph(ORDERS, { storeId }, who.token);
      expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    }
  });

  test('shows a diner their own orders', async () => {
    const someone = await diner(app, key());
    const order = await counter.place(someone, counter.cart([restaurant.tea, 1]));
    const { me } = await app.ask(
      '{ me { ... on Diner { orders { edges { node { id total } } } } } }',
      {},
      someone.token,
    );
    expect(me.orders.edges).toEqual([{ node: { id: order.id, total: 800 } }]);
  });
});
