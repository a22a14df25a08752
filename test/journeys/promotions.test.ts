import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DAY, MINUTE } from '../../kernel/clock.ts';
import { type App, startApp, testClock } from '../app.ts';
import { diner, headquarters, type Person, staff } from '../people.ts';
import { addDish, key, type ListedDish, openShop, type Shop } from '../shop.ts';

const clock = testClock();
let app: App;
let hq: Person;
let manager: Person;
let ann: Person;
let shop: Shop;
let noodles: ListedDish;
let tea: ListedDish;

beforeAll(async () => {
  app = await startApp({ clock });
  hq = await headquarters(app);
  shop = await openShop(app, hq);
  noodles = await addDish(app, hq, shop, 'Noodles', { R: 3_000 });
  tea = await addDish(app, hq, shop, 'Tea', { Cup: 1_000 });
  manager = await staff(app, hq, 'MANAGER', [shop.storeId]);
  ann = await diner(app, 'Ann');
});

afterAll(() => app[Symbol.asyncDispose]());

const fiveOff = { kind: 'AMOUNT_OFF', amount: 500 };

const attempt = (input: object, who: Person | undefined = hq) =>
  app.graph(
    'mutation ($input: CreatePromotionInput!) { createPromotion(input: $input) { id } }',
    { input: { idempotencyKey: key(), name: 'Sale', rule: fiveOff, ...input } },
    who?.token,
  );

const start = async (input: object, who = hq): Promise<string> => {
  const { data, errors } = await attempt(input, who);
  expect(errors).toBeUndefined();
  return data.createPromotion.id;
};

const end = (id: string, who = hq) =>
  app.ask('mutation ($id: ID!) { endPromotion(input: { id: $id }) { endsAt } }', { id }, who.token);

const iso = (at: number) => new Date(at).toISOString();

/** What a diner's quote says about the offers for these lines of [dish, quantity], at this shop when none is named. */
async function quoted(lines: [ListedDish, number][], { storeId } = shop) {
  const cart = {
    storeId,
    channel: 'TAKEAWAY',
    lines: lines.map(([{ menuItemId, specs }, quantity]) => {
      return { menuItemId, specId: Object.values(specs)[0], quantity };
    }),
  };
  const { quote } = await app.ask(
    `query ($cart: CartInput!) { quote(input: $cart) { ... on Quote {
      subtotal discount total
      lines { name quantity discount total gift }
      pricingPlan { applied { amount reason promotion { id name } } rejected { code reason promotion { id } } }
    } } }`,
    { cart },
    ann.token,
  );
  return quote;
}

async function listed(storeId: string | null): Promise<string[]> {
  const ids: string[] = [];
  for (let after: string | null = null; ; ) {
    const { promotions } = await app.ask(
      `query ($storeId: ID, $after: String) { promotions(storeId: $storeId, first: 2, after: $after) {
        edges { node { id } } pageInfo { hasNextPage endCursor } } }`,
      { storeId, after },
    );
    ids.push(...promotions.edges.map(({ node }: { node: { id: string } }) => node.id));
    if (!promotions.pageInfo.hasNextPage) return ids;
    after = promotions.pageInfo.endCursor;
  }
}

