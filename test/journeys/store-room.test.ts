import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { openPantry, type Pantry, portions } from '../pantry.ts';
import { type Person, staff } from '../people.ts';
import { addDish, key, openShop, write } from '../shop.ts';

let pantry: Pantry;

beforeAll(async () => {
  pantry = await openPantry();
});

afterAll(async () => {
  await pantry?.[Symbol.asyncDispose]();
});

// Whatever a test did: stock is what the ledger says, what is reserved is what open orders hold, nothing is below 0.
afterEach(async () => {
  expect(await pantry.unsound()).toEqual([]);
});

/** Does something so many times at once. */
const times = <T>(count: number, make: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, index) => make(index)));

describe('the store room', () => {
  test('deliveries add, waste takes, a count sets, and a repeat with the same key moves nothing', async () => {
    const beef = await pantry.keep('Beef', 1000);
    expect(await pantry.move(beef, 'RECEIVED', 500, { note: 'Monday’s delivery' })).toMatchObject({ onHand: 1500 });
    expect(await pantry.move(beef, 'WASTED', 200)).toMatchObject({ onHand: 1300 });
    expect(await pantry.move(beef, 'COUNTED', 1234)).toMatchObject({ onHand: 1234, reserved: 0, available: 1234 });
    const idempotencyKey = key();
    const twenty = await times(20, () => pantry.move(beef, 'RECEIVED', 10, { idempotencyKey }));
    expect(twenty.map(({ onHand }) => onHand)).toEqual(Array(20).fill(1244));
    await expect(pantry.move(beef, 'RECEIVED', 11, { idempotencyKey })).rejects.toThrow('IDEMPOTENCY_KEY_REUSED');
  });

  test('what orders hold can be neither thrown away nor counted away', async () => {
    const beef = await pantry.keep('Beef', 1000);
    await pantry.hold(key(), portions(await pantry.dish({ [beef]: 100 }), 6));
    await expect(pantry.move(beef, 'WASTED', 401)).rejects.toThrow('STOCK_NEGATIVE');
    await expect(pantry.move(beef, 'COUNTED', 599)).rejects.toThrow('STOCK_NEGATIVE');
    expect(await pantry.move(beef, 'COUNTED', 700)).toMatchObject({ onHand: 700, available: 100 });
    expect(await pantry.move(beef, 'WASTED', 100)).toMatchObject({ onHand: 600, available: 0 });
  });

  test('deliveries, waste, counts and orders at once leave the books in order', async () => {
    const beef = await pantry.keep('Beef', 10_000);
    const noodles = await pantry.dish({ [beef]: 100 });
    await times(60, async (index) => {
      if (index % 4 === 0) return pantry.move(beef, 'RECEIVED', 70);
      if (index % 4 === 1) return pantry.move(beef, 'WASTED', 30);
      if (index % 4 === 2) return pantry.move(beef, 'COUNTED', 10_000 + index);
      const order = key();
      await pantry.hold(order, portions(noodles, 1));
      return pantry.pay(order);
    });
    expect((await pantry.levels(beef))[0]?.[1]).toBe(0);
  });

  test('a recipe is replaced as a whole, and a size may have its own', async () => {
    const [beef, flour] = [await pantry.keep('Beef', 1000), await pantry.keep('Flour', 1000)];
    const noodles = await pantry.dish({ [beef]: 100 }, ['R', 'L']);
    const [regular = '', large = ''] = [noodles.specs['R'], noodles.specs['L']];
    await pantry.cook(noodles, { [beef]: 200, [flour]: 300 }, large);
    expect(await pantry.portionsLeft(noodles, regular)).toBe(10);
    expect(await pantry.portionsLeft(noodles, large)).toBe(3);
    expect(await pantry.portionsLeft(noodles)).toBe(10);
    await pantry.hold(key(), portions(noodles, 1, large), portions(noodles, 2, regular));
    expect(await pantry.levels(beef, flour)).toEqual([
      [1000, 400],
      [1000, 300],
    ]);
    const answer = await pantry.cook(noodles, { [flour]: 500 });
    expect(answer).toEqual({ specId: null, ingredients: [{ quantity: 500, stockItem: { id: flour } }] });
    const { recipes } = await pantry.app.ask(
      'query ($id: ID!) { recipes(menuItemId: $id) { specId item { id name } ingredients { quantity } } }',
      { id: noodles.menuItemId },
      pantry.manager.token,
    );
    expect(recipes).toMatchObject([
      { specId: null, item: { id: noodles.menuItemId }, ingredients: [{ quantity: 500 }] },
      { specId: large, ingredients: [{ quantity: 200 }, { quantity: 300 }] },
    ]);
    await pantry.cook(noodles, {});
    expect(await pantry.portionsLeft(noodles, regular)).toBeNull();
  });

  test('a page of the store room goes by names', async () => {
    const { app, hq } = pantry;
    const other = await openShop(app, hq);
    for (const name of ['Salt', 'Flour', 'Beef', '面粉'])
      await write(
        app,
        hq,
        'createStockItem',
        'CreateStockItemInput',
        { idempotencyKey: key(), storeId: other.storeId, name, unit: 'GRAM' },
        'id',
      );
    const query = `query ($storeId: ID!, $after: String) {
      stockItems(storeId: $storeId, first: 3, after: $after) { edges { node { name store { id name } } } pageInfo { hasNextPage endCursor } }
    }`;
    const first = (await app.ask(query, { storeId: other.storeId }, hq.token)).stockItems;
    expect(first.edges.map(({ node }: { node: { name: string } }) => node.name)).toEqual(['Beef', 'Flour', 'Salt']);
    const variables = { storeId: other.storeId, after: first.pageInfo.endCursor };
    const second = (await app.ask(query, variables, hq.token)).stockItems;
    expect(second.edges).toMatchObject([{ node: { name: '面粉', store: { id: other.storeId } } }]);
    expect(second.pageInfo.hasNextPage).toBe(false);
  });
});

