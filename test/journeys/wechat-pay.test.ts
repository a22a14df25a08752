import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { modules } from '../../cli/modules.ts';
import { MINUTE, SECOND } from '../../kernel/clock.ts';
import type { SimulatedTrade } from '../../plugins/wechat-pay/simulator/world.ts';
import { type App, startApp, testClock } from '../app.ts';
import { type Counter, counterOf, openRestaurant, type Restaurant, type Told } from '../counter.ts';
import { key } from '../shop.ts';
import { startWechat, type Wechat } from '../wechat-pay.ts';

const clock = testClock();
// Sessions last, and orders wait, for as long as the clock is put forward.
const usual = { ORDERS_HOLD_MINUTES: '5', MEMBERS_ACCESS_MINUTES: '120' };
let wechat: Wechat;
let app: App;
let restaurant: Restaurant;
let counter: Counter;

beforeAll(async () => {
  wechat = await startWechat(clock);
  app = await startApp({ modules, clock, environment: { ...(await wechat.environment()), ...usual } });
  wechat.callbacksTo(app);
  restaurant = await openRestaurant(app);
  counter = counterOf(app, restaurant);
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await wechat[Symbol.asyncDispose]();
});
afterEach(() => wechat.simulator.faults.clear());

const pay = (orderId: string, instrument: string | null = null, more: object = {}): Promise<Told> =>
  counter.pay(restaurant.guest, orderId, { provider: 'wechat-pay', instrument, ...more });
const world = () => wechat.simulator.world;
const numberOf = (id: string) => id.replaceAll('-', '');
const order = (id: string) => counter.order(restaurant.guest, id);
const until = (id: string, state: string) => counter.until(restaurant.guest, id, (now) => now.state === state);
/** What is left open is asked about. */
const recover = async () => {
  clock.advance(20 * SECOND);
  await app.runJob('orders.recover');
};
/** What WeChat Pay has on its books for an order's payments, the first one first. */
const tradesOf = async (id: string): Promise<SimulatedTrade[]> =>
  (await order(id)).payments.flatMap((payment: Told) => world().trades.get(numberOf(payment.id)) ?? []);
const refundsOf = async (id: string) => {
  const numbers = (await tradesOf(id)).map(({ outTradeNo }) => outTradeNo);
  return [...world().refunds.values()].filter(({ outTradeNo }) => numbers.includes(outTradeNo));
};
/** An order that is paid by QR code. */
async function paid(): Promise<Told> {
  const { id } = await counter.placed();
  await wechat.simulator.payer.confirm((await pay(id)).action);
  return until(id, 'PAID');
}
/** An order whose money is back, after what WeChat Pay takes for it. */
async function givenBack(id: string): Promise<Told> {
  // WeChat Pay may not have heard of it yet: each look is a question to the product.
  while ((await refundsOf(id)).length === 0);
  clock.advance(2 * SECOND);
  await wechat.simulator.tick();
  return counter.until(restaurant.guest, id, ({ payments }) => payments[0].state === 'REFUNDED');
}

