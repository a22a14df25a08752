import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { MINUTE } from '../../kernel/clock.ts';
import { type App, startApp, testClock } from '../app.ts';
import { type Counter, counterOf, openRestaurant, type Restaurant } from '../counter.ts';
import { openScale } from '../scales.ts';
import { addDish, key, type ListedDish, openShop, write } from '../shop.ts';

const clock = testClock();
let app: App;
let restaurant: Restaurant;
let counter: Counter;
let beef: ListedDish;
let weigh: Awaited<ReturnType<typeof openScale>>['weigh'];

beforeAll(async () => {
  app = await startApp({ clock, environment: { MEMBERS_ACCESS_MINUTES: '120' } });
  restaurant = await openRestaurant(app);
  counter = counterOf(app, restaurant);
  const { hq, shop } = restaurant;
  // 68.00 for 500 g.
  beef = await addDish(app, hq, shop, `Braised beef ${key()}`, { 'By weight': 6800 }, { perGrams: 500 });
  ({ weigh } = await openScale(app, hq, shop.storeId));
});
afterAll(() => app?.[Symbol.asyncDispose]());

const line = (weighingId?: string, quantity = 1) => ({
  menuItemId: beef.menuItemId,
  specId: Object.values(beef.specs)[0],
  quantity,
  ...(weighingId !== undefined && { weighingId }),
});
const cartOf = (...lines: object[]) => ({ ...counter.cart(), lines });

test('what the waiter weighs is a line of the order at its share of the price, for the cook and the guest to read', async () => {
  const { waiter, cook } = restaurant;
  const weighingId = await weigh({ grams: 526, tare: 200 }, waiter);
  const { id, total } = await counter.place(waiter, cartOf(line(weighingId)));
  // 326 g at 68.00 for 500 g: 44.336.
  expect(total).toBe(4434);
  await counter.pay(waiter, id, { provider: 'cash' });
  await app.settled();
  const { order, printJobs } = await app.ask(
    `query ($id: ID!, $storeId: ID!) {
      order(id: $id) { lines { name grams quantity unitPrice } tickets { lines { specName quantity } } }
      printJobs(storeId: $storeId, orderId: $id) { edges { node { content } } } }`,
    { id, storeId: restaurant.shop.storeId },
    waiter.token,
  );
  expect(order.lines).toEqual([expect.objectContaining({ grams: 326, quantity: 1, unitPrice: 4434 })]);
  expect(order.tickets[0].lines).toEqual([{ specName: '326 g', quantity: 1 }]);
  for (const { node } of printJobs.edges) expect(node.content).toContain('(326 g)');
  await counter.cookTo(id, 'STARTED', 'READY', 'SERVED');
  expect((await counter.order(cook, id)).state).toBe('COMPLETED');
});

test('it takes as many grams out of stock, and never more than there are', async () => {
  const { waiter, hq } = restaurant;
  await counter.keep(beef, 1_000);
  const left = async () =>
    (await app.ask('query ($id: ID!) { menuItem(id: $id) { portionsLeft } }', { id: beef.menuItemId }, hq.token))
      .menuItem.portionsLeft;
  const { id } = await counter.place(waiter, cartOf(line(await weigh({ grams: 700 }))));
  expect(await left()).toBe(300);
  const more = await weigh({ grams: 301 });
  expect(await counter.quote(waiter, cartOf(line(more)))).toEqual({
    __typename: 'OutOfStock',
    shortages: [{ item: { id: beef.menuItemId }, requested: 301, available: 300 }],
  });
  await counter.cancel(hq, id);
  await app.settled();
  expect(await left()).toBe(1_000);
  expect((await counter.place(waiter, cartOf(line(more)))).state).toBe('AWAITING_PAYMENT');
  const unlimited = { storeId: restaurant.shop.storeId, menuItemId: beef.menuItemId, ingredients: [] };
  await write(app, hq, 'setRecipe', 'SetRecipeInput', unlimited, 'specId');
});