describe('who may, and what is refused', () => {
  const code = async (query: string, variables: object, who?: Person) =>
    (await pantry.app.graph(query, { ...variables }, who?.token)).errors?.[0]?.extensions.code;
  const CREATE = 'mutation ($input: CreateStockItemInput!) { createStockItem(input: $input) { id } }';
  const MOVE = 'mutation ($input: MoveStockInput!) { moveStock(input: $input) { id } }';
  const RECIPE = 'mutation ($input: SetRecipeInput!) { setRecipe(input: $input) { specId } }';

  test('a manager of another store, a cook and a stranger neither see nor change stock', async () => {
    const { app, hq } = pantry;
    const { storeId } = pantry.shop;
    const beef = await pantry.keep('Beef', 1000);
    const noodles = await pantry.dish({ [beef]: 100 });
    const elsewhere = await openShop(app, hq);
    const strangers: [Person | undefined, string][] = [
      [await staff(app, hq, 'MANAGER', [elsewhere.storeId]), 'FORBIDDEN'],
      [await staff(app, hq, 'COOK', [storeId]), 'FORBIDDEN'],
      [undefined, 'UNAUTHENTICATED'],
    ];
    const ingredients = [{ stockItemId: beef, quantity: 1 }];
    for (const [who, expected] of strangers) {
      const refused = [
        code('query ($storeId: ID!) { stockItems(storeId: $storeId) { edges { node { id } } } }', { storeId }, who),
        code('query ($id: ID!) { recipes(menuItemId: $id) { specId } }', { id: noodles.menuItemId }, who),
        code(CREATE, { input: { idempotencyKey: key(), storeId, name: 'Salt', unit: 'GRAM' } }, who),
        code(MOVE, { input: { idempotencyKey: key(), stockItemId: beef, kind: 'WASTED', quantity: 1 } }, who),
        code(RECIPE, { input: { storeId, menuItemId: noodles.menuItemId, ingredients } }, who),
      ];
      expect(await Promise.all(refused)).toEqual(Array(5).fill(expected));
    }
    expect(await pantry.portionsLeft(noodles)).toBe(10);
  });

  test('another store sets no recipe for our dish, and takes nothing of ours for its own', async () => {
    const { app, hq } = pantry;
    const beef = await pantry.keep('Beef', 1000);
    const noodles = await pantry.dish({ [beef]: 100 });
    const elsewhere = await openShop(app, hq);
    const stranger = await staff(app, hq, 'MANAGER', [elsewhere.storeId]);
    const theirs = { storeId: elsewhere.storeId, menuItemId: noodles.menuItemId, specId: noodles.specs['R'] };
    const made = { idempotencyKey: key(), storeId: elsewhere.storeId, name: 'Nothing', unit: 'GRAM' };
    const nothing = await write(app, stranger, 'createStockItem', 'CreateStockItemInput', made, 'id');
    const emptied = { ...theirs, ingredients: [{ stockItemId: nothing.id, quantity: 1 }] };
    expect(await code(RECIPE, { input: emptied }, stranger)).toBe('MENU_ITEM_NOT_FOUND');
    expect(await pantry.portionsLeft(noodles)).toBe(10);
    expect((await pantry.hold(key(), portions(noodles, 1))).held).toBe(true);
    expect(await pantry.levels(beef)).toEqual([[1000, 100]]);
    const { menuItemId, specs } = await addDish(app, hq, elsewhere, 'Beef soup', { R: 1000 });
    const ours = { ...theirs, menuItemId, specId: specs['R'], ingredients: [{ stockItemId: beef, quantity: 1 }] };
    expect(await code(RECIPE, { input: ours }, stranger)).toBe('STOCK_ITEM_NOT_FOUND');
  });

  /** Tries a write with each of several wrong inputs, and expects the code that stands beside it. */
  async function refusals(query: string, input: object, wrong: [object, string][]): Promise<void> {
    const codes = wrong.map(([more]) =>
      code(query, { input: { idempotencyKey: key(), ...input, ...more } }, pantry.manager),
    );
    expect((await Promise.all(codes)).map((given, index) => [wrong[index]?.[0], given])).toEqual(wrong);
  }

  test('a stock item without a proper name, amount or key is refused', async () => {
    await refusals(CREATE, { storeId: pantry.shop.storeId, name: 'Sugar', unit: 'GRAM' }, [
      [{ name: '  ' }, 'BAD_INPUT'],
      [{ name: 'x'.repeat(10_000) }, 'BAD_INPUT'],
      [{ onHand: -1 }, 'BAD_INPUT'],
      [{ onHand: 1_000_000_001 }, 'BAD_INPUT'],
      [{ idempotencyKey: '' }, 'BAD_INPUT'],
      [{ idempotencyKey: 'k'.repeat(101) }, 'BAD_INPUT'],
      [{ storeId: 'nowhere' }, 'FORBIDDEN'],
    ]);
    const nowhere = { idempotencyKey: key(), storeId: 'nowhere', name: 'Sugar', unit: 'GRAM' };
    expect(await code(CREATE, { input: nowhere }, pantry.hq)).toBe('STORE_NOT_FOUND');
  });

  test('a move of nothing known, of too much or of less than nothing is refused', async () => {
    const beef = await pantry.keep('Beef', 1000);
    await refusals(MOVE, { stockItemId: beef, kind: 'RECEIVED', quantity: 1 }, [
      [{ stockItemId: "' or 1=1 --" }, 'STOCK_ITEM_NOT_FOUND'],
      [{ quantity: -1 }, 'BAD_INPUT'],
      [{ quantity: 1_000_000_001 }, 'BAD_INPUT'],
      [{ quantity: 1_000_000_000 }, 'STOCK_TOO_LARGE'],
      [{ kind: 'WASTED', quantity: 1001 }, 'STOCK_NEGATIVE'],
      [{ note: 'x'.repeat(201) }, 'BAD_INPUT'],
    ]);
    expect(await pantry.levels(beef)).toEqual([[1000, 0]]);
  });

  test('a recipe of unknown things, of one thing twice, or of nothing and less is refused', async () => {
    const beef = await pantry.keep('Beef', 1000);
    const noodles = await pantry.dish({ [beef]: 100 });
    const { menuItemId } = noodles;
    const of = (...quantities: number[]) => ({
      ingredients: quantities.map((quantity) => ({ stockItemId: beef, quantity })),
    });
    await refusals(RECIPE, { idempotencyKey: undefined, storeId: pantry.shop.storeId, menuItemId, ...of(1) }, [
      [{ ingredients: [{ stockItemId: 'none', quantity: 1 }] }, 'STOCK_ITEM_NOT_FOUND'],
      [of(1, 1), 'BAD_INPUT'],
      [of(0), 'BAD_INPUT'],
      [of(-5), 'BAD_INPUT'],
      [of(1_000_001), 'BAD_INPUT'],
      [{ menuItemId: 'x'.repeat(101) }, 'BAD_INPUT'],
    ]);
    expect(await pantry.portionsLeft(noodles)).toBe(10);
  });

  test.each([0, -1, 1_000_001])('nobody can hold %d portions', async (quantity) => {
    const beef = await pantry.keep('Beef', 1000);
    const noodles = await pantry.dish({ [beef]: 100 });
    await expect(pantry.hold(key(), portions(noodles, quantity))).rejects.toThrow('lines.0.quantity');
    expect(await pantry.levels(beef)).toEqual([[1000, 0]]);
  });

  test('a name is taken once in a store, however many ask at once', async () => {
    const { storeId } = pantry.shop;
    const name = `Pepper ${key()}`;
    const results = await times(20, () =>
      code(CREATE, { input: { idempotencyKey: key(), storeId, name, unit: 'GRAM' } }, pantry.hq),
    );
    expect(results.filter((result) => result === undefined)).toHaveLength(1);
    expect(new Set(results)).toEqual(new Set([undefined, 'STOCK_ITEM_EXISTS']));
  });
});