describe('a promotion', () => {
  test('lowers the price by itself, and the quote says by how much, or what is missing', async () => {
    const id = await start({ rule: { ...fiveOff, threshold: 3_300 }, storeId: shop.storeId }, manager);
    expect(await quoted([[noodles, 1]])).toMatchObject({
      total: 3_000,
      pricingPlan: {
        applied: [],
        rejected: [{ code: 'THRESHOLD_NOT_REACHED', reason: '3.00 more to reach 33.00.', promotion: { id } }],
      },
    });
    expect(
      await quoted([
        [noodles, 1],
        [tea, 1],
      ]),
    ).toMatchObject({
      subtotal: 4_000,
      discount: 500,
      total: 3_500,
      lines: [
        { name: 'Noodles', discount: 375, total: 2_625 },
        { name: 'Tea', discount: 125, total: 875 },
      ],
      pricingPlan: {
        applied: [{ amount: 500, reason: '5.00 off, from 33.00 on.', promotion: { id, name: 'Sale' } }],
        rejected: [],
      },
    });
    await end(id, manager);
  });

  test('adds its gift to the order as a line that costs nothing', async () => {
    const rule = {
      kind: 'GIFT',
      threshold: 6_000,
      giftItemId: tea.menuItemId,
      giftSpecId: tea.specs['Cup'],
    };
    const id = await start({ rule, storeId: shop.storeId });
    const quote = await quoted([[noodles, 2]]);
    expect(quote.total).toBe(6_000);
    expect(quote.lines[1]).toMatchObject({ name: 'Tea', quantity: 1, total: 0, gift: true });
    const { promotions } = await app.ask(
      'query ($storeId: ID) { promotions(storeId: $storeId) { edges { node { rule { kind threshold amount giftItem { id } giftSpecId } store { name } } } } }',
      { storeId: shop.storeId },
    );
    expect(promotions.edges).toEqual([
      {
        node: {
          rule: {
            kind: 'GIFT',
            threshold: 6_000,
            amount: null,
            giftItem: { id: tea.menuItemId },
            giftSpecId: tea.specs['Cup'],
          },
          store: { name: expect.any(String) },
        },
      },
    ]);
    await end(id);
  });

  test('of another store is not spoken of; one of the chain holds everywhere', async () => {
    const elsewhere = await openShop(app, hq);
    const theirs = await start({ storeId: elsewhere.storeId });
    const everywhere = await start({ name: 'Chain' });
    expect((await quoted([[noodles, 1]])).pricingPlan).toMatchObject({
      applied: [{ promotion: { id: everywhere } }],
      rejected: [],
    });
    expect(await listed(shop.storeId)).toEqual([everywhere]);
    expect(await listed(elsewhere.storeId)).toEqual([theirs, everywhere]);
    expect(await listed(null)).toEqual([everywhere]);
    await end(theirs);
    await end(everywhere);
  });

  test('runs from its start to its end; it is announced before, and gone after', async () => {
    const now = clock.now();
    const id = await start({ startsAt: iso(now + MINUTE), endsAt: iso(now + 3 * MINUTE) });
    const applied = async () => (await quoted([[noodles, 1]])).pricingPlan.applied.length;
    expect(await listed(shop.storeId)).toEqual([id]);
    expect(await applied()).toBe(0);
    clock.set(now + MINUTE);
    expect(await applied()).toBe(1);
    clock.set(now + 3 * MINUTE);
    expect(await applied()).toBe(0);
    expect(await listed(shop.storeId)).toEqual([]);
  });

  test('ends when it is ended, and a repeat does not move the end', async () => {
    const id = await start({ endsAt: iso(clock.now() + DAY) });
    const first = await end(id);
    expect(first.endPromotion.endsAt).toBe(iso(clock.now()));
    clock.advance(MINUTE);
    expect(await end(id)).toEqual(first);
    expect((await quoted([[noodles, 1]])).discount).toBe(0);
    await expect(end('no-such-promotion')).rejects.toThrow('PROMOTION_NOT_FOUND');
  });

  test('is listed and tried by priority', async () => {
    const late = await start({ priority: 300 });
    const early = await start({ priority: 9 });
    const middle = await start({ priority: 100 });
    expect(await listed(shop.storeId)).toEqual([early, middle, late]);
    const { applied } = (await quoted([[noodles, 1]])).pricingPlan;
    expect(applied.map(({ promotion }: { promotion: { id: string } }) => promotion.id)).toEqual([early, middle, late]);
    for (const id of [late, early, middle]) await end(id);
  });

  test('is started once, however often the same request comes', async () => {
    const request = { idempotencyKey: key(), startsAt: iso(clock.now() - MINUTE), endsAt: iso(clock.now() + MINUTE) };
    const ids = await Promise.all(Array.from({ length: 20 }, () => start(request)));
    expect(new Set(ids).size).toBe(1);
    clock.advance(2 * MINUTE);
    expect(await start(request)).toBe(ids[0]);
    expect((await attempt({ ...request, name: 'Other' })).errors?.[0]?.extensions.code).toBe('IDEMPOTENCY_KEY_REUSED');
  });
});