test('a weighing is good for one line, in its own store, for a quarter of an hour', async () => {
  const { waiter, hq } = restaurant;
  const used = await weigh({ grams: 100 });
  expect((await counter.place(waiter, cartOf(line(used)))).state).toBe('AWAITING_PAYMENT');
  const again = await counter.placing(waiter, cartOf(line(used)));
  expect(await counter.run(waiter, 'placeOrder', again)).toBe('WEIGHING_USED');
  const fresh = await weigh({ grams: 100 });
  expect(await counter.quote(waiter, cartOf(line(fresh), line(fresh)))).toBe('WEIGHING_USED');
  const other = await openShop(app, hq);
  const elsewhere = await openScale(app, hq, other.storeId);
  expect(await counter.quote(waiter, cartOf(line(await elsewhere.weigh({ grams: 100 }))))).toBe('WEIGHING_NOT_FOUND');
  expect(await counter.quote(waiter, cartOf(line(key())))).toBe('WEIGHING_NOT_FOUND');
  clock.advance(15 * MINUTE + 1);
  expect(await counter.quote(waiter, cartOf(line(fresh)))).toBe('WEIGHING_NOT_FOUND');
});

test('two waiters who take the same weighing at once: one order has it', async () => {
  const { waiter } = restaurant;
  const weighingId = await weigh({ grams: 250 });
  const input = await counter.placing(waiter, cartOf(line(weighingId)));
  const placed = await Promise.all(
    Array.from({ length: 8 }, () => counter.run(waiter, 'placeOrder', { ...input, idempotencyKey: key() })),
  );
  expect(placed.filter((one) => one === 'WEIGHING_USED')).toHaveLength(7);
  expect(placed.filter((one) => one.state === 'AWAITING_PAYMENT')).toHaveLength(1);
});

test('an order that cannot be placed after all leaves its weighing to the next', async () => {
  const { waiter } = restaurant;
  const pot = await counter.keep(beef, 1_000);
  const weighingId = await weigh({ grams: 900 });
  const input = await counter.placing(waiter, cartOf(line(weighingId)));
  const wasted = { idempotencyKey: key(), stockItemId: pot, kind: 'WASTED', quantity: 500 };
  await write(app, restaurant.hq, 'moveStock', 'MoveStockInput', wasted, 'onHand');
  expect(await counter.run(waiter, 'placeOrder', input)).toMatchObject({ __typename: 'OutOfStock' });
  const received = { idempotencyKey: key(), stockItemId: pot, kind: 'RECEIVED', quantity: 500 };
  await write(app, restaurant.hq, 'moveStock', 'MoveStockInput', received, 'onHand');
  expect((await counter.run(waiter, 'placeOrder', input)).state).toBe('AWAITING_PAYMENT');
});

test('what is sold by weight needs one, what is not takes none, and neither is part of a set meal', async () => {
  const { waiter, hq, noodles, shop } = restaurant;
  expect(await counter.quote(waiter, cartOf(line()))).toBe('LINE_NEEDS_WEIGHT');
  const weighingId = await weigh({ grams: 100 });
  expect(await counter.quote(waiter, cartOf(line(weighingId, 2)))).toBe('LINE_NEEDS_WEIGHT');
  const [plain] = counter.cart([noodles, 1]).lines;
  expect(await counter.quote(waiter, cartOf({ ...plain, weighingId }))).toBe('LINE_NOT_WEIGHED');
  const options = [{ dishId: beef.dishId, specId: Object.values(beef.specs)[0], extra: 0 }];
  const meal = { comboSlots: [{ name: 'Main', options }] };
  await expect(addDish(app, hq, shop, `Meal ${key()}`, { One: 3000 }, meal)).rejects.toThrow('sold by weight');
  await expect(addDish(app, hq, shop, `Air ${key()}`, { One: 1 }, { perGrams: 0 })).rejects.toThrow('specs.perGrams');
});
