import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DAY } from '../../kernel/clock.ts';
import { type App, startApp, testClock } from '../app.ts';
import { diner, headquarters, type Person, staff } from '../people.ts';
import { addDish, key, type ListedDish, openShop, type Shop, write } from '../shop.ts';

const clock = testClock();
let app: App;
let hq: Person;
let manager: Person;
let ann: Person;
let shop: Shop;
let noodles: ListedDish;

beforeAll(async () => {
  app = await startApp({ clock });
  hq = await headquarters(app);
  shop = await openShop(app, hq);
  noodles = await addDish(app, hq, shop, 'Noodles', { R: 3_000 });
  manager = await staff(app, hq, 'MANAGER', [shop.storeId]);
  ann = await diner(app, 'Ann');
});

afterAll(() => app[Symbol.asyncDispose]());

const fiveOff = { kind: 'AMOUNT_OFF', threshold: 2_000, amount: 500 };

const template = (input: object = {}, who = hq) =>
  write(
    app,
    who,
    'createCouponTemplate',
    'CreateCouponTemplateInput',
    { idempotencyKey: key(), name: 'Five off', rule: fiveOff, ...input },
    'id',
  ).then(({ id }) => id as string);

const issue = (templateId: string, to = ann, idempotencyKey = key()): Promise<string> =>
  write(app, hq, 'issueCoupon', 'IssueCouponInput', { idempotencyKey, templateId, dinerId: to.id }, 'id').then(
    ({ id }) => id,
  );

const coupon = async (input: object = {}, to = ann) => issue(await template(input), to);

/** Ann's coupons as she sees them: state by id. */
async function states(who = ann, args = ''): Promise<Record<string, string>> {
  const { me } = await app.ask(
    `{ me { ... on Diner { coupons(first: 100${args}) { edges { node { id state } } } } } }`,
    {},
    who.token,
  );
  return Object.fromEntries(
    me.coupons.edges.map(({ node }: { node: { id: string; state: string } }) => [node.id, node.state]),
  );
}

/** What orders asks of marketing. */
function plan(couponIds: string[], more: object = {}) {
  const line = { id: '1', menuItemId: noodles.menuItemId, dishId: noodles.dishId, categoryId: shop.categoryId };
  const input = {
    storeId: shop.storeId,
    channel: 'DINE_IN',
    dinerId: ann.id,
    currency: 'CNY',
    lines: [{ ...line, unitPrice: 3_000, quantity: 1 }],
    couponIds,
    ...more,
  };
  return app
    .internal<{ planPrices: { applied: object[]; rejected: object[] } }>(
      'marketing',
      `query ($input: PlanInput!) { planPrices(input: $input) {
        applied { promotionId couponId amount reason gift { menuItemId specId quantity } }
        rejected { promotionId couponId code reason }
      } }`,
      { input },
    )
    .then(({ planPrices }) => planPrices);
}

function hold(orderId: string, couponIds: string[], dinerId = ann.id) {
  return app
    .internal<{ holdCoupons: { held: boolean; couponId: string | null; code: string | null } }>(
      'marketing',
      `mutation ($orderId: ID!, $dinerId: ID!, $couponIds: [ID!]!) {
        holdCoupons(orderId: $orderId, dinerId: $dinerId, couponIds: $couponIds) { held couponId code }
      }`,
      { orderId, dinerId, couponIds },
    )
    .then(({ holdCoupons }) => holdCoupons);
}

const release = (orderId: string) =>
  app.internal('marketing', 'mutation ($orderId: ID!) { releaseCoupons(orderId: $orderId) }', { orderId });

const held = { held: true, couponId: null, code: null };
const refused = (couponId: string, code: string) => ({ held: false, couponId, code });
const twenty = <T>(make: (index: number) => Promise<T>) => Promise.all(Array.from({ length: 20 }, (_, i) => make(i)));

