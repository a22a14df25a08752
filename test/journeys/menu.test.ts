import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type App, startApp, type TestClock, testClock } from '../app.ts';
import { headquarters, type Person, staff } from '../people.ts';
import { addDish, key, type ListedDish, openShop, type Shop, write } from '../shop.ts';

// Noon of a Friday in Shanghai.
const NOON = Date.parse('2030-11-22T04:00:00.000Z');
const HOUR = 3_600_000;

let app: App;
let clock: TestClock;
let hq: Person;
let shop: Shop;
let noodles: ListedDish;
let spice: { id: string; modifiers: { id: string }[] };
let mild: string;
let hot: string;

beforeAll(async () => {
  clock = testClock(NOON);
  app = await startApp({ clock });
  hq = await headquarters(app);
  shop = await openShop(app, hq, 'Bund Store', { address: '1 Zhongshan Road' });
  spice = await write(
    app,
    hq,
    'createModifierGroup',
    'CreateModifierGroupInput',
    {
      idempotencyKey: key(),
      name: 'Spice',
      min: 1,
      max: 1,
      modifiers: [{ name: 'Mild' }, { name: 'Hot', price: 150 }],
    },
    'id modifiers { id }',
  );
  [mild, hot] = spice.modifiers.map(({ id }) => id) as [string, string];
  noodles = await addDish(
    app,
    hq,
    shop,
    '牛肉面',
    { Regular: 2800, Large: 3400 },
    { modifierGroupIds: [spice.id], tags: ['signature'] },
  );
});

afterAll(() => app[Symbol.asyncDispose]());

const asHq = (field: string, type: string, input: object, select: string) => write(app, hq, field, type, input, select);

const ITEMS = `query ($storeId: ID!, $channel: Channel!) { menu(storeId: $storeId, channel: $channel) {
  categories { category { name } items { id name soldOut available specs { name price(channel: $channel) } } } } }`;

async function itemsOf(storeId: string, channel = 'DINE_IN') {
  const { menu } = await app.ask(ITEMS, { storeId, channel });
  return menu.categories.flatMap(({ items }: { items: object[] }) => items);
}

async function itemOf(storeId: string, name: string, channel = 'DINE_IN') {
  return (await itemsOf(storeId, channel)).find((item: { name: string }) => item.name === name);
}

const PRICE_LINES = `query ($input: PriceLinesInput!) { priceLines(input: $input) {
  store { name isOpen paused } table { name }
  lines { name specName unitPrice taxBasisPoints available tags modifiers { id name } parts { menuItemId name specName } } } }`;

/** One portion of a dish, without choices unless they are given. */
const portion = (dish: ListedDish, spec: string, more: object = {}) => ({
  menuItemId: dish.menuItemId,
  specId: dish.specs[spec],
  modifierIds: [] as string[],
  comboOptionIds: [] as string[],
  quantity: 1,
  ...more,
});
const regular = (more: object = {}) => portion(noodles, 'Regular', { modifierIds: [mild], ...more });

/** What orders is told of a cart. */
async function priced(lines: object[], more: object = {}) {
  const input = { storeId: shop.storeId, channel: 'DINE_IN', lines, ...more };
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it selected
  const { priceLines } = await app.internal<any>('menu', PRICE_LINES, { input });
  return priceLines;
}

