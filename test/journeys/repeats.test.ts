import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type App, startApp } from '../app.ts';
import { type Counter, counterOf, openRestaurant, type Restaurant, type Told } from '../counter.ts';
import { addDish, key, type ListedDish, write } from '../shop.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'dinegraph-repeats-'));
let app: App;
let restaurant: Restaurant;
let counter: Counter;
/** Noodles of which the store has so many, and the stock item. */
let bowls: { dish: ListedDish; stockItemId: string };

beforeAll(async () => {
  app = await startApp({ dataDir });
  restaurant = await openRestaurant(app);
  counter = counterOf(app, restaurant);
  const dish = await addDish(app, restaurant.hq, restaurant.shop, 'Bowl', { R: 1500 });
  bowls = { dish, stockItemId: await counter.keep(dish, 100) };
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  rmSync(dataDir, { recursive: true, force: true });
});

type Field = Parameters<Counter['run']>[1];

/** Sends the same write twenty times at once. */
const twenty = (field: Field, input: object): Promise<Told[]> =>
  Promise.all(Array.from({ length: 20 }, () => counter.run(restaurant.guest, field, input)));

/** Everything that was written, by its field, to be repeated after the restart. */
const written: { field: Field; input: object; answer: Told }[] = [];

/** Twenty times at once: the one answer they all got. */
async function once(field: Field, input: object): Promise<Told> {
  const answers = await twenty(field, input);
  const answer = answers[0];
  expect(answer.__typename).toBe('Order');
  expect(answers.map(({ id, pickupNumber }) => [id, pickupNumber])).toEqual(
    Array(20).fill([answer.id, answer.pickupNumber]),
  );
  written.push({ field, input, answer });
  return answer;
}

describe('each write twenty times at once has one effect', () => {
  test('an order is placed once, and holds once what it takes', async () => {
    const couponId = await counter.coupon(restaurant.guest, 200);
    const cart = { ...counter.cart([bowls.dish, 2]), couponIds: [couponId] };
    const input = await counter.placing(restaurant.guest, cart);
    const order = await once('placeOrder', input);
    expect(order).toMatchObject({ state: 'AWAITING_PAYMENT', version: 2, total: 2800 });
    expect(await counter.stock(bowls.stockItemId)).toEqual([100, 2]);
    const other = { ...input, cart: { ...cart, note: 'no onions' } };
    expect(await counter.run(restaurant.guest, 'placeOrder', other)).toBe('IDEMPOTENCY_KEY_REUSED');

    // Another key is another order.
    const second = await counter.placed();
    expect(second.pickupNumber).toBe(order.pickupNumber + 1);
  });

  test('a key belongs to who used it: a waiter may use the same one', async () => {
    const input = await counter.placing(restaurant.guest, counter.cart([restaurant.tea, 1]));
    const guests = await counter.run(restaurant.guest, 'placeOrder', input);
    const waiters = await counter.run(restaurant.waiter, 'placeOrder', input);
    expect(waiters.__typename).toBe('Order');
    expect(waiters.id).not.toBe(guests.id);
  });

  test('it is paid once', async () => {
    const placed = await counter.placed(counter.cart([bowls.dish, 1]));
    const input = { idempotencyKey: key(), orderId: placed.id, provider: 'demo' };
    const paid = await once('payOrder', input);
    expect(paid).toMatchObject({ state: 'PAID', payments: [{ amount: 1500, state: 'SUCCEEDED' }] });
    const other = { ...input, provider: 'cash' };
    expect(await counter.run(restaurant.guest, 'payOrder', other)).toBe('IDEMPOTENCY_KEY_REUSED');
  });

  test('twenty different payments of one order: one is taken', async () => {
    const { id } = await counter.placed();
    const answers = await Promise.all(Array.from({ length: 20 }, () => counter.pay(restaurant.guest, id)));
    expect(answers.filter(({ state }) => state === 'PAID')).toHaveLength(1);
    expect((await counter.order(restaurant.guest, id)).payments).toHaveLength(1);
  });

  test('it is cancelled once, and the money goes back once', async () => {
    const { id, version } = await counter.paid(counter.cart([bowls.dish, 1]));
    const cancelled = await once('cancelOrder', { idempotencyKey: key(), orderId: id });
    expect(cancelled).toMatchObject({ state: 'CANCELLED', payments: [{ state: 'REFUNDED', refunded: 1500 }] });
    // One change for the cancelling, one for the money.
    expect(cancelled.version).toBe(version + 2);
  });

  test('a refusal keeps no key: twenty ask for more than there is, and later one may have it', async () => {
    const { hq, shop, guest } = restaurant;
    const rare = await addDish(app, hq, shop, 'Rare', { R: 100 });
    const pieces = await counter.keep(rare, 2);
    const input = await counter.placing(guest, counter.cart([rare, 2]));
    const dropped = { idempotencyKey: key(), stockItemId: pieces, kind: 'WASTED', quantity: 1 };
    await write(app, hq, 'moveStock', 'MoveStockInput', dropped, 'id');
    const refused = await twenty('placeOrder', input);
    expect(refused.map(({ __typename }) => __typename)).toEqual(Array(20).fill('OutOfStock'));
    expect(await counter.stock(pieces)).toEqual([1, 0]);
    const delivery = { idempotencyKey: key(), stockItemId: pieces, kind: 'RECEIVED', quantity: 1 };
    await write(app, hq, 'moveStock', 'MoveStockInput', delivery, 'id');
    await once('placeOrder', input);
    expect(await counter.stock(pieces)).toEqual([2, 2]);
  });
});

