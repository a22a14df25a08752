import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { modules } from '../../cli/modules.ts';
import { SECOND } from '../../kernel/clock.ts';
import { type App, startApp, testClock } from '../app.ts';
import { type Counter, counterOf, openRestaurant, type Restaurant, type Told } from '../counter.ts';
import { startWechat, type Wechat } from '../wechat-pay.ts';

const clock = testClock();
let wechat: Wechat;
let app: App;
let restaurant: Restaurant;
let counter: Counter;

beforeAll(async () => {
  wechat = await startWechat(clock);
  app = await startApp({ modules, clock, environment: await wechat.environment() });
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
const order = (id: string) => counter.order(restaurant.guest, id);
const until = (id: string, state: string) => counter.until(restaurant.guest, id, (now) => now.state === state);
/** What is left open is asked about. */
const recover = async () => {
  clock.advance(20 * SECOND);
  await app.runJob('orders.recover');
};
const trades = () => [...wechat.simulator.world.trades.values()];

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
    const trade = trades().find(({ outTradeNo }) => outTradeNo === pending.payment.id.replaceAll('-', ''));
    expect(paid.payments).toMatchObject([
      { provider: 'wechat-pay', state: 'SUCCEEDED', amount: total, reference: trade?.transactionId },
    ]);
    expect(trade).toMatchObject({ total, state: 'SUCCESS', type: 'NATIVE' });
    expect(wechat.simulator.callbacks.delivered.at(-1)).toEqual({ status: 204, body: '' });
  });
});