describe('a promotion that makes no sense is refused', () => {
  const percentOff = { kind: 'PERCENT_OFF', percent: 10 };
  test.each<[string, object, string]>([
    ['an amount off without the amount', { rule: { kind: 'AMOUNT_OFF' } }, 'rule.amount'],
    ['nothing off', { rule: { ...fiveOff, amount: 0 } }, 'rule.amount'],
    ['a surcharge', { rule: { ...fiveOff, amount: -500 } }, 'rule.amount'],
    ['more off than the threshold', { rule: { ...fiveOff, threshold: 499 } }, 'rule.amount'],
    ['a threshold below nothing', { rule: { ...fiveOff, threshold: -1 } }, 'rule.threshold'],
    ['no percentage', { rule: { kind: 'PERCENT_OFF' } }, 'rule.percent'],
    ['more than all of it', { rule: { ...percentOff, percent: 101 } }, 'rule.percent'],
    ['a cap of nothing', { rule: { ...percentOff, maxDiscount: 0 } }, 'rule.maxDiscount'],
    ['a percentage with an amount', { rule: { ...percentOff, amount: 500 } }, 'rule.amount'],
    ['a second half price with a percentage', { rule: { kind: 'SECOND_HALF_PRICE', percent: 50 } }, 'rule.percent'],
    ['a gift without the dish', { rule: { kind: 'GIFT' } }, 'rule.giftItemId'],
    ['a gift of the whole chain', { rule: { kind: 'GIFT', giftItemId: 'x', giftSpecId: 'y' } }, 'storeId'],
    ['an endless list', { rule: { ...fiveOff, dishIds: Array.from({ length: 201 }, key) } }, 'rule.dishIds'],
    ['no name', { name: ' ' }, 'name'],
    ['a name that is too long', { name: 'x'.repeat(101) }, 'name'],
    ['a strange priority', { priority: -1 }, 'priority'],
    ['an end before the start', { startsAt: iso(DAY), endsAt: iso(DAY) }, 'endsAt'],
    ['no key', { idempotencyKey: '' }, 'idempotencyKey'],
  ])('%s', async (_, input, field) => {
    const { errors } = await attempt(input);
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_INPUT', field });
  });

  test('a store that is none, a gift that the store does not sell, a size that the gift does not have', async () => {
    const codeOf = async (input: object, who?: Person) => (await attempt(input, who)).errors?.[0]?.extensions.code;
    expect(await codeOf({ storeId: 'no-such-store' })).toBe('STORE_NOT_FOUND');
    const gift = { kind: 'GIFT', giftItemId: tea.menuItemId, giftSpecId: tea.specs['Cup'] };
    const elsewhere = await openShop(app, hq);
    expect(await codeOf({ storeId: elsewhere.storeId, rule: gift })).toBe('MENU_ITEM_NOT_FOUND');
    expect(await codeOf({ storeId: shop.storeId, rule: { ...gift, giftSpecId: 'Bucket' } })).toBeDefined();
    expect(await listed(elsewhere.storeId)).toEqual([]);
  });

  test('by who may not', async () => {
    const codeOf = async (input: object, who?: Person) => (await attempt(input, who)).errors?.[0]?.extensions.code;
    expect(await codeOf({}, ann)).toBe('FORBIDDEN');
    expect(await codeOf({}, manager)).toBe('FORBIDDEN');
    expect(await codeOf({ storeId: (await openShop(app, hq)).storeId }, manager)).toBe('FORBIDDEN');
    expect(await codeOf({}, { id: '', token: '' })).toBe('UNAUTHENTICATED');
  });
});
