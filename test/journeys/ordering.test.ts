import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { modules } from '../../cli/modules.ts';
import { MINUTE, SECOND } from '../../kernel/clock.ts';
import type { Module } from '../../kernel/module.ts';
import { type App, startApp, testClock } from '../app.ts';
import { type Counter, counterOf, openRestaurant, type Restaurant, type Told } from '../counter.ts';
import { diner } from '../people.ts';
import { addDish, key, openShop, write } from '../shop.ts';

const clock = testClock();
let app: App;
let restaurant: Restaurant;
let counter: Counter;
/** Whether the store room does not answer. */
let silence = false;

/** The store room as it is, but for the times when it does not answer. */
function sometimesSilent(module: Module): Module {
  if (module.name !== 'inventory') return module;
  return {
    ...module,
    async setup(host) {
      const parts = await module.setup(host);
      const { Query, Mutation } = parts.internal ?? {};
      const unlessSilent =
        (answer: (...args: unknown[]) => unknown) =>
        (...args: unknown[]) =>
          silence ? Promise.reject(new Error('silence')) : answer(...args);
      const internal = {
        Query: { ...Query, shortages: unlessSilent(Query?.['shortages']) },
        Mutation: { ...Mutation, holdStock: unlessSilent(Mutation?.['holdStock']) },
      };
      return { ...parts, internal: { ...parts.internal, ...internal } };
    },
  };
}

beforeAll(async () => {
  const environment = { ORDERS_HOLD_MINUTES: '2' };
  app = await startApp({ modules: modules.map(sometimesSilent), clock, environment });
  restaurant = await openRestaurant(app);
  counter = counterOf(app, restaurant);
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
});