describe('past orders of another till', () => {
  const line = { name: 'Bowl', spec: 'R', quantity: 2, unitPrice: 1500 };
  const orders = Array.from({ length: 300 }, (_, index) => ({
    externalId: String(index + 1),
    placedAt: '2015-01-01T11:38:36',
    lines: [line, { ...line, name: 'Sold no more', quantity: 1, unitPrice: 1 }],
  }));
  const importing = (more: object = {}) =>
    counter.run(restaurant.hq, 'importOrders', { storeId: restaurant.shop.storeId, source: 'till', orders, ...more });

  test('come in once, however often they are sent, and set nothing off', async () => {
    await app.settled();
    const before = await counter.stock(bowls.stockItemId);
    const answers = [await importing(), ...(await Promise.all([importing(), importing()]))];
    expect(answers[0]).toEqual({ created: 300, unchanged: 0, total: 300 * 3001, refused: [] });
    for (const answer of answers.slice(1))
      expect(answer).toEqual({ created: 0, unchanged: 300, total: 300 * 3001, refused: [] });
    await app.settled();
    expect(await counter.stock(bowls.stockItemId)).toEqual(before);
    const read = `query ($id: ID!) { orders(storeId: $id, businessDay: "2015-01-01", first: 1) { edges { node {
      state total placedAt businessDay externalId tickets { id } lines { name specName quantity item { id } } } } } }`;
    const { orders: page } = await app.ask(read, { id: restaurant.shop.storeId }, restaurant.hq.token);
    expect(page.edges[0].node).toEqual({
      state: 'COMPLETED',
      total: 3001,
      placedAt: '2015-01-01T03:38:36.000Z',
      businessDay: '2015-01-01',
      externalId: expect.any(String),
      tickets: [],
      lines: [
        { name: 'Bowl', specName: 'R', quantity: 2, item: { id: bowls.dish.menuItemId } },
        { name: 'Sold no more', specName: 'R', quantity: 1, item: null },
      ],
    });
  });

  test('what is wrong is refused by itself, with its reason; the others stand', async () => {
    const good = { externalId: 'good', placedAt: '2015-01-02T00:10', lines: [line] };
    const answer = await importing({
      orders: [
        good,
        { ...good, externalId: 'negative', lines: [{ ...line, unitPrice: -1 }] },
        { ...good, externalId: 'none', lines: [{ ...line, quantity: 0 }] },
        { ...good, externalId: 'many', lines: [{ ...line, quantity: 1000 }] },
        { ...good, externalId: 'empty', lines: [] },
        { ...good, externalId: 'undated', placedAt: '2015-02-30T12:00:00' },
        { ...good, externalId: '' },
        good,
      ],
    });
    expect(answer).toMatchObject({ created: 1, unchanged: 0, total: 3000 });
    expect(answer.refused.map(({ externalId, code }: Told) => [externalId, code])).toEqual([
      ['negative', 'PRICE_NEGATIVE'],
      ['none', 'QUANTITY_INVALID'],
      ['many', 'QUANTITY_INVALID'],
      ['empty', 'ORDER_EMPTY'],
      ['undated', 'DATE_INVALID'],
      ['', 'BAD_INPUT'],
      ['good', 'ORDER_REPEATED'],
    ]);
    expect(await importing({ storeId: 'x' })).toBe('STORE_NOT_FOUND');
    expect(await importing({ orders: [] })).toBe('BAD_INPUT');
    const { guest, waiter } = restaurant;
    for (const who of [guest, waiter]) {
      const input = { storeId: restaurant.shop.storeId, source: 'till', orders };
      expect(await counter.run(who, 'importOrders', input)).toBe('FORBIDDEN');
    }
  });
});

test('after a restart each write, repeated, answers with the same order and changes nothing', async () => {
  await app.settled();
  const stock = await counter.stock(bowls.stockItemId);
  await app[Symbol.asyncDispose]();
  app = await startApp({ dataDir });
  counter = counterOf(app, restaurant);
  expect(written.map(({ field }) => field)).toEqual(['placeOrder', 'payOrder', 'cancelOrder', 'placeOrder']);
  for (const { field, input, answer } of written)
    for (const { id, version } of await twenty(field, input))
      expect([id, version]).toEqual([answer.id, answer.version]);
  expect(await counter.stock(bowls.stockItemId)).toEqual(stock);
});
