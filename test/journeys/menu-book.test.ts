import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type App, startApp } from '../app.ts';
import { diner, headquarters, type Person, staff } from '../people.ts';
import { addDish, key, type ListedDish, openShop, type Shop, write } from '../shop.ts';

let app: App;
let hq: Person;
let manager: Person;
let shop: Shop;
let dish: ListedDish;

beforeAll(async () => {
  app = await startApp();
  hq = await headquarters(app);
  shop = await openShop(app, hq);
  manager = await staff(app, hq, 'MANAGER', [shop.storeId]);
  dish = await addDish(app, hq, shop, 'Dumplings', { Plate: 1800 });
});

afterAll(() => app[Symbol.asyncDispose]());

const inputType = (field: string) => `${field[0]?.toUpperCase()}${field.slice(1)}Input`;
const change = (who: Person, field: string, input: object, select = 'id') =>
  write(app, who, field, inputType(field), input, select);

/** The code that a change is refused with, or "taken". */
async function refusal(who: Person | null, field: string, input: object, select = 'id'): Promise<string> {
  const text = `mutation ($input: ${inputType(field)}!) { ${field}(input: $input) { ${select} } }`;
  const { errors } = await app.graph(text, { input }, who?.token);
  return errors?.[0] ? errors[0].extensions.code : 'taken';
}

const store = (more: object = {}) => ({ idempotencyKey: key(), name: key(), ...more });
const table = (more: object = {}) => ({ idempotencyKey: key(), storeId: shop.storeId, name: key(), ...more });
const plate = (more: object = {}) => ({
  idempotencyKey: key(),
  name: key(),
  categoryId: shop.categoryId,
  specs: [{ name: 'One', price: 1 }],
  ...more,
});
const group = (more: object = {}) => ({
  idempotencyKey: key(),
  name: 'Sauce',
  modifiers: [{ name: 'Soy' }, { name: 'Vinegar' }],
  ...more,
});

describe('who may change what', () => {
  test('nobody who is not of the staff, and the staff within their stores and duties', async () => {
    const other = await openShop(app, hq);
    const people: Record<string, Person | null> = {
      nobody: null,
      diner: await diner(app, 'Xiao Ming'),
      waiter: await staff(app, hq, 'WAITER', [shop.storeId]),
      stranger: await staff(app, hq, 'MANAGER', [other.storeId]),
      manager,
    };
    const changes = (): [string, object][] => [
      ['createTable', table()],
      ['updateStore', { id: shop.storeId, paused: false }],
      ['setPrice', { menuItemId: dish.menuItemId, specId: dish.specs['Plate'], price: 1800 }],
      ['setSoldOut', { menuItemId: dish.menuItemId, soldOut: false }],
      ['createDish', plate({ storeId: shop.storeId })],
      ['createDish', plate()],
      ['createCategory', { idempotencyKey: key(), name: key() }],
      ['createDaypart', { idempotencyKey: key(), name: key(), from: '10:00', to: '11:00' }],
      ['createStore', store()],
    ];
    const answers = Object.fromEntries(
      await Promise.all(
        Object.entries(people).map(async ([name, who]) => [
          name,
          await Promise.all(changes().map(([field, input]) => refusal(who, field, input))),
        ]),
      ),
    );
    const [yes, no] = ['taken', 'FORBIDDEN'];
    expect(answers).toEqual({
      nobody: changes().map(() => 'UNAUTHENTICATED'),
      diner: changes().map(() => no),
      waiter: [no, no, no, yes, no, no, no, no, no],
      stranger: [no, no, no, no, no, no, yes, no, no],
      manager: [yes, yes, yes, yes, yes, no, yes, no, no],
    });
  });

  test("a store's own dish is not another store's to sell", async () => {
    const own = await change(manager, 'createDish', plate({ storeId: shop.storeId }));
    const other = await openShop(app, hq);
    const listing = (storeId: string) => ({ idempotencyKey: key(), storeId, dishId: own.id });
    expect(await refusal(hq, 'listDish', listing(other.storeId))).toBe('DISH_NOT_FOUND');
    const item = await change(manager, 'listDish', listing(shop.storeId));
    expect(await change(manager, 'listDish', listing(shop.storeId))).toEqual(item);
  });
});

