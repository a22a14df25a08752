import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { MINUTE, SECOND } from '../../kernel/clock.ts';
import { defineModule } from '../../kernel/module.ts';
import { food, type JoinedStore, openJoinedStore, SHOP } from '../meituan.ts';
import { addDish, key, type ListedDish, write } from '../shop.ts';

/** Hears which dishes come to their last portion, or back. */
const heard: string[][] = [];
const shelf = defineModule({
  name: 'shelf',
  consumes: ['stock.portions-changed'],
  setup: () => ({
    on: { 'stock.portions-changed': async (_, { payload }) => void heard.push(payload.menuItemIds) },
  }),
});
/** How often it was said that the dish has come to its last portion, or back. */
const said = ({ menuItemId }: ListedDish) => heard.filter((ids) => ids.includes(menuItemId)).length;

let store: JoinedStore;
beforeAll(async () => {
  store = await openJoinedStore([shelf]);
  // A store that has joined is found within some seconds.
  while (!store.meituan.simulator.world.shops.has(SHOP)) await store.app.runJob('meituan.pushMenus');
}, 60_000);
afterAll(() => store[Symbol.asyncDispose]());
afterEach(() => store.meituan.simulator.faults.clear());

/** What a diner sees over there of a dish: its sizes with price and stock, -1 for no limit; null for no such dish. */
async function seen({ menuItemId }: ListedDish): Promise<[string, number, number][] | null> {
  await store.app.settled();
  await store.app.runJob('meituan.pushMenus');
  const dish = store.meituan.simulator.world.shops.get(SHOP)?.get(menuItemId);
  return dish ? dish.skus.map(({ name, price, stock }) => [name, price, stock]) : null;
}
const hq = (field: string, type: string, input: object) =>
  write(store.app, store.restaurant.hq, field, type, input, '__typename');
const mark = ({ menuItemId }: ListedDish, soldOut: boolean) =>
  hq('setSoldOut', 'SetSoldOutInput', { menuItemId, soldOut });
const paths = () => store.meituan.simulator.calls.map(({ path }) => path).filter((path) => path.startsWith('food/'));

test('a joined store’s menu is there, under our own ids, and follows prices, marks and new dishes', async () => {
  const { shop, noodles } = store.restaurant;
  expect(await seen(noodles)).toEqual([['Regular', 2800, -1]]);
  const specId = noodles.specs['Regular'];
  await hq('setPrice', 'SetPriceInput', { menuItemId: noodles.menuItemId, specId, channel: 'DELIVERY', price: 3050 });
  await hq('setPrice', 'SetPriceInput', { menuItemId: noodles.menuItemId, specId, channel: 'DINE_IN', price: 2600 });
  expect(await seen(noodles)).toEqual([['Regular', 3050, -1]]);
  await mark(noodles, true);
  expect(await seen(noodles)).toEqual([['Regular', 3050, 0]]);
  await mark(noodles, false);
  expect(await seen(noodles)).toEqual([['Regular', 3050, -1]]);
  const soup = await addDish(store.app, store.restaurant.hq, shop, `Soup ${key()}`, { Small: 900, Large: 1500 });
  expect(await seen(soup)).toEqual([
    ['Small', 900, -1],
    ['Large', 1500, -1],
  ]);
  expect(paths().slice(-4)).toEqual(['food/sku/price', 'food/sku/stock', 'food/sku/stock', 'food/batchinitdata']);
  const before = paths().length;
  store.clock.advance(3 * MINUTE);
  await seen(soup);
  expect(paths()).toHaveLength(before);
});

test('a combo, which the diner puts together, is not sold over there', async () => {
  const { shop, noodles, tea, hq: head } = store.restaurant;
  const option = ({ dishId, specs }: ListedDish) => ({ dishId, specId: Object.values(specs)[0] });
  const comboSlots = [{ name: 'Both', options: [option(noodles), option(tea)] }];
  const combo = await addDish(store.app, head, shop, `Combo ${key()}`, { Set: 3000 }, { comboSlots });
  expect(await seen(combo)).toBeNull();
});