describe('a diner at a table', () => {
  test('scans the sticker and reads the menu without signing in', async () => {
    const { table } = await app.ask(
      'query ($code: String!) { table(code: $code) { name seats active qrCode store { id name currency isOpen } } }',
      { code: shop.tableCode },
    );
    expect(table).toMatchObject({ name: 'A1', seats: 4, active: true });
    expect(table.store).toEqual({ id: shop.storeId, name: 'Bund Store', currency: 'CNY', isOpen: true });
    expect(table.qrCode).toMatch(/^<svg /);
    expect(await itemsOf(shop.storeId)).toContainEqual({
      id: noodles.menuItemId,
      name: '牛肉面',
      soldOut: false,
      available: true,
      specs: [
        { name: 'Regular', price: 2800 },
        { name: 'Large', price: 3400 },
      ],
    });
  });

  test('reads what a dish asks of them', async () => {
    const { menuItem } = await app.ask(
      'query ($id: ID!) { menuItem(id: $id) { dish { tags modifierGroups { name min max modifiers { name price } } } } }',
      { id: noodles.menuItemId },
    );
    expect(menuItem.dish).toEqual({
      tags: ['signature'],
      modifierGroups: [
        {
          name: 'Spice',
          min: 1,
          max: 1,
          modifiers: [
            { name: 'Mild', price: 0 },
            { name: 'Hot', price: 150 },
          ],
        },
      ],
    });
  });

  test('cannot guess the codes of other tables', async () => {
    expect(shop.tableCode).toMatch(/^[2-9a-hjkmnp-z]{12}$/);
    expect((await app.graph('{ table(code: "A1") { id } }')).errors?.[0]?.extensions.code).toBe('TABLE_NOT_FOUND');
    const tables = 'query ($id: ID!) { store(id: $id) { tables { code } } }';
    expect((await app.graph(tables, { id: shop.storeId })).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    const waiter = await staff(app, hq, 'WAITER', [shop.storeId]);
    expect((await app.ask(tables, { id: shop.storeId }, waiter.token)).store.tables).toEqual([
      { code: shop.tableCode },
    ]);
  });

  test('finds stores by page and by name', async () => {
    for (const name of ['Airport', 'Campus', 'Harbour']) await openShop(app, hq, name);
    const STORES =
      'query ($name: String, $first: Int, $after: String) { stores(name: $name, first: $first, after: $after) { edges { cursor node { name } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }';
    const names = ({ edges }: { edges: { node: { name: string } }[] }) => edges.map(({ node }) => node.name);
    const first = (await app.ask(STORES, { first: 2 })).stores;
    expect(names(first)).toEqual(['Airport', 'Bund Store']);
    const second = (await app.ask(STORES, { first: 2, after: first.pageInfo.endCursor })).stores;
    expect(names(second)).toEqual(['Campus', 'Harbour']);
    expect([first.pageInfo.hasPreviousPage, second.pageInfo.hasPreviousPage]).toEqual([false, true]);
    expect(second.pageInfo.startCursor).toBe(second.edges[0].cursor);
    expect(second.pageInfo.hasNextPage).toBe(false);
    expect(names((await app.ask(STORES, { name: 'Harbour' })).stores)).toEqual(['Harbour']);
    expect(names((await app.ask(STORES, { name: 'Harb' })).stores)).toEqual([]);
  });
});

describe('what a portion costs', () => {
  test('is the size, the modifiers and the tax of the dish', async () => {
    const { table, lines } = await priced(
      [regular(), regular({ specId: noodles.specs['Large'], modifierIds: [hot], quantity: 99 })],
      { tableCode: shop.tableCode },
    );
    expect(table).toEqual({ name: 'A1' });
    expect(lines).toMatchObject([
      {
        name: '牛肉面',
        specName: 'Regular',
        unitPrice: 2800,
        taxBasisPoints: 600,
        available: true,
        tags: ['signature'],
      },
      { specName: 'Large', unitPrice: 3550, modifiers: [{ name: 'Hot' }] },
    ]);
    expect(lines[0].parts).toEqual([{ menuItemId: noodles.menuItemId, name: '牛肉面', specName: 'Regular' }]);
  });

  test('never falls below nothing, and nothing is left out twice', async () => {
    const modifiers = [{ name: 'The meat', price: -900 }, { name: 'The onion' }];
    const group = await asHq(
      'createModifierGroup',
      'CreateModifierGroupInput',
      { idempotencyKey: key(), name: 'Leave out', max: 2, modifiers },
      'id modifiers { id }',
    );
    const [meat, onion] = group.modifiers.map(({ id }: { id: string }) => id);
    const rice = await addDish(app, hq, shop, 'Rice', { Bowl: 500 }, { modifierGroupIds: [group.id] });
    const without = (...modifierIds: string[]) => priced([portion(rice, 'Bowl', { modifierIds })]);
    expect((await without()).lines[0].unitPrice).toBe(500);
    const { lines } = await without(onion, meat);
    expect(lines[0]).toMatchObject({ unitPrice: 0, modifiers: [{ id: meat }, { id: onion }] });
    await expect(without(onion, onion)).rejects.toMatchObject({
      code: 'MODIFIER_COUNT',
      extensions: { line: 0, group: 'Leave out', min: 0, max: 2 },
    });
  });

  test("is the channel's own price, else the store's, else the chain's", async () => {
    const tea = await addDish(app, hq, shop, 'Tea', { Pot: 1000 });
    const set = (price: number, channel?: string) =>
      asHq(
        'setPrice',
        'SetPriceInput',
        { menuItemId: tea.menuItemId, specId: tea.specs['Pot'], price, ...(channel && { channel }) },
        'id',
      );
    const prices = () =>
      Promise.all(
        ['DINE_IN', 'DELIVERY'].map(async (channel) => {
          const { lines } = await priced([portion(tea, 'Pot')], { channel });
          expect((await itemOf(shop.storeId, 'Tea', channel)).specs[0].price).toBe(lines[0].unitPrice);
          return lines[0].unitPrice;
        }),
      );
    expect(await prices()).toEqual([1000, 1000]);
    await set(1200, 'DELIVERY');
    expect(await prices()).toEqual([1000, 1200]);
    await set(900);
    expect(await prices()).toEqual([900, 1200]);
    await set(1300, 'DELIVERY');
    expect(await prices()).toEqual([900, 1300]);
  });

  test('a cart that a menu does not allow is refused, and the line is named', async () => {
    const other = await openShop(app, hq);
    const elsewhere = await addDish(app, hq, other, 'Elsewhere', { One: 100 });
    const refusal = async (lines: object[], more?: object) =>
      priced(lines, more).then(
        () => 'taken',
        ({ code, extensions }) => [code, extensions.line].filter((part) => part !== undefined).join(' '),
      );
    expect(await refusal([])).toBe('BAD_INPUT');
    expect(await refusal(Array(101).fill(regular()))).toBe('BAD_INPUT');
    expect(await refusal([regular()], { storeId: 'nowhere' })).toBe('STORE_NOT_FOUND');
    expect(await refusal([regular(), regular({ menuItemId: 'nothing' })])).toBe('MENU_ITEM_NOT_FOUND 1');
    expect(await refusal([regular({ menuItemId: elsewhere.menuItemId })])).toBe('MENU_ITEM_NOT_FOUND 0');
    expect(await refusal([regular({ specId: elsewhere.specs['One'] })])).toBe('SPEC_NOT_FOUND 0');
    expect(await refusal([regular({ modifierIds: [mild, 'gold leaf'] })])).toBe('MODIFIER_NOT_ALLOWED 0');
    expect(await refusal([regular({ modifierIds: [] })])).toBe('MODIFIER_COUNT 0');
    expect(await refusal([regular({ modifierIds: [mild, hot] })])).toBe('MODIFIER_COUNT 0');
    expect(await refusal([regular({ modifierIds: [mild, mild] })])).toBe('MODIFIER_COUNT 0');
    expect(await refusal([regular({ comboOptionIds: ['a'] })])).toBe('COMBO_CHOICE_INVALID 0');
    for (const quantity of [0, -1, 100, 10_000])
      expect(await refusal([regular({ quantity })])).toBe('QUANTITY_INVALID 0');
    expect(await refusal([regular()])).toBe('taken');
  });
});

describe('a combo', () => {
  let main: ListedDish;
  let soda: ListedDish;
  let combo: ListedDish;
  let options: Record<string, string>;
  type Named = { name: string };
  const option = (dish: ListedDish, spec: string, extra = 0) => ({
    dishId: dish.dishId,
    specId: dish.specs[spec],
    extra,
  });

  beforeAll(async () => {
    main = await addDish(app, hq, shop, 'Burger', { Single: 2000, Double: 2600 });
    soda = await addDish(app, hq, shop, 'Soda', { Cup: 600 });
    const juice = await addDish(app, hq, await openShop(app, hq), 'Juice', { Glass: 900 });
    combo = await addDish(
      app,
      hq,
      shop,
      'Lunch set',
      { Set: 2400 },
      {
        comboSlots: [
          { name: 'Main', options: [option(main, 'Single'), option(main, 'Double', 500)] },
          { name: 'Drink', options: [option(soda, 'Cup'), option(juice, 'Glass', 200)] },
        ],
      },
    );
    const { menuItem } = await app.ask(
      'query ($id: ID!) { menuItem(id: $id) { dish { comboSlots { options { id dish { name } spec { name } } } } } }',
      { id: combo.menuItemId },
    );
    options = Object.fromEntries(
      menuItem.dish.comboSlots.flatMap((slot: { options: { id: string; dish: Named; spec: Named }[] }) =>
        slot.options.map(({ id, dish, spec }) => [`${dish.name} ${spec.name}`, id]),
      ),
    );
  });

  const set = (...names: string[]) => portion(combo, 'Set', { comboOptionIds: names.map((name) => options[name]) });

  test('is priced by its choices, and the kitchen makes its parts', async () => {
    const { lines } = await priced([set('Soda Cup', 'Burger Double')]);
    expect(lines[0]).toMatchObject({ name: 'Lunch set', unitPrice: 2900, available: true });
    expect(lines[0].parts).toEqual([
      { menuItemId: main.menuItemId, name: 'Burger', specName: 'Double' },
      { menuItemId: soda.menuItemId, name: 'Soda', specName: 'Cup' },
    ]);
  });

  test('takes one option of each slot, no more and no less', async () => {
    for (const chosen of [
      set('Burger Single'),
      set('Burger Single', 'Burger Double'),
      set('Burger Single', 'Burger Double', 'Soda Cup'),
      set('Burger Single', 'Burger Single'),
      set(),
    ])
      await expect(priced([chosen])).rejects.toMatchObject({ code: 'COMBO_CHOICE_INVALID' });
  });

  test('cannot be had with a part that the store does not list, or has sold out', async () => {
    const { lines } = await priced([set('Burger Single', 'Juice Glass')]);
    expect(lines[0]).toMatchObject({ available: false, unitPrice: 2600, parts: [{}, { menuItemId: null }] });
    const mark = (soldOut: boolean) =>
      asHq('setSoldOut', 'SetSoldOutInput', { menuItemId: soda.menuItemId, soldOut }, 'id');
    await mark(true);
    expect((await priced([set('Burger Single', 'Soda Cup')])).lines[0].available).toBe(false);
    expect(await itemOf(shop.storeId, 'Lunch set')).toMatchObject({ soldOut: false, available: false });
    await mark(false);
    expect(await itemOf(shop.storeId, 'Lunch set')).toMatchObject({ available: true });
  });
});

/** Whether a store takes orders now, as diners and sister modules alike are told. */
async function tellsOpen(id: string): Promise<boolean> {
  const query = 'query ($id: ID!) { store(id: $id) { isOpen } }';
  const { store } = await app.ask(query, { id });
  expect(await app.internal('menu', query, { id })).toEqual({ store });
  return store.isOpen;
}

describe('what can be had right now', () => {
  test('a dish of the morning stays on the menu at noon and cannot be ordered', async () => {
    const breakfast = await asHq(
      'createDaypart',
      'CreateDaypartInput',
      { idempotencyKey: key(), name: 'Breakfast', from: '06:00', to: '10:30' },
      'id',
    );
    const congee = await addDish(app, hq, shop, 'Congee', { Bowl: 800 }, { daypartIds: [breakfast.id] });
    const available = async () => {
      const { lines } = await priced([portion(congee, 'Bowl')]);
      expect(await itemOf(shop.storeId, 'Congee')).toMatchObject({ soldOut: false, available: lines[0].available });
      return lines[0].available;
    };
    expect(await available()).toBe(false);
    clock.set(NOON - 6 * HOUR);
    expect(await available()).toBe(true);
    clock.set(NOON - 1.5 * HOUR);
    expect(await available()).toBe(false);
    clock.set(NOON);
  });

  test('a waiter marks a dish as sold out, and back', async () => {
    const waiter = await staff(app, hq, 'WAITER', [shop.storeId]);
    const mark = (soldOut: boolean) =>
      write(
        app,
        waiter,
        'setSoldOut',
        'SetSoldOutInput',
        { menuItemId: noodles.menuItemId, soldOut },
        'soldOut available',
      );
    expect(await mark(true)).toEqual({ soldOut: true, available: false });
    expect(await itemOf(shop.storeId, '牛肉面')).toMatchObject({ soldOut: true, available: false });
    expect((await priced([regular()])).lines[0].available).toBe(false);
    expect(await mark(false)).toEqual({ soldOut: false, available: true });
  });

  test('a store takes orders within its hours, in its own zone, unless it pauses', async () => {
    const late = await openShop(app, hq, 'Night owl', {
      timeZone: 'America/New_York',
      openingHours: [{ weekday: 4, opens: '18:00', closes: '02:00' }],
    });
    const isOpen = () => tellsOpen(late.storeId);
    // Noon of Friday in Shanghai is 23:00 of Thursday in New York.
    expect(await isOpen()).toBe(true);
    clock.set(NOON + 3 * HOUR - 1);
    expect(await isOpen()).toBe(true);
    clock.set(NOON + 3 * HOUR);
    expect(await isOpen()).toBe(false);
    clock.set(NOON);
    const pause = (paused: boolean) =>
      asHq('updateStore', 'UpdateStoreInput', { id: late.storeId, paused }, 'paused isOpen openingHours { opens }');
    expect(await pause(true)).toEqual({ paused: true, isOpen: false, openingHours: [{ opens: '18:00' }] });
    expect(await isOpen()).toBe(false);
    expect(await pause(false)).toMatchObject({ paused: false, isOpen: true });
  });

  test('a table that is out of service takes no orders', async () => {
    const { table } = await app.ask('query ($code: String!) { table(code: $code) { id } }', { code: shop.tableCode });
    const set = (active: boolean) => asHq('setTableActive', 'SetTableActiveInput', { id: table.id, active }, 'active');
    expect(await set(false)).toEqual({ active: false });
    expect((await priced([regular()], { tableCode: shop.tableCode })).table).toBeNull();
    expect(await set(true)).toEqual({ active: true });
    const elsewhere = await openShop(app, hq);
    expect((await priced([regular()], { tableCode: elsewhere.tableCode })).table).toBeNull();
  });
});