describe('a change that is sent again', () => {
  test('twenty times at once has one effect and one answer', async () => {
    const input = store({ name: 'Riverside' });
    const answers = await Promise.all(Array.from({ length: 20 }, () => change(hq, 'createStore', input)));
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    const { stores } = await app.ask('{ stores(name: "Riverside") { edges { node { id } } } }');
    expect(stores.edges).toHaveLength(1);
    expect(await refusal(hq, 'createStore', { ...input, name: 'Lakeside' })).toBe('IDEMPOTENCY_KEY_REUSED');
  });

  test('twenty people who take the same name at once: one gets it', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => refusal(hq, 'createStore', store({ name: 'Hillside' }))),
    );
    expect(answers.filter((answer) => answer === 'taken')).toHaveLength(1);
    expect(answers.filter((answer) => answer === 'STORE_NAME_TAKEN')).toHaveLength(19);
  });

  test('a key that was refused may be used again', async () => {
    const input = table({ seats: 0 });
    expect(await refusal(manager, 'createTable', input)).toBe('BAD_INPUT');
    expect(await refusal(manager, 'createTable', { ...input, seats: 2 })).toBe('taken');
  });
});

describe('input that makes no sense is refused with its code', () => {
  const long = 'x'.repeat(101);
  test.each<[string, string, object]>([
    ['BAD_INPUT', 'createStore', { name: ' ' }],
    ['BAD_INPUT', 'createStore', { name: long }],
    ['BAD_INPUT', 'createStore', { name: 'bell\u0007' }],
    ['BAD_INPUT', 'createStore', { currency: 'RMB' }],
    ['BAD_INPUT', 'createStore', { timeZone: 'Asia/Atlantis' }],
    ['BAD_INPUT', 'createStore', { timeZone: '+08:00' }],
    ['BAD_INPUT', 'createStore', { businessDayEndsAt: 24 }],
    ['BAD_INPUT', 'createStore', { taxRates: [{ category: 'STANDARD', basisPoints: 10_001 }] }],
    [
      'BAD_INPUT',
      'createStore',
      {
        taxRates: [
          { category: 'A', basisPoints: 1 },
          { category: 'A', basisPoints: 2 },
        ],
      },
    ],
    ['BAD_INPUT', 'createStore', { openingHours: [{ weekday: 8, opens: '09:00', closes: '10:00' }] }],
    ['BAD_INPUT', 'createStore', { openingHours: [{ weekday: 1, opens: '9:00', closes: '10:00' }] }],
    ['BAD_INPUT', 'createStore', { openingHours: [{ weekday: 1, opens: '09:00', closes: '24:00' }] }],
    ['BAD_INPUT', 'createStore', { idempotencyKey: '' }],
    ['BAD_INPUT', 'createTable', { code: 'A 1' }],
    ['BAD_INPUT', 'createTable', { code: '../../' }],
    ['BAD_INPUT', 'createTable', { seats: -1 }],
    ['STORE_NOT_FOUND', 'createTable', { storeId: 'nowhere' }],
    ['BAD_INPUT', 'createModifierGroup', { min: 2, max: 1 }],
    ['BAD_INPUT', 'createModifierGroup', { max: 3 }],
    ['BAD_INPUT', 'createModifierGroup', { modifiers: [] }],
    ['BAD_INPUT', 'createModifierGroup', { modifiers: [{ name: 'Soy' }, { name: 'Soy' }] }],
    ['BAD_INPUT', 'createDish', { specs: [] }],
    ['BAD_INPUT', 'createDish', { specs: [{ name: 'One', price: -1 }] }],
    ['BAD_INPUT', 'createDish', { specs: [{ name: 'One', price: 100_000_001 }] }],
    [
      'BAD_INPUT',
      'createDish',
      {
        specs: [
          { name: 'One', price: 1 },
          { name: ' One', price: 2 },
        ],
      },
    ],
    ['BAD_INPUT', 'createDish', { tags: ['new', 'new'] }],
    ['DISH_NAME_TAKEN', 'createDish', { name: 'Dumplings' }],
    ['CATEGORY_NOT_FOUND', 'createDish', { categoryId: 'none' }],
    ['DAYPART_NOT_FOUND', 'createDish', { daypartIds: ['none'] }],
    ['MODIFIER_GROUP_NOT_FOUND', 'createDish', { modifierGroupIds: ['none'] }],
    ['STORE_NOT_FOUND', 'createDish', { storeId: 'nowhere' }],
    ['BAD_INPUT', 'createDish', { comboSlots: [{ name: 'Main', options: [] }] }],
    ['DISH_NOT_FOUND', 'createDish', { comboSlots: [{ name: 'Main', options: [{ dishId: 'none', specId: 'none' }] }] }],
  ])('%s: %s with %j', async (code, field, more) => {
    const input = { createStore: store, createTable: table, createModifierGroup: group, createDish: plate }[field];
    expect(await refusal(hq, field, input?.(more) ?? more)).toBe(code);
  });

  test('and so is what is too much, there already, or not there', async () => {
    expect(await refusal(hq, 'createStore', store({ name: 'x'.repeat(500_000) }))).toBe('BAD_INPUT');
    const code = `T-${key()}`;
    expect(await refusal(hq, 'createTable', table({ code, name: 'Twelve' }))).toBe('taken');
    expect(await refusal(hq, 'createTable', table({ code }))).toBe('TABLE_CODE_TAKEN');
    expect(await refusal(hq, 'createTable', table({ name: 'Twelve' }))).toBe('TABLE_NAME_TAKEN');
    const { menuItemId } = dish;
    expect(await refusal(hq, 'setPrice', { menuItemId, specId: 'none', price: 1 })).toBe('SPEC_NOT_FOUND');
    expect(await refusal(hq, 'setSoldOut', { menuItemId: 'none', soldOut: true })).toBe('MENU_ITEM_NOT_FOUND');
    expect(await refusal(hq, 'setTableActive', { id: 'none', active: true })).toBe('TABLE_NOT_FOUND');
    expect(await refusal(hq, 'updateStore', { id: 'nowhere', paused: true })).toBe('STORE_NOT_FOUND');
    const wrong = { dishId: dish.dishId, specId: 'none' };
    const combo = plate({ comboSlots: [{ name: 'Main', options: [wrong] }] });
    expect(await refusal(hq, 'createDish', combo)).toBe('SPEC_NOT_FOUND');
    const asked = await app.graph(
      '{ a: menu(storeId: "x") { channel } b: store(id: "x") { id } c: menuItem(id: "x") { id } }',
    );
    expect(asked.errors?.map(({ extensions }) => extensions.code).sort()).toEqual([
      'MENU_ITEM_NOT_FOUND',
      'STORE_NOT_FOUND',
      'STORE_NOT_FOUND',
    ]);
  });

  test("a store's name stays its own when another wants it", async () => {
    const [a, b] = [await openShop(app, hq, 'Old Town'), await openShop(app, hq, 'New Town')];
    expect(await refusal(hq, 'updateStore', { id: b.storeId, name: 'Old Town' })).toBe('STORE_NAME_TAKEN');
    const changed = { id: a.storeId, name: 'Older Town', address: 'Lane 3', openingHours: [], businessDayEndsAt: 5 };
    const select = 'name address businessDayEndsAt currency taxRates { category basisPoints }';
    expect(await change(hq, 'updateStore', changed, select)).toEqual({
      name: 'Older Town',
      address: 'Lane 3',
      businessDayEndsAt: 5,
      currency: 'CNY',
      taxRates: [{ category: 'STANDARD', basisPoints: 600 }],
    });
    expect(await change(hq, 'updateStore', { id: a.storeId, address: null }, 'address')).toEqual({ address: null });
  });
});