describe('by QR code', () => {
  test('the diner scans, WeChat Pay says so, and the order is paid by what it answers when it is asked', async () => {
    const { id, total } = await counter.placed();
    const pending = await pay(id);
    expect(pending).toMatchObject({
      __typename: 'PaymentPending',
      action: expect.stringMatching(/^weixin:\/\/wxpay\/bizpayurl\?pr=\d+$/),
    });
    expect((await order(id)).state).toBe('AWAITING_PAYMENT');
    await wechat.simulator.payer.confirm(pending.action);
    const paid = await until(id, 'PAID');
    const [trade] = await tradesOf(id);
    expect(paid.payments).toMatchObject([
      { provider: 'wechat-pay', state: 'SUCCEEDED', amount: total, reference: trade?.transactionId },
    ]);
    expect(trade).toMatchObject({ total, state: 'SUCCESS', type: 'NATIVE' });
    expect(wechat.simulator.callbacks.delivered.at(-1)).toEqual({ status: 204, body: '' });
  });

  test('the answer with the code is lost: the diner asks again with the same key and is given it, of the same trade', async () => {
    wechat.simulator.faults.requests.add('lost-reply', '/native', 2);
    const { id } = await counter.placed();
    const idempotencyKey = key();
    const lost = await pay(id, null, { idempotencyKey });
    expect(lost).toMatchObject({ __typename: 'PaymentPending', action: null });
    await recover();
    const found = await pay(id, null, { idempotencyKey });
    expect(found.payment).toEqual(lost.payment);
    expect(await tradesOf(id)).toHaveLength(1);
    await wechat.simulator.payer.confirm(found.action);
    await until(id, 'PAID');
  });

  test('WeChat Pay has a moment of trouble: it is asked again, at once', async () => {
    for (const fault of ['error', 'busy', 'error-after', 'lost-reply', 'hang', 'hang-after'] as const) {
      const { id } = await counter.placed();
      wechat.simulator.faults.requests.add(fault, '/native');
      expect((await pay(id)).action).toMatch(/^weixin:/);
      expect(await tradesOf(id)).toHaveLength(1);
      await counter.cancel(restaurant.guest, id);
    }
  });

  test('no callback ever comes: the order is paid all the same, since WeChat Pay is asked', async () => {
    wechat.simulator.faults.callbacks.add('lost', '', 100);
    const { id } = await counter.placed();
    const { action } = await pay(id);
    await wechat.simulator.payer.confirm(action);
    await recover();
    expect((await order(id)).state).toBe('PAID');
  });

  test('an answer that is not signed, or signed long ago, is not believed, and neither is one of another amount', async () => {
    const { id } = await counter.placed();
    const { action } = await pay(id);
    wechat.simulator.faults.callbacks.add('lost', '', 100);
    await wechat.simulator.payer.confirm(action);
    for (const fault of ['wrong-signature', 'skewed-clock'] as const) {
      wechat.simulator.faults.requests.add(fault, '/out-trade-no/');
      await recover();
      expect((await order(id)).state).toBe('AWAITING_PAYMENT');
    }
    const [trade] = await tradesOf(id);
    if (!trade) throw new Error('there is no trade');
    trade.total += 1;
    await recover();
    expect((await order(id)).state).toBe('AWAITING_PAYMENT');
    trade.total -= 1;
    await recover();
    expect((await order(id)).state).toBe('PAID');
  });

  test('an order that is cancelled or let go of is closed there: nobody pays it any more', async () => {
    const { id } = await counter.placed();
    const { action } = await pay(id);
    expect(await counter.cancel(restaurant.guest, id)).toMatchObject({ state: 'CANCELLED' });
    await expect(wechat.simulator.payer.confirm(action)).rejects.toThrow('CLOSED');

    const late = await counter.placed();
    await pay(late.id);
    expect((await tradesOf(late.id))[0]?.expiresAt).toBe(Math.floor(Date.parse(late.expiresAt) / SECOND) * SECOND);
    clock.advance(6 * MINUTE);
    await app.runJob('orders.closeOverdue');
    expect(await order(late.id)).toMatchObject({ state: 'EXPIRED', payments: [{ state: 'CLOSED' }] });
  });

  test('paid at the moment at which it is cancelled: the money goes back', async () => {
    const { id, total } = await counter.placed();
    const { action } = await pay(id);
    wechat.simulator.faults.callbacks.add('lost', '', 100);
    await wechat.simulator.payer.confirm(action);
    expect(await counter.cancel(restaurant.guest, id)).toMatchObject({ state: 'CANCELLED' });
    wechat.simulator.faults.clear();
    const refunded = await givenBack(id);
    expect(refunded.payments).toMatchObject([{ state: 'REFUNDED', refunded: total }]);
  });
});

describe('giving back', () => {
  test('WeChat Pay takes its time, and says when the money is back', async () => {
    const { id, total } = await paid();
    expect(await counter.cancel(restaurant.guest, id)).toMatchObject({ payments: [{ state: 'REFUNDING' }] });
    expect((await givenBack(id)).payments).toMatchObject([{ state: 'REFUNDED', refunded: total }]);
    expect(await refundsOf(id)).toMatchObject([{ status: 'SUCCESS', refund: total }]);
  });

  test.each(['error', 'error-after', 'hang', 'hang-after', 'lost-reply', 'wrong-signature'] as const)(
    'nobody knows what came of it (%s): asked again under the same number, it goes back once',
    async (fault) => {
      const { id, total } = await paid();
      wechat.simulator.faults.requests.add(fault, '/refunds', 2);
      wechat.simulator.faults.callbacks.add('lost', '', 100);
      await counter.cancel(restaurant.guest, id);
      expect(await order(id)).toMatchObject({ state: 'CANCELLED', payments: [{ state: 'REFUNDING', refunded: 0 }] });
      for (let times = 0; times < 3; times++) {
        await recover();
        await wechat.simulator.tick();
      }
      expect((await order(id)).payments).toMatchObject([{ state: 'REFUNDED', refunded: total }]);
      expect(await refundsOf(id)).toMatchObject([{ refund: total }]);
    },
  );
});

describe('money that comes too late', () => {
  test('of a payment that was closed before WeChat Pay had even heard of it: it goes back by itself', async () => {
    const { id, total } = await counter.placed();
    wechat.simulator.faults.requests.add('late', '/native', 2);
    expect(await pay(id)).toMatchObject({ __typename: 'PaymentPending', action: null });
    expect(await counter.cancel(restaurant.guest, id)).toMatchObject({ payments: [{ state: 'CLOSED' }] });
    await wechat.simulator.arrive();
    const [trade] = await tradesOf(id);
    await wechat.simulator.payer.confirm(trade?.outTradeNo ?? '');
    await counter.until(restaurant.guest, id, ({ payments }) => payments[0].state === 'REFUNDING');
    expect((await givenBack(id)).payments).toMatchObject([{ state: 'REFUNDED', refunded: total }]);
  });
});

describe('in the mini-program', () => {
  test('the diner is given what wx.requestPayment takes, and its word that it was paid counts for nothing', async () => {
    const { id, total } = await counter.placed();
    const { action } = await pay(id, 'openid:oUpF8uMuAJO_M2pxb1Q9zNjWeS6o');
    const asked = JSON.parse(action);
    expect(Object.keys(asked).sort()).toEqual(['nonceStr', 'package', 'paySign', 'signType', 'timeStamp']);
    await recover();
    expect((await order(id)).state).toBe('AWAITING_PAYMENT');
    await wechat.simulator.payer.confirm(asked.package);
    await until(id, 'PAID');
    expect(await tradesOf(id)).toMatchObject([{ type: 'JSAPI', openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o', total }]);
  });
});
