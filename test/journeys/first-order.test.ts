import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type DocumentNode, Kind, parse, print } from 'graphql';
import { type App, startApp } from '../app.ts';
import { diner, headquarters, type Person, staff } from '../people.ts';
import { addDish, key, type ListedDish, openShop, type Shop, write } from '../shop.ts';

/** The operations of the README, by their names: what it shows is what is tested. */
const operations = new Map(
  [...readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8').matchAll(/```graphql\n(.*?)```/gs)].map(
    ([, text]) => {
      const document: DocumentNode = parse(text ?? '');
      const [operation] = document.definitions;
      const name = operation?.kind === Kind.OPERATION_DEFINITION ? operation.name?.value : undefined;
      return [name ?? '', print(document)];
    },
  ),
);
const operation = (name: string) => operations.get(name) ?? `README has no operation ${name}`;

let app: App;
let hq: Person;
let cook: Person;
let guest: Person;
let shop: Shop;
let noodles: ListedDish;
let hot: string;
let couponId: string;
let beef: string;

beforeAll(async () => {
  app = await startApp();
  hq = await headquarters(app);
  shop = await openShop(app, hq);
  cook = await staff(app, hq, 'COOK', [shop.storeId]);
  guest = await diner(app, 'Xiao Hong');
  const group = await write(
    app,
    hq,
    'createModifierGroup',
    'CreateModifierGroupInput',
    {
      idempotencyKey: key(),
      name: 'Spice',
      min: 1,
      max: 1,
      modifiers: [{ name: 'Mild' }, { name: 'Hot', price: 100 }],
    },
    'id modifiers { id name }',
  );
  hot = group.modifiers[1].id;
  noodles = await addDish(
    app,
    hq,
    shop,
    'Beef noodles',
    { Regular: 2800, Large: 3400 },
    { modifierGroupIds: [group.id] },
  );
  const stock = { idempotencyKey: key(), storeId: shop.storeId, name: 'Beef', unit: 'GRAM', onHand: 1000 };
  beef = (await write(app, hq, 'createStockItem', 'CreateStockItemInput', stock, 'id')).id;
  const recipe = {
    storeId: shop.storeId,
    menuItemId: noodles.menuItemId,
    specId: noodles.specs['Large'],
    ingredients: [{ stockItemId: beef, quantity: 130 }],
  };
  await write(app, hq, 'setRecipe', 'SetRecipeInput', recipe, 'specId');
  const rule = { kind: 'AMOUNT_OFF', threshold: 2000, amount: 500 };
  const template = await write(
    app,
    hq,
    'createCouponTemplate',
    'CreateCouponTemplateInput',
    { idempotencyKey: key(), name: '5 off', rule },
    'id',
  );
  const coupon = { idempotencyKey: key(), templateId: template.id, dinerId: guest.id };
  couponId = (await write(app, hq, 'issueCoupon', 'IssueCouponInput', coupon, 'id')).id;
});

afterAll(() => app[Symbol.asyncDispose]());