describe("a till's list of dishes", () => {
  const RESULT = 'dishesCreated specsCreated pricesChanged unchanged refused { row code }';
  const nothing = { dishesCreated: 0, specsCreated: 0, pricesChanged: 0, unchanged: 0, refused: [] };
  const bring = (storeId: string, rows: object[]) =>
    change(hq, 'importMenu', { storeId, rows: rows.map((row, index) => ({ row: index + 2, ...row })) }, RESULT);
  const MENU = `query ($id: ID!) { menu(storeId: $id) { categories { category { name }
    items { name specs { name price(channel: DINE_IN) } } } } }`;

  test('becomes the menu of the store; a repeat changes nothing, another price changes that', async () => {
    const { storeId } = await openShop(app, hq);
    const category = `Pizza ${key()}`;
    const rows = [
      { name: 'The Hawaiian Pizza', category, spec: 'S', price: 1050 },
      { name: 'The Hawaiian Pizza', category, spec: 'L', price: 1650 },
      { name: '宫保鸡丁, 加辣', category, price: 3800 },
    ];
    expect(await bring(storeId, rows)).toEqual({ ...nothing, dishesCreated: 2, specsCreated: 3 });
    expect(await bring(storeId, rows)).toEqual({ ...nothing, unchanged: 3 });
    const dearer = rows.map((row, index) => (index === 1 ? { ...row, price: 1700 } : row));
    expect(await bring(storeId, [...dearer, { name: '宫保鸡丁, 加辣', spec: 'Small', price: 2000 }])).toEqual({
      ...nothing,
      specsCreated: 1,
      pricesChanged: 1,
      unchanged: 2,
    });
    const { menu } = await app.ask(MENU, { id: storeId });
    expect(menu.categories).toEqual([
      {
        category: { name: category },
        items: [
          {
            name: 'The Hawaiian Pizza',
            specs: [
              { name: 'S', price: 1050 },
              { name: 'L', price: 1700 },
            ],
          },
          {
            name: '宫保鸡丁, 加辣',
            specs: [
              { name: 'Regular', price: 3800 },
              { name: 'Small', price: 2000 },
            ],
          },
        ],
      },
    ]);
  });

  test('names the rows that it refuses, and takes the others', async () => {
    const { storeId } = await openShop(app, hq);
    const rows = [
      { name: 'Soup', price: -1 },
      { name: ' ', price: 100 },
      { name: 'x'.repeat(101), price: 100 },
      { name: 'bell\u0007', price: 100 },
      { name: 'Caviar', price: 100_000_001 },
      { name: 'Soup', price: 900 },
      { name: 'Soup', price: 950 },
      { name: ' Soup ', price: 900 },
    ];
    const refused = [
      { row: 2, code: 'PRICE_NEGATIVE' },
      { row: 3, code: 'NAME_EMPTY' },
      { row: 4, code: 'NAME_TOO_LONG' },
      { row: 5, code: 'NAME_INVALID' },
      { row: 6, code: 'PRICE_TOO_HIGH' },
      { row: 8, code: 'PRICE_CONFLICT' },
    ];
    expect(await bring(storeId, rows)).toEqual({
      ...nothing,
      dishesCreated: 1,
      specsCreated: 1,
      unchanged: 1,
      refused,
    });
    expect(await bring(storeId, rows)).toEqual({ ...nothing, unchanged: 2, refused });
  });

  test('of five hundred rows comes in at once, of more not at all, and five times at once only once', async () => {
    const { storeId } = await openShop(app, hq);
    const rows = Array.from({ length: 501 }, (_, index) => ({ name: `Dish ${index}`, price: index }));
    await expect(bring(storeId, rows)).rejects.toThrow('BAD_INPUT');
    await expect(bring(storeId, [])).rejects.toThrow('BAD_INPUT');
    const results = await Promise.all(Array.from({ length: 5 }, () => bring(storeId, rows.slice(0, 500))));
    expect(results.filter(({ specsCreated }) => specsCreated === 500)).toHaveLength(1);
    expect(results.filter(({ unchanged }) => unchanged === 500)).toHaveLength(4);
  });

  test('is for those who may write the menu of that store', async () => {
    const { storeId } = await openShop(app, hq);
    const rows = [{ row: 1, name: 'Soup', price: 1 }];
    expect(await refusal(null, 'importMenu', { storeId, rows }, RESULT)).toBe('UNAUTHENTICATED');
    expect(await refusal(manager, 'importMenu', { storeId, rows }, RESULT)).toBe('FORBIDDEN');
    expect(await refusal(hq, 'importMenu', { storeId: 'nowhere', rows }, RESULT)).toBe('STORE_NOT_FOUND');
  });

  test('is found again by the names on old bills', async () => {
    const { storeId } = await openShop(app, hq);
    await bring(storeId, [
      { name: 'Dumplings', price: 1 },
      { name: '凉茶', price: 2 },
    ]);
    const FIND =
      'query ($storeId: ID!, $names: [String!]!) { findItems(storeId: $storeId, names: $names) { name menuItemId } }';
    const names = ['凉茶', ' Dumplings ', 'Ambrosia'];
    const { findItems } = await app.internal<{ findItems: { name: string; menuItemId: string }[] }>('menu', FIND, {
      storeId,
      names,
    });
    expect(findItems.map(({ name }) => name)).toEqual(['凉茶', ' Dumplings ']);
    expect(findItems.map(({ menuItemId }) => menuItemId)).not.toContain(dish.menuItemId);
  });
});
