import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { modules } from '../../cli/modules.ts';
import { SECOND } from '../../kernel/clock.ts';
import { type App, startApp, testClock } from '../app.ts';
import { type Counter, counterOf, openRestaurant, type Restaurant, type Told } from '../counter.ts';
import { signInStaff, staff } from '../people.ts';
import { paymentCode, startWechat, type Wechat } from '../wechat-pay.ts';

// Noon in China, so that the day lasts for as long as a test goes on.
const clock = testClock(Date.parse('2026-11-20T12:00:00+08:00'));
const DAY = '2026-11-20';
const RECEIVER = '1900000200';
let wechat: Wechat;
let app: App;
let restaurant: Restaurant;
let counter: Counter;

beforeAll(async () => {
  wechat = await startWechat(clock, { settlesAfter: 5 * SECOND });
  const usual = { MEMBERS_ACCESS_MINUTES: '120', WECHAT_PAY_SHIPPING: 'true' };
  app = await startApp({ modules, clock, environment: { ...(await wechat.environment()), ...usual } });
  wechat.callbacksTo(app);
  restaurant = await openRestaurant(app);
  counter = counterOf(app, restaurant);
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await wechat[Symbol.asyncDispose]();
});

const pay = (id: string, instrument: string | null): Promise<Told> =>
  counter.pay(restaurant.guest, id, { provider: 'wechat-pay', instrument });
const world = () => wechat.simulator.world;
/** An order that is paid by code; of the guest's. */
async function paid(): Promise<Told> {
  const { id } = await counter.placed();
  const order = await pay(id, paymentCode());
  await app.settled();
  return order;
}
const numberOf = (order: Told): string => order.payments[0].id.replaceAll('-', '');
/** Time passes, and everybody does what is due. */
async function later(milliseconds: number): Promise<void> {
  clock.advance(milliseconds);
  await wechat.simulator.tick();
  await app.runJob('wechat-pay.shareProfits');
}
/** Headquarters signs in anew after the night. */
async function nextDay(): Promise<void> {
  clock.set(Date.parse('2026-11-21T10:00:00+08:00'));
  restaurant = { ...restaurant, hq: await signInStaff(app, 'Head Office', '123456') };
}