test('a diner scans, orders and pays; the kitchen cooks; the diner watches; points come once, stock goes down, a receipt is printed', async () => {
  const { table } = await app.ask(operation('ScanTable'), { code: shop.tableCode });
  expect(table).toMatchObject({ name: 'A1', store: { id: shop.storeId, isOpen: true } });

  const session = (await app.ask(operation('SignIn'), { input: { provider: 'demo', credential: 'Xiao Hong' } }))
    .signInDiner;
  expect(session).toMatchObject({ __typename: 'Session', me: { id: guest.id, tier: { name: expect.any(String) } } });
  const mineNow = (await app.ask(operation('Me'), {}, session.accessToken)).me;
  expect(mineNow).toMatchObject({ coupons: { edges: [{ node: { id: couponId } }] }, orders: { edges: [] } });

  const { menu } = await app.ask(operation('Menu'), { storeId: shop.storeId });
  const item = menu.categories[0].items[0];
  expect(item).toMatchObject({ name: 'Beef noodles', available: true, specs: [{ price: 2800 }, { price: 3400 }] });

  const cart = {
    storeId: shop.storeId,
    tableCode: shop.tableCode,
    lines: [
      { menuItemId: item.id, specId: noodles.specs['Large'], modifierIds: [hot], quantity: 2, note: 'no coriander' },
    ],
    couponIds: [couponId],
  };
  const { quote } = await app.ask(operation('Quote'), { cart }, guest.token);
  expect(quote).toMatchObject({
    __typename: 'Quote',
    subtotal: 7000,
    discount: 500,
    total: 6500,
    pricingPlan: { applied: [{ name: '5 off', amount: 500 }] },
  });

  const placing = { input: { idempotencyKey: 'my order', cart, quoteId: quote.id, total: quote.total } };
  const { placeOrder: order } = await app.ask(operation('PlaceOrder'), placing, guest.token);
  expect(order).toMatchObject({ __typename: 'Order', state: 'AWAITING_PAYMENT', pickupNumber: 1, total: 6500 });

  const mine = app.sockets(guest.token).iterate({ query: operation('FollowOrder'), variables: { orderId: order.id } });
  const kitchen = app
    .sockets(cook.token)
    .iterate({ query: operation('Kitchen'), variables: { storeId: shop.storeId } });
  // biome-ignore lint/suspicious/noExplicitAny: frames are read as they come
  const next = async (frames: AsyncIterator<any>) => (await frames.next()).value.data;
  const until = async (state: string) => {
    for (;;) {
      const { orderChanged } = await next(mine);
      if (orderChanged.state === state) return orderChanged;
    }
  };
  expect((await next(mine)).orderChanged).toMatchObject({
    state: 'AWAITING_PAYMENT',
    store: { name: expect.any(String) },
  });
  expect((await next(kitchen)).kitchenChanged).toMatchObject({ snapshot: true, tickets: [] });

  const paying = { input: { idempotencyKey: 'my payment', orderId: order.id, provider: 'demo' } };
  const paid = (await app.ask(operation('PayOrder'), paying, guest.token)).payOrder;
  expect(paid).toMatchObject({ __typename: 'Order', payments: [{ amount: 6500, state: 'SUCCEEDED' }] });
  const shown = (await next(kitchen)).kitchenChanged;
  expect(shown).toMatchObject({
    snapshot: false,
    tickets: [
      {
        state: 'QUEUED',
        pickupNumber: 1,
        tableName: 'A1',
        lines: [{ quantity: 2, modifiers: ['Hot'], note: 'no coriander' }],
      },
    ],
  });
  const ticketId = shown.tickets[0].id;
  expect(await until('PAID')).toMatchObject({ pickupNumber: 1 });

  for (const [to, state] of [
    ['STARTED', 'PREPARING'],
    ['READY', 'READY'],
    ['SERVED', 'COMPLETED'],
  ] as const) {
    const moving = { input: { idempotencyKey: `ticket ${to}`, ticketId, to } };
    expect((await app.ask(operation('AdvanceTicket'), moving, cook.token)).advanceTicket.state).toBe(to);
    expect((await until(state)).tickets).toMatchObject([{ id: ticketId }]);
  }
  await app.settled();

  const { me } = await app.ask(
    '{ me { ... on Diner { points { balance entries { edges { node { kind points reference } } } } coupons { edges { node { state } } } } } }',
    {},
    guest.token,
  );
  expect(me.points).toMatchObject({ balance: 65, entries: { edges: [{ node: { kind: 'EARN', points: 65 } }] } });
  expect(me.coupons.edges).toEqual([{ node: { state: 'REDEEMED' } }]);
  const { stockItems } = await app.ask(
    'query ($storeId: ID!) { stockItems(storeId: $storeId) { edges { node { id onHand reserved } } } }',
    { storeId: shop.storeId },
    hq.token,
  );
  expect(stockItems.edges).toEqual([{ node: { id: beef, onHand: 740, reserved: 0 } }]);
  const { printJobs } = await app.ask(
    'query ($storeId: ID!, $orderId: ID) { printJobs(storeId: $storeId, orderId: $orderId) { edges { node { kind } } } }',
    { storeId: shop.storeId, orderId: order.id },
    hq.token,
  );
  expect(printJobs.edges.map((edge: { node: { kind: string } }) => edge.node.kind).sort()).toEqual([
    'KITCHEN_SLIP',
    'RECEIPT',
  ]);
});
