import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { openPantry, type Pantry, portions } from '../pantry.ts';
import { addDish, key, type ListedDish } from '../shop.ts';

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

describe('the last portions', () => {
  test.each([20, 200])('%d orders race for the last seven: seven have one, the others are told', async (orders) => {
    const beef = await pantry.keep('Beef', 799);
    const noodles = await pantry.dish({ [beef]: 100 });
    const results = await times(orders, () => pantry.hold(key(), portions(noodles, 1)));
    expect(results.filter(({ held }) => held)).toHaveLength(7);
    const told = results.filter(({ held }) => !held);
    const shortage = { menuItemId: noodles.menuItemId, requested: 1, available: 0 };
    expect(told).toEqual(Array(orders - 7).fill({ held: false, shortages: [shortage] }));
    expect(await pantry.levels(beef)).toEqual([[799, 700]]);
    expect(await pantry.portionsLeft(noodles)).toBe(0);
  });

  test('dishes that share an ingredient draw on the same stock', async () => {
    const flour = await pantry.keep('Flour', 1000);
    const [bread, pie] = [await pantry.dish({ [flour]: 300 }), await pantry.dish({ [flour]: 200 })];
    const results = await times(20, (index) => pantry.hold(key(), portions(index % 2 ? bread : pie, 1)));
    const taken = results.reduce((sum, { held }, index) => sum + (held ? (index % 2 ? 300 : 200) : 0), 0);
    expect(await pantry.levels(flour)).toEqual([[1000, taken]]);
    expect(taken).toBeGreaterThan(800);
  });

  test('an order has all that it takes, or nothing of it', async () => {
    const [beef, flour] = [await pantry.keep('Beef', 1000), await pantry.keep('Flour', 100)];
    const [noodles, steak] = [await pantry.dish({ [beef]: 100, [flour]: 60 }), await pantry.dish({ [beef]: 200 })];
    const { held, shortages } = await pantry.hold(key(), portions(steak, 3), portions(noodles, 2));
    expect({ held, shortages }).toEqual({
      held: false,
      shortages: [{ menuItemId: noodles.menuItemId, requested: 2, available: 1 }],
    });
    expect(await pantry.levels(beef, flour)).toEqual([
      [1000, 0],
      [100, 0],
    ]);
    expect((await pantry.hold(key(), portions(steak, 3), portions(noodles, 1))).held).toBe(true);
    expect(await pantry.levels(beef, flour)).toEqual([
      [1000, 700],
      [100, 60],
    ]);
  });

  test('a quote learns what is lacking, and nothing is held for it', async () => {
    const beef = await pantry.keep('Beef', 250);
    const noodles = await pantry.dish({ [beef]: 100 });
    expect(await pantry.shortages(portions(noodles, 2))).toEqual([]);
    expect(await pantry.shortages(portions(noodles, 3))).toEqual([
      { menuItemId: noodles.menuItemId, requested: 3, available: 2 },
    ]);
    expect(await pantry.levels(beef)).toEqual([[250, 0]]);
  });

  test('a dish without a recipe is never short', async () => {
    const tea = await addDish(pantry.app, pantry.hq, pantry.shop, `Tea ${key()}`, { Pot: 500 });
    expect(await pantry.portionsLeft(tea)).toBeNull();
    expect(await pantry.hold(key(), portions(tea, 10_000))).toEqual({ held: true, shortages: [] });
  });
});

describe('an order’s stock, from placing to the end', () => {
  test('twenty repeats of a hold reserve once', async () => {
    const beef = await pantry.keep('Beef', 1000);
    const noodles = await pantry.dish({ [beef]: 100 });
    const order = key();
    const results = await times(20, () => pantry.hold(order, portions(noodles, 2)));
    expect(results).toEqual(Array(20).fill({ held: true, shortages: [] }));
    expect(await pantry.levels(beef)).toEqual([[1000, 200]]);
  });

  test('a release gives back once, and a hold that comes late reserves nothing', async () => {
    const beef = await pantry.keep('Beef', 1000);
    const noodles = await pantry.dish({ [beef]: 100 });
    const [first, second, late] = [key(), key(), key()];
    await pantry.hold(first, portions(noodles, 2));
    await pantry.hold(second, portions(noodles, 3));
    await times(20, () => pantry.release(first));
    expect(await pantry.levels(beef)).toEqual([[1000, 300]]);
    expect(await pantry.hold(first, portions(noodles, 2))).toEqual({ held: false, shortages: [] });

    await pantry.release(late);
    expect(await pantry.hold(late, portions(noodles, 1))).toEqual({ held: false, shortages: [] });
    expect(await pantry.levels(beef)).toEqual([[1000, 300]]);
  });

  test('payment takes stock out once, by the recipe of the moment it was held', async () => {
    const beef = await pantry.keep('Beef', 1000);
    const noodles = await pantry.dish({ [beef]: 100 });
    const order = key();
    await pantry.hold(order, portions(noodles, 2));
    await pantry.cook(noodles, { [beef]: 500 });
    await pantry.pay(order, 2);
    await pantry.pay(order, 3);
    expect(await pantry.levels(beef)).toEqual([[800, 0]]);
    await pantry.release(order);
    expect(await pantry.levels(beef)).toEqual([[800, 0]]);
    expect(await pantry.hold(order, portions(noodles, 2))).toEqual({ held: true, shortages: [] });
    expect(await pantry.levels(beef)).toEqual([[800, 0]]);
  });

  test('cancelling gives back what was held, and what was paid if the kitchen had not begun', async () => {
    const beef = await pantry.keep('Beef', 1000);
    const noodles = await pantry.dish({ [beef]: 100 });
    const [unpaid, early, cooked] = [key(), key(), key()];
    for (const order of [unpaid, early, cooked]) await pantry.hold(order, portions(noodles, 1));
    await pantry.cancel(unpaid, true);
    expect(await pantry.levels(beef)).toEqual([[1000, 200]]);
    await pantry.pay(early);
    await pantry.pay(cooked);
    expect(await pantry.levels(beef)).toEqual([[800, 0]]);
    await pantry.cancel(early, true, 3);
    await pantry.cancel(early, true, 4);
    await pantry.cancel(cooked, false);
    expect(await pantry.levels(beef)).toEqual([[900, 0]]);
  });

  test('an order cancelled before its hold arrives reserves nothing', async () => {
    const beef = await pantry.keep('Beef', 1000);
    const noodles = await pantry.dish({ [beef]: 100 });
    const order = key();
    await pantry.cancel(order, true);
    expect((await pantry.hold(order, portions(noodles, 1))).held).toBe(false);
    expect(await pantry.levels(beef)).toEqual([[1000, 0]]);
  });
});