const settled = () => app.settled();

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
    expect(quote.pricingPlan).toMatchObject({ applied: [{ amount: 501, coupon: { id: couponId } }], rejected: [] });
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
    expect(quote.pricingPlan.applied).toMatchObject([{ name: 'An egg for you', amount: 300 }]);
    expect(quote.lines[1]).toMatchObject({ item: { id: egg.menuItemId }, gift: true, discount: 300, tax: 0, total: 0 });

    await write(app, hq, 'setSoldOut', 'SetSoldOutInput', { menuItemId: egg.menuItemId, soldOut: true }, 'id');
    const without = await counter.quote(guest, cart);
    expect(without).toMatchObject({ subtotal: 3000, discount: 0, total: 3000, pricingPlan: { applied: [] } });
    expect(without.pricingPlan.rejected).toMatchObject([{ name: 'An egg for you', code: 'GIFT_UNAVAILABLE' }]);
  });

  test('a gift that has run out stands in nobody’s way', async () => {
    const { hq, guest, noodles } = restaurant;
    const { storeId } = restaurant.shop;
    const mint = await addDish(app, hq, restaurant.shop, `Mint ${key()}`, { One: 100 });
    const left = await counter.keep(mint, 1);
    const rule = { kind: 'GIFT', threshold: 2800, giftItemId: mint.menuItemId, giftSpecId: mint.specs['One'] };
    const gift = { idempotencyKey: key(), name: 'A mint', storeId, rule };
    const { id } = await write(app, hq, 'createPromotion', 'CreatePromotionInput', gift, 'id');
    const cart = counter.cart([noodles, 1]);
    expect(await counter.place(guest, cart)).toMatchObject({ state: 'AWAITING_PAYMENT', subtotal: 2900 });
    expect(await counter.stock(left)).toEqual([1, 1]);
    const quote = await counter.quote(guest, cart);
    expect(quote.pricingPlan.rejected).toMatchObject([{ name: 'A mint', code: 'GIFT_UNAVAILABLE' }]);
    expect(await counter.place(guest, cart)).toMatchObject({ state: 'AWAITING_PAYMENT', subtotal: 2800 });
    await write(app, hq, 'endPromotion', 'EndPromotionInput', { id }, 'id');
  });

  test('a combo takes its own stock, such as its box, besides that of its parts', async () => {
    const { hq, guest, noodles, tea } = restaurant;
    const option = ({ dishId, specs }: typeof tea) => ({ dishId, specId: Object.values(specs)[0] });
    const comboSlots = [
      { name: 'Main', options: [option(noodles)] },
      { name: 'Drink', options: [option(tea)] },
    ];
    const lunch = await addDish(app, hq, restaurant.shop, `Lunch box ${key()}`, { One: 3000 }, { comboSlots });
    const boxes = await counter.keep(lunch, 1);
    const read = 'query ($id: ID!) { menuItem(id: $id) { dish { comboSlots { options { id } } } } }';
    const { menuItem } = await app.ask(read, { id: lunch.menuItemId });
    const comboOptionIds = menuItem.dish.comboSlots.map(({ options }: Told) => options[0].id);
    const cart = (quantity: number) => {
      const { lines, ...rest } = counter.cart([lunch, quantity]);
      return { ...rest, lines: lines.map((line) => ({ ...line, comboOptionIds })) };
    };
    expect(await counter.quote(guest, cart(2))).toMatchObject({ shortages: [{ available: 1 }] });
    await counter.paid(cart(1));
    expect(await counter.stock(boxes)).toEqual([0, 0]);
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
    const slices = await counter.keep(cake, 3);
    const couponId = await counter.coupon(guest, 100);
    const cart = { ...counter.cart([cake, 3]), couponIds: [couponId] };
    const placing = await counter.placing(guest, cart);
    const eaten = { idempotencyKey: key(), stockItemId: slices, kind: 'WASTED', quantity: 1 };
    await write(app, hq, 'moveStock', 'MoveStockInput', eaten, 'id');
    const shortage = { item: { id: cake.menuItemId }, requested: 3, available: 2 };
    const short = { __typename: 'OutOfStock', shortages: [shortage] };
    expect(await counter.quote(guest, cart)).toEqual(short);
    expect(await counter.run(guest, 'placeOrder', placing)).toEqual(short);
    expect(await counter.stock(slices)).toEqual([2, 0]);
    expect(await counter.couponState(guest, couponId)).toBe('ISSUED');

    const soldOut = { menuItemId: cake.menuItemId, soldOut: true };
    await write(app, hq, 'setSoldOut', 'SetSoldOutInput', soldOut, 'id');
    const missing = { __typename: 'ItemsUnavailable', items: [{ id: cake.menuItemId }] };
    expect(await counter.run(guest, 'placeOrder', placing)).toEqual(missing);
    expect(await counter.quote(guest, cart)).toEqual(missing);

    const nowhere = { ...counter.cart([cake, 1]), tableCode: 'NOWHERE' };
    expect(await counter.quote(guest, nowhere)).toEqual({ __typename: 'TableUnavailable', tableCode: 'NOWHERE' });

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

    // Who was refused has spent no key: when the winner lets go, the same call is placed.
    const won = answers.findIndex(({ __typename }) => __typename === 'Order');
    await counter.cancel(guest, answers[won].id);
    await settled();
    const loser = placings.find((_, index) => index !== won) ?? {};
    expect(await counter.run(guest, 'placeOrder', loser)).toMatchObject({ __typename: 'Order', total: 900 });
  });

  test('a price is told while the store room is silent', async () => {
    const { guest, tea } = restaurant;
    silence = true;
    const quote = await counter.quote(guest, counter.cart([tea, 1]));
    silence = false;
    expect(quote).toMatchObject({ __typename: 'Quote', total: 800 });
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

describe('while the store room does not answer', () => {
  test('nothing is said for certain; the order is placed by itself as soon as it does, and the repeat finds it', async () => {
    const { guest, tea } = restaurant;
    const placing = await counter.placing(guest, counter.cart([tea, 1]));
    silence = true;
    expect(await counter.run(guest, 'placeOrder', placing)).toBe('UNAVAILABLE');
    expect(await counter.run(guest, 'placeOrder', placing)).toBe('UNAVAILABLE');
    silence = false;
    await app.runJob('orders.recover');
    const order = await counter.run(guest, 'placeOrder', placing);
    expect(order).toMatchObject({ __typename: 'Order', state: 'AWAITING_PAYMENT', version: 2 });
  });

  test('a repeat does not wait for that: it takes the order further itself', async () => {
    const { guest, tea } = restaurant;
    const placing = await counter.placing(guest, counter.cart([tea, 1]));
    silence = true;
    expect(await counter.run(guest, 'placeOrder', placing)).toBe('UNAVAILABLE');
    silence = false;
    const twice = await Promise.all([1, 2].map(() => counter.run(guest, 'placeOrder', placing)));
    expect(twice[0]).toMatchObject({ __typename: 'Order', state: 'AWAITING_PAYMENT' });
    expect(twice[1].id).toBe(twice[0].id);
  });

  test('an order that could not be placed for too long is given up, and its key is free', async () => {
    const { guest, hq, shop, tea } = restaurant;
    const placing = await counter.placing(guest, counter.cart([tea, 1]));
    silence = true;
    expect(await counter.run(guest, 'placeOrder', placing)).toBe('UNAVAILABLE');
    clock.advance(2 * MINUTE + SECOND);
    await app.runJob('orders.recover');
    silence = false;
    const read = `query ($id: ID!) {
      orders(storeId: $id, states: [PLACING, REJECTED], first: 1) { edges { node { state } } } }`;
    const { orders } = await app.ask(read, { id: shop.storeId }, hq.token);
    expect(orders.edges).toEqual([{ node: { state: 'REJECTED' } }]);
    expect(await counter.run(guest, 'placeOrder', placing)).toMatchObject({ __typename: 'Order', version: 2 });
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