describe('what a store has of its payments', () => {
  const SHARES =
    'query ($id: ID!) { order(id: $id) { weChatPayShares { receiver amount returned state reason payment { id } } } }';
  const sharesOf = async (id: string, who = restaurant.hq) =>
    (await app.ask(SHARES, { id }, who.token)).order.weChatPayShares;
  const set = (settings: Record<string, unknown>) =>
    app.ask(
      'mutation ($input: SetPluginInput!) { setPlugin(input: $input) { enabled } }',
      {
        input: {
          name: 'wechat-pay',
          storeId: restaurant.shop.storeId,
          settings: Object.entries(settings).map(([name, value]) => ({ name, value: JSON.stringify(value) })),
        },
      },
      restaurant.hq.token,
    );

  beforeAll(() => set({ shareReceiver: RECEIVER, shareName: '面馆有限公司', sharePercent: 12.5 }));
  afterAll(() => set({ sharePercent: 0 }));

  test('goes to it a minute after the payment, to the fen, once', async () => {
    const placed = await counter.placed();
    await wechat.simulator.payer.confirm((await pay(placed.id, null)).action);
    const order = await counter.until(restaurant.guest, placed.id, ({ state }) => state === 'PAID');
    const amount = Math.floor(order.total / 8);
    const share = { receiver: RECEIVER, amount, returned: 0, reason: null, payment: { id: order.payments[0].id } };
    expect(await sharesOf(order.id)).toEqual([{ ...share, state: 'DUE' }]);
    await later(50 * SECOND);
    expect(world().shares.size).toBe(0);
    await later(10 * SECOND);
    expect(await sharesOf(order.id)).toEqual([{ ...share, state: 'PENDING' }]);
    await later(5 * SECOND);
    await wechat.simulator.callbacks.idle();
    await app.runJob('wechat-pay.shareProfits');
    expect(await sharesOf(order.id)).toEqual([{ ...share, state: 'SUCCEEDED' }]);
    expect([...world().shares.values()]).toMatchObject([{ amount, account: RECEIVER, result: 'SUCCESS' }]);
  });

  test.each(['error', 'error-after', 'lost-reply', 'hang-after'] as const)(
    'is asked for again when nobody knows what came of it (%s)',
    async (fault) => {
      const order = await paid();
      const before = world().shares.size;
      wechat.simulator.faults.requests.add(fault, '/profitsharing/orders', 2);
      await later(61 * SECOND);
      await later(31 * SECOND);
      await later(31 * SECOND);
      expect(await sharesOf(order.id)).toMatchObject([{ state: 'SUCCEEDED' }]);
      expect(world().shares.size).toBe(before + 1);
    },
  );

  test('comes back before the diner’s money does', async () => {
    const order = await paid();
    await later(61 * SECOND);
    await later(31 * SECOND);
    const [{ amount }] = await sharesOf(order.id);
    await counter.cancel(restaurant.hq, order.id);
    await later(6 * SECOND);
    await counter.until(restaurant.guest, order.id, ({ payments }) => payments[0].state === 'REFUNDED');
    expect(await sharesOf(order.id)).toMatchObject([{ state: 'RETURNED', amount, returned: amount }]);
  });

  test('is not asked for of what was given back before', async () => {
    const order = await paid();
    const before = world().shares.size;
    await counter.cancel(restaurant.guest, order.id);
    await later(61 * SECOND);
    expect(await sharesOf(order.id)).toMatchObject([{ state: 'DROPPED' }]);
    expect(world().shares.size).toBe(before);
  });

  test('may be refused by WeChat Pay: then it says why', async () => {
    await set({ shareReceiver: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' });
    const order = await paid();
    wechat.simulator.faults.requests.add('not-enough', '/receivers/add', 1);
    await later(61 * SECOND);
    await later(31 * SECOND);
    expect(await sharesOf(order.id)).toMatchObject([{ state: 'FAILED', reason: 'NO_RELATION' }]);
    await set({ shareReceiver: RECEIVER });
  });

  test('may be refused at all: then the money is the merchant’s again', async () => {
    const order = await paid();
    wechat.simulator.faults.requests.add('not-enough', '/profitsharing/orders');
    await later(61 * SECOND);
    expect(await sharesOf(order.id)).toMatchObject([{ state: 'FAILED', reason: 'NOT_ENOUGH' }]);
    expect(world().trades.get(numberOf(order))?.isShared).toBe(false);
  });

  test('is for those to see who take payments there, and for nobody else', async () => {
    const { id } = await paid();
    const { hq, waiter, cook, guest } = restaurant;
    expect(await sharesOf(id, waiter)).toHaveLength(1);
    expect(await sharesOf(id, hq)).toHaveLength(1);
    for (const who of [cook, guest]) expect(await sharesOf(id, who)).toBeNull();
  });
});

describe('what was handed over', () => {
  const openid = 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o';

  /** An order that was paid in the mini-program, cooked and served. */
  async function served(): Promise<Told> {
    const { id } = await counter.placed();
    const { action } = await pay(id, `openid:${openid}`);
    await wechat.simulator.payer.confirm(action);
    await counter.until(restaurant.guest, id, ({ state }) => state === 'PAID');
    await app.settled();
    await counter.cookTo(id, 'STARTED', 'READY', 'SERVED');
    return counter.order(restaurant.guest, id);
  }

  test('of the mini-program is reported once; of a QR code it is not', async () => {
    const order = await served();
    const byCode = await paid();
    await counter.cookTo(byCode.id, 'STARTED', 'READY', 'SERVED');
    for (let times = 0; times < 3; times++) await app.runJob('wechat-pay.reportShipping');
    expect([...world().shipped]).toEqual([[numberOf(order), { openid, times: 1 }]]);
  });

  test('a token that is not good any more is replaced, and a server that does not answer is asked later', async () => {
    world().tokens.clear();
    const order = await served();
    wechat.simulator.faults.requests.add('lost-reply', '/wxa/', 1);
    await app.runJob('wechat-pay.reportShipping');
    await app.runJob('wechat-pay.reportShipping');
    expect(world().shipped.get(numberOf(order))?.openid).toBe(openid);
  });
});

describe('the bill of a day', () => {
  const BILL = 'day paid refunded differences { kind subject number ours theirs payment { id } }';
  const COMPARE = `mutation ($day: Date!) { compareWeChatPayBill(input: { day: $day }) { ${BILL} } }`;
  const compare = async () => (await app.ask(COMPARE, { day: DAY }, restaurant.hq.token)).compareWeChatPayBill;
  let good: Told;
  let back: Told;

  beforeAll(async () => {
    good = await paid();
    back = await paid();
    await counter.cancel(restaurant.guest, back.id);
    await later(6 * SECOND);
    // One that was taken back stands there twice, and comes to nothing.
    const { id } = await counter.placed();
    await pay(id, paymentCode(6));
    const number = numberOf(await counter.order(restaurant.guest, id));
    const trade = world().trades.get(number);
    if (trade) Object.assign(trade, { paidAt: clock.now() });
    clock.advance(31 * SECOND);
    await app.runJob('wechat-pay.watchCodes');
    await app.settled();
  });

  test('is not there before ten o’clock of the next', async () => {
    const { errors } = await app.graph(COMPARE, { day: DAY }, restaurant.hq.token);
    expect(errors?.[0]?.extensions.code).toBe('UNAVAILABLE');
    await app.runJob('wechat-pay.compareBills');
    const read = `query ($day: Date!) { weChatPayBill(day: $day) { ${BILL} } }`;
    expect((await app.ask(read, { day: DAY }, restaurant.hq.token)).weChatPayBill).toBeNull();
  });

  test('is compared by itself, and is the same as our books to the fen', async () => {
    await nextDay();
    await app.runJob('wechat-pay.compareBills');
    const read = `query ($day: Date!) { weChatPayBill(day: $day) { ${BILL} } }`;
    const { weChatPayBill: bill } = await app.ask(read, { day: DAY }, restaurant.hq.token);
    expect(bill).toMatchObject({ day: DAY, differences: [] });
    const trades = [...world().trades.values()].filter(({ paidAt, state }) => paidAt && state !== 'REVOKED');
    expect(bill.paid).toBe(trades.reduce((sum, { total }) => sum + total, 0));
    expect(bill.refunded).toBe([...world().refunds.values()].reduce((sum, { refund }) => sum + refund, 0));
    expect(bill.refunded).toBeGreaterThan(0);
  });

  test('names every difference, each with the payment that it is about', async () => {
    const { billChanges } = wechat.simulator;
    const [refund] = [...world().refunds.values()].filter(({ outTradeNo }) => outTradeNo === numberOf(back));
    const another = [...world().trades.values()].find(
      ({ outTradeNo, state }) => state === 'SUCCESS' && outTradeNo !== numberOf(good),
    );
    billChanges.amounts.set(numberOf(good), 1);
    billChanges.without.add(refund?.outRefundNo ?? '').add(another?.outTradeNo ?? '');
    billChanges.more.push(['ofanothersystem', 990]);
    const { differences } = await compare();
    expect(differences).toHaveLength(4);
    expect(differences).toEqual(
      expect.arrayContaining([
        {
          kind: 'AMOUNT',
          subject: 'PAYMENT',
          number: numberOf(good),
          ours: good.total,
          theirs: 1,
          payment: { id: good.payments[0].id },
        },
        { kind: 'NOT_HERE', subject: 'PAYMENT', number: 'ofanothersystem', ours: null, theirs: 990, payment: null },
        {
          kind: 'NOT_THERE',
          subject: 'PAYMENT',
          number: another?.outTradeNo,
          ours: another?.total,
          theirs: null,
          payment: { id: expect.any(String) },
        },
        {
          kind: 'NOT_THERE',
          subject: 'REFUND',
          number: refund?.outRefundNo,
          ours: back.total,
          theirs: null,
          payment: { id: back.payments[0].id },
        },
      ]),
    );
    billChanges.more.length = 0;
    billChanges.amounts.clear();
    billChanges.without.clear();
    expect((await compare()).differences).toEqual([]);
  });

  test('is headquarters’ alone', async () => {
    const manager = await staff(app, restaurant.hq, 'MANAGER', [restaurant.shop.storeId]);
    const refused = async (token?: string) =>
      (await app.graph(COMPARE, { day: DAY }, token)).errors?.[0]?.extensions.code;
    expect(await refused(manager.token)).toBe('FORBIDDEN');
    expect(await refused()).toBe('UNAUTHENTICATED');
  });
});