describe('against a plain model', () => {
  /** A small generator of pseudo-random numbers (mulberry32), so that a failure can be repeated. */
  function random(seed: number): (below: number) => number {
    let state = seed;
    return (below) => {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
      return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
    };
  }

  test.each([1, 2, 3])(
    'any sequence of holds, payments, cancellations and moves comes out as reckoned (%d)',
    async (seed) => {
      const upTo = random(seed);
      const items = [await pantry.keep('A', 500), await pantry.keep('B', 500), await pantry.keep('C', 500)];
      const takes = [
        [30, 0, 0],
        [20, 50, 0],
        [0, 10, 40],
      ];
      const dishes: ListedDish[] = [];
      for (const amounts of takes)
        dishes.push(await pantry.dish(Object.fromEntries(amounts.flatMap((n, i) => (n ? [[items[i] ?? '', n]] : [])))));
      const onHand = [500, 500, 500];
      const reserved = [0, 0, 0];
      const orders = new Map<string, { state: 'HELD' | 'PAID' | 'OVER'; needs: number[]; version: number }>();

      for (let step = 0; step < 150; step++) {
        const known = [...orders][upTo(Math.max(orders.size, 1))];
        const action = upTo(6);
        if (action <= 1 || !known) {
          const quantities = dishes.map(() => upTo(4));
          const needs = items.map((_, i) => quantities.reduce((sum, n, d) => sum + n * (takes[d]?.[i] ?? 0), 0));
          const enough = needs.every((need, i) => need <= (onHand[i] ?? 0) - (reserved[i] ?? 0));
          const order = key();
          const lines = dishes.flatMap((made, d) => (quantities[d] ? [portions(made, quantities[d])] : []));
          const { held, shortages } = await pantry.hold(order, ...lines);
          expect({ step, held, lacking: shortages.length > 0 }).toEqual({ step, held: enough, lacking: !enough });
          if (!enough) {
            // What it was told it can have, it can have.
            const cut = lines.flatMap((line) => {
              const short = shortages.find(({ menuItemId }) => menuItemId === line.menuItemId);
              const quantity = short?.available ?? line.quantity;
              return quantity > 0 ? [{ ...line, quantity }] : [];
            });
            const second = key();
            expect({ step, ...(await pantry.hold(second, ...cut)) }).toEqual({ step, held: true, shortages: [] });
            await pantry.release(second);
          } else {
            orders.set(order, { state: 'HELD', needs, version: 1 });
            needs.forEach((need, i) => {
              reserved[i]! += need;
            });
          }
        } else if (action === 2) {
          const [order, model] = known;
          await pantry.pay(order, ++model.version);
          if (model.state === 'HELD') {
            model.state = 'PAID';
            model.needs.forEach((need, i) => {
              onHand[i]! -= need;
              reserved[i]! -= need;
            });
          }
        } else if (action === 3) {
          const [order, model] = known;
          const restock = upTo(2) === 0;
          await pantry.cancel(order, restock, ++model.version);
          model.needs.forEach((need, i) => {
            if (model.state === 'HELD') reserved[i]! -= need;
            if (model.state === 'PAID' && restock) onHand[i]! += need;
          });
          if (model.state === 'HELD' || restock) model.state = 'OVER';
        } else {
          const i = upTo(3);
          const quantity = upTo(200);
          const kind = ['RECEIVED', 'WASTED', 'COUNTED'][upTo(3)] ?? '';
          const after = { RECEIVED: onHand[i]! + quantity, WASTED: onHand[i]! - quantity }[kind] ?? quantity * 4;
          const moved = pantry.move(items[i] ?? '', kind, kind === 'COUNTED' ? after : quantity);
          if (after < reserved[i]!) await expect(moved).rejects.toThrow('STOCK_NEGATIVE');
          else {
            expect(await moved).toMatchObject({ onHand: after });
            onHand[i] = after;
          }
        }
        if (step % 10 === 0)
          expect(await pantry.levels(...items)).toEqual(items.map((_, i) => [onHand[i], reserved[i]]));
      }
      expect(await pantry.levels(...items)).toEqual(items.map((_, i) => [onHand[i], reserved[i]]));
    },
  );
});