describe('giving coupons out', () => {
  test('a diner has one coupon, however often the same request comes', async () => {
    const [templateId, idempotencyKey] = [await template({ quantity: 5 }), key()];
    const before = Object.keys(await states()).length;
    const ids = new Set(await twenty(() => issue(templateId, ann, idempotencyKey)));
    expect(ids.size).toBe(1);
    expect(Object.keys(await states()).length).toBe(before + 1);
    await expect(issue(templateId, hq, idempotencyKey)).rejects.toThrow('IDEMPOTENCY_KEY_REUSED');
  });

  test('when twenty are asked for and seven are left, seven are issued', async () => {
    const templateId = await template({ name: 'Seven only', quantity: 7, storeId: shop.storeId });
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => issue(templateId)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(7);
    await expect(issue(templateId)).rejects.toThrow('COUPON_TEMPLATE_EXHAUSTED');
    const { couponTemplates } = await app.ask(
      'query ($storeId: ID) { couponTemplates(storeId: $storeId, first: 100) { edges { node { id issued quantity store { id } } } } }',
      { storeId: shop.storeId },
      manager.token,
    );
    expect(couponTemplates.edges).toContainEqual({
      node: { id: templateId, issued: 7, quantity: 7, store: { id: shop.storeId } },
    });
  });

  test('nobody gets one who is not a diner, and only managers give', async () => {
    const templateId = await template({ storeId: shop.storeId });
    await expect(issue(templateId, hq)).rejects.toThrow('DINER_NOT_FOUND');
    await expect(issue('no-such-template')).rejects.toThrow('COUPON_TEMPLATE_NOT_FOUND');
    const give = (who: Person | undefined, id = templateId) =>
      app.graph(
        'mutation ($input: IssueCouponInput!) { issueCoupon(input: $input) { id } }',
        { input: { idempotencyKey: key(), templateId: id, dinerId: ann.id } },
        who?.token,
      );
    const codeOf = async (answer: ReturnType<typeof give>) => (await answer).errors?.[0]?.extensions.code;
    expect(await codeOf(give(undefined))).toBe('UNAUTHENTICATED');
    expect(await codeOf(give(ann))).toBe('FORBIDDEN');
    expect(await codeOf(give(await staff(app, hq, 'WAITER', [shop.storeId])))).toBe('FORBIDDEN');
    expect(await codeOf(give(manager, await template()))).toBe('FORBIDDEN');
    expect(await codeOf(give(manager))).toBeUndefined();
  });

  test('a coupon that was given by mistake is taken back, unless an order has it', async () => {
    const [mistaken, inUse] = [await coupon(), await coupon()];
    const voidIt = (id: string) =>
      app.ask('mutation ($id: ID!) { voidCoupon(input: { id: $id }) { state } }', { id }, hq.token);
    expect(await voidIt(mistaken)).toEqual({ voidCoupon: { state: 'VOIDED' } });
    expect(await voidIt(mistaken)).toEqual({ voidCoupon: { state: 'VOIDED' } });
    expect((await plan([mistaken])).rejected).toMatchObject([{ couponId: mistaken, code: 'COUPON_VOIDED' }]);
    await hold(key(), [inUse]);
    await expect(voidIt(inUse)).rejects.toThrow('COUPON_LOCKED');
    await expect(voidIt('no-such-coupon')).rejects.toThrow('COUPON_NOT_FOUND');
  });
});