test('the last portion is gone, and so is the dish over there; what comes back is sold again', async () => {
  const { hq: head, shop, tea } = store.restaurant;
  const { counter } = store;
  const stockItemId = await counter.keep(tea, 3);
  expect(await seen(tea)).toEqual([['Pot', 800, -1]]);
  const before = said(tea);
  const there = await store.diner.order(store.wish({ foods: [food(tea, 800)], discount: 0 }));
  await store.book.settled();
  expect(said(tea)).toBe(before);

  // Two at a table take the last ones.
  const { id } = await counter.paid(counter.cart([tea, 2]));
  expect(await seen(tea)).toEqual([['Pot', 800, 0]]);
  expect(said(tea)).toBe(before + 1);
  const late = await store.diner.order(store.wish({ foods: [food(tea, 800)], discount: 0 }));
  expect((await store.book.order(late)).state).toBe('REJECTED');

  await counter.cancel(head, id);
  expect(await seen(tea)).toEqual([['Pot', 800, -1]]);
  await write(
    store.app,
    head,
    'moveStock',
    'MoveStockInput',
    { idempotencyKey: key(), stockItemId, kind: 'WASTED', quantity: 2 },
    'id',
  );
  expect(await seen(tea)).toEqual([['Pot', 800, 0]]);
  await write(
    store.app,
    head,
    'moveStock',
    'MoveStockInput',
    { idempotencyKey: key(), stockItemId, kind: 'RECEIVED', quantity: 9 },
    'id',
  );
  expect(await seen(tea)).toEqual([['Pot', 800, -1]]);
  expect(said(tea)).toBe(before + 4);
  expect((await store.book.order(there)).state).toBe('PAID');

  const { id: nothing } = await write(
    store.app,
    head,
    'createStockItem',
    'CreateStockItemInput',
    { idempotencyKey: key(), storeId: shop.storeId, name: key(), unit: 'PIECE', onHand: 0 },
    'id',
  );
  const ingredients = [{ stockItemId: nothing, quantity: 1 }];
  await write(
    store.app,
    head,
    'setRecipe',
    'SetRecipeInput',
    { storeId: shop.storeId, menuItemId: tea.menuItemId, ingredients },
    'specId',
  );
  expect(await seen(tea)).toEqual([['Pot', 800, 0]]);
});

test.each(['hang', 'hang-after', 'error', 'error-after', 'lost-reply', 'busy', 'skewed-clock'] as const)(
  'Meituan does not answer (%s): it is told again, until it shows what is so',
  async (fault) => {
    const { noodles } = store.restaurant;
    await seen(noodles);
    store.meituan.simulator.faults.requests.add(fault, 'food/', 2);
    await mark(noodles, true);
    await seen(noodles);
    store.meituan.simulator.faults.clear();
    store.clock.advance(6 * SECOND);
    expect((await seen(noodles))?.[0]?.[2]).toBe(0);
    await mark(noodles, false);
    expect((await seen(noodles))?.[0]?.[2]).toBe(-1);
  },
);

test('Meituan has forgotten a dish: what it refuses does not keep the rest from it, and soon it is pushed anew', async () => {
  const { noodles } = store.restaurant;
  await seen(noodles);
  store.meituan.simulator.world.shops.get(SHOP)?.delete(noodles.menuItemId);
  await mark(noodles, true);
  expect(await seen(noodles)).toBeNull();
  store.clock.advance(MINUTE);
  expect((await seen(noodles))?.[0]?.[2]).toBe(0);
});

test('a dish that is off the menu is taken off over there, also when the answer was lost', async () => {
  const { noodles } = store.restaurant;
  await seen(noodles);
  const shop = store.meituan.simulator.world.shops.get(SHOP);
  const [there] = [...(shop?.values() ?? [])];
  if (!there) throw new Error('nothing was pushed');
  shop?.set('off-the-menu', there);
  await store.app.sql(
    'meituan',
    `insert into meituan_dish (store_id, menu_item_id, dish)
     select store_id, 'off-the-menu', dish from meituan_dish where menu_item_id = ?`,
    [noodles.menuItemId],
  );
  store.meituan.simulator.faults.requests.add('lost-reply', 'food/delete');
  store.clock.advance(3 * MINUTE);
  await seen(noodles);
  expect(shop?.has('off-the-menu')).toBe(false);
  const left = "select menu_item_id from meituan_dish where menu_item_id = 'off-the-menu'";
  expect(await store.app.sql('meituan', left)).toEqual([]);
});