describe("a diner's coupons", () => {
  test('are seen by the diner and by staff, not by another diner', async () => {
    const mine = await coupon();
    expect(await states()).toMatchObject({ [mine]: 'ISSUED' });
    expect(await states(ann, ', states: [REDEEMED]')).toEqual({});
    const bob = await diner(app, 'Bob');
    expect(await states(bob)).toEqual({});
    const about = 'query ($id: ID!) { diner(id: $id) { coupons { edges { node { id } } } } }';
    const { data } = await app.graph(about, { id: ann.id }, manager.token);
    expect(data.diner.coupons.edges).toContainEqual({ node: { id: mine } });
    expect((await app.graph(about, { id: ann.id }, bob.token)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  test('are of templates that a plug-in may refer to before those who manage them', async () => {
    const [chain, own] = [await template(), await template({ storeId: shop.storeId })];
    const executor = app.subgraph('marketing');
    const refer = async (id: string, stores: string[], scope = 'marketing:manage') => {
      const { data } = await executor.execute({
        query: 'query ($of: [_Any!]!) { _entities(representations: $of) { ... on CouponTemplate { id } } }',
        variables: { of: [{ __typename: 'CouponTemplate', id }] },
        identity: { kind: 'staff', id: 's', scopes: [scope], stores },
      });
      return (data as { _entities: object[] })._entities[0];
    };
    for (const id of [chain, own]) {
      expect(await refer(id, [shop.storeId])).toEqual({ id });
      expect(await refer(id, [shop.storeId], 'orders:read')).toBeNull();
    }
    expect(await refer(chain, ['elsewhere'])).toEqual({ id: chain });
    expect(await refer(own, ['elsewhere'])).toBeNull();
  });

  test('come in pages, the newest first', async () => {
    const cat = await diner(app, 'Cat');
    const templateId = await template();
    const given = [await issue(templateId, cat), await issue(templateId, cat), await issue(templateId, cat)];
    const next = async (after: string | null) =>
      (
        await app.ask(
          `query ($after: String) { me { ... on Diner { coupons(first: 2, after: $after) {
            edges { node { id } } pageInfo { hasNextPage endCursor } } } } }`,
          { after },
          cat.token,
        )
      ).me.coupons;
    const first = await next(null);
    const second = await next(first.pageInfo.endCursor);
    const ids = [...first.edges, ...second.edges].map(({ node }: { node: { id: string } }) => node.id);
    expect(ids).toEqual(given.toReversed());
    expect([first.pageInfo.hasNextPage, second.pageInfo.hasNextPage]).toEqual([true, false]);
    await expect(next('nonsense!')).rejects.toThrow('BAD_INPUT');
  });

  test('lower a price when asked for, in the order they are named', async () => {
    const [first, second] = [await coupon(), await coupon({ rule: { kind: 'PERCENT_OFF', percent: 10 } })];
    expect((await plan([second, first])).applied).toMatchObject([
      { couponId: second, amount: 300, reason: '10% off.' },
      { couponId: first, amount: 500, reason: '5.00 off, from 20.00 on.' },
    ]);
  });

  test("somebody else's coupon, one that nobody has and nobody's diner get the same answer", async () => {
    const hers = await coupon({}, await diner(app, 'Bob'));
    const mine = await coupon();
    await expect(plan([hers])).rejects.toThrow('There is no such coupon.');
    await expect(plan(['no-such-coupon'])).rejects.toThrow('There is no such coupon.');
    await expect(plan([mine], { dinerId: null })).rejects.toThrow('There is no such coupon.');
    await expect(plan([mine, mine])).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(plan(Array.from({ length: 11 }, key))).rejects.toMatchObject({ code: 'BAD_INPUT' });
    expect(await hold(key(), [hers])).toEqual(refused(hers, 'COUPON_NOT_FOUND'));
  });
});

describe('an order holds its coupons', () => {
  test('of twenty orders that want the same coupon one has it, and asking again changes nothing', async () => {
    const mine = await coupon();
    const orders = await twenty(async () => key());
    const results = await Promise.all(orders.map((order) => hold(order, [mine])));
    expect(results.filter((result) => result.held)).toHaveLength(1);
    expect(results.filter((result) => !result.held)).toEqual(Array(19).fill(refused(mine, 'COUPON_LOCKED')));
    const again = await Promise.all(orders.map((order) => hold(order, [mine])));
    expect(again).toEqual(results);
    expect((await plan([mine])).rejected).toMatchObject([{ code: 'COUPON_LOCKED' }]);
    expect(await states()).toMatchObject({ [mine]: 'LOCKED' });
  });

  test('all or none: when one is gone, the other stays free', async () => {
    const [free, gone] = [await coupon(), await coupon()];
    await hold(key(), [gone]);
    expect(await hold(key(), [free, gone])).toEqual(refused(gone, 'COUPON_LOCKED'));
    expect(await states()).toMatchObject({ [free]: 'ISSUED' });
    expect(await hold(key(), [free])).toEqual(held);
  });

  test('an order that comes to nothing gives them back, for good', async () => {
    const [mine, order] = [await coupon(), key()];
    expect(await hold(order, [mine])).toEqual(held);
    await twenty(() => release(order));
    expect(await states()).toMatchObject({ [mine]: 'ISSUED' });
    expect(await hold(order, [mine])).toEqual(refused(mine, 'HOLD_RELEASED'));
    expect(await hold(key(), [mine])).toEqual(held);
  });

  test('a release that overtakes its hold leaves nothing locked', async () => {
    const [mine, order] = [await coupon(), key()];
    await release(order);
    expect(await hold(order, [mine])).toEqual(refused(mine, 'HOLD_RELEASED'));
    expect(await states()).toMatchObject({ [mine]: 'ISSUED' });
  });

  test('holds and releases of one order at once leave nothing locked', async () => {
    const [mine, order] = [await coupon(), key()];
    await twenty((turn) => (turn === 10 ? release(order) : hold(order, [mine])));
    expect(await states()).toMatchObject({ [mine]: 'ISSUED' });
  });
});

describe('with a whole order', () => {
  const placed = async (couponIds: string[]): Promise<{ id: string; total: number }> => {
    const cart = {
      storeId: shop.storeId,
      tableCode: shop.tableCode,
      lines: [{ menuItemId: noodles.menuItemId, specId: noodles.specs['R'], quantity: 1 }],
      couponIds,
    };
    const { quote } = await app.ask(
      'query ($cart: CartInput!) { quote(input: $cart) { ... on Quote { id total } } }',
      { cart },
      ann.token,
    );
    const input = { idempotencyKey: key(), cart, quoteId: quote.id, total: quote.total };
    return write(app, ann, 'placeOrder', 'PlaceOrderInput', input, '... on Order { id total }');
  };
  const pay = async (orderId: string) => {
    const input = { idempotencyKey: key(), orderId, provider: 'cash' };
    await write(app, manager, 'payOrder', 'PayOrderInput', input, '__typename');
    await app.settled();
  };
  const cancel = async (orderId: string, who: Person) => {
    await write(app, who, 'cancelOrder', 'CancelOrderInput', { idempotencyKey: key(), orderId }, 'state');
    await app.settled();
  };

  test('placing locks the coupon, paying uses it up', async () => {
    const mine = await coupon();
    const order = await placed([mine]);
    expect(order.total).toBe(2_500);
    expect(await states()).toMatchObject({ [mine]: 'LOCKED' });
    await pay(order.id);
    expect(await states()).toMatchObject({ [mine]: 'REDEEMED' });
    await release(order.id);
    expect(await states()).toMatchObject({ [mine]: 'REDEEMED' });
    expect(await hold(order.id, [mine])).toEqual(held);
    expect(await hold(key(), [mine])).toEqual(refused(mine, 'COUPON_REDEEMED'));
    expect((await plan([mine])).rejected).toMatchObject([{ code: 'COUPON_REDEEMED' }]);
  });

  test('cancelling gives the coupon back, before the payment and after it', async () => {
    const mine = await coupon();
    const first = await placed([mine]);
    await cancel(first.id, ann);
    expect(await states()).toMatchObject({ [mine]: 'ISSUED' });
    const second = await placed([mine]);
    await pay(second.id);
    await cancel(second.id, manager);
    expect(await states()).toMatchObject({ [mine]: 'ISSUED' });
  });
});

test('past its time a coupon is expired: it is not applied, not held, and not good again when an order gives it back', async () => {
  const [unused, inOrder, order] = [await coupon({ validDays: 3 }), await coupon({ validDays: 3 }), key()];
  await hold(order, [inOrder]);
  clock.advance(3 * DAY);
  const returned = await diner(app, 'Ann');
  expect(await states(returned)).toMatchObject({ [unused]: 'EXPIRED', [inOrder]: 'LOCKED' });
  expect((await plan([unused])).rejected).toMatchObject([
    { couponId: unused, code: 'COUPON_EXPIRED', reason: 'This coupon is past its time.' },
  ]);
  expect(await hold(key(), [unused])).toEqual(refused(unused, 'COUPON_EXPIRED'));
  await release(order);
  const expired = await states(returned, ', states: [EXPIRED]');
  expect(expired).toEqual({ [unused]: 'EXPIRED', [inOrder]: 'EXPIRED' });
});
