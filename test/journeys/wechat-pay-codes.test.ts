import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { modules } from '../../cli/modules.ts';
import { SECOND } from '../../kernel/clock.ts';
import type { SimulatedTrade } from '../../plugins/wechat-pay/simulator/world.ts';
import { type App, startApp, type TestClock, testClock } from '../app.ts';
import { type Counter, counterOf, openRestaurant, type Restaurant, type Told } from '../counter.ts';
import { paymentCode, startWechat, type Wechat } from '../wechat-pay.ts';

let clock: TestClock;
// Sessions last, and orders wait, for as long as the clock is put forward.
const usual = { ORDERS_HOLD_MINUTES: '5', MEMBERS_ACCESS_MINUTES: '120' };
let wechat: Wechat;
let app: App;
let restaurant: Restaurant;
let counter: Counter;

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

afterEach(() => wechat.simulator.faults.clear());

describe.each(['v3', 'v2'])('by the code on the diner’s telephone, in version %s of the protocol', (version) => {
  const place = version === 'v3' ? '/codepay' : '/micropay';

  beforeAll(async () => {
    clock = testClock();
    wechat = await startWechat(clock);
    const environment = { ...(await wechat.environment()), ...usual, WECHAT_PAY_CODE_PAYMENT: version };
    app = await startApp({ modules, clock, environment });
    restaurant = await openRestaurant(app);
    counter = counterOf(app, restaurant);
  });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await wechat[Symbol.asyncDispose]();
  });

  test('it is paid at once, once, however often the reply is lost', async () => {
    const { id, total } = await counter.placed();
    expect(await pay(id, paymentCode())).toMatchObject({ state: 'PAID', payments: [{ amount: total }] });

    for (const fault of ['lost-reply', 'error-after', 'hang-after'] as const) {
      const lost = await counter.placed();
      wechat.simulator.faults.requests.add(fault, place);
      // Paid by the time of the answer, where the job had its turn meanwhile.
      expect(['PaymentPending', 'Order']).toContain((await pay(lost.id, paymentCode())).__typename);
      await app.runJob('wechat-pay.watchCodes');
      await until(lost.id, 'PAID');
      expect(await tradesOf(lost.id)).toMatchObject([{ state: 'SUCCESS', total: lost.total }]);
    }
  });

  test('a request that never arrives is given up, and the order may be paid anew', async () => {
    const { id } = await counter.placed();
    wechat.simulator.faults.requests.add('hang', place);
    expect(await pay(id, paymentCode())).toMatchObject({ __typename: 'PaymentPending' });
    await recover();
    expect((await order(id)).payments).toMatchObject([{ state: 'CLOSED' }]);
    expect(await pay(id, paymentCode())).toMatchObject({ state: 'PAID' });
    expect(await tradesOf(id)).toHaveLength(1);
  });

  test('one that arrives after it was given up takes nothing: it is taken back', async () => {
    const { id } = await counter.placed();
    wechat.simulator.faults.requests.add('late', place);
    expect(await pay(id, paymentCode())).toMatchObject({ __typename: 'PaymentPending' });
    await recover();
    expect((await order(id)).payments).toMatchObject([{ state: 'CLOSED' }]);
    await wechat.simulator.arrive();
    expect(await tradesOf(id)).toMatchObject([{ state: 'SUCCESS' }]);
    clock.advance(20 * SECOND);
    await app.runJob('wechat-pay.watchCodes');
    expect(await tradesOf(id)).toMatchObject([{ state: 'REVOKED' }]);
    expect((await order(id)).state).toBe('AWAITING_PAYMENT');
  });

  test('the diner types in a password, and the order follows', async () => {
    const { id } = await counter.placed();
    const pending = await pay(id, paymentCode(6));
    expect(pending).toMatchObject({ __typename: 'PaymentPending', action: null });
    clock.advance(5 * SECOND);
    await app.runJob('wechat-pay.watchCodes');
    expect((await order(id)).state).toBe('AWAITING_PAYMENT');
    await wechat.simulator.payer.confirm((await tradesOf(id))[0]?.outTradeNo ?? '');
    await app.runJob('wechat-pay.watchCodes');
    await until(id, 'PAID');
  });

  test('the diner never types it in: after half a minute it is taken back, and the order may be paid anew', async () => {
    const { id } = await counter.placed();
    await pay(id, paymentCode(6));
    clock.advance(31 * SECOND);
    await app.runJob('wechat-pay.watchCodes');
    await counter.until(restaurant.guest, id, ({ payments }) => payments[0].state === 'CLOSED');
    expect(await tradesOf(id)).toMatchObject([{ state: 'REVOKED' }]);
    expect(await pay(id)).toMatchObject({ __typename: 'PaymentPending' });
  });

  test.each([
    ['of an empty account', () => paymentCode(7), /not enough money/],
    ['that has run out', () => paymentCode(8), /run out/],
    ['of Alipay', () => '280000000000000000', /not a payment code of WeChat Pay/],
    ['that is none', () => 'my telephone', /not a payment code of WeChat Pay/],
  ])('a code %s is declined in words', async (_, codeOf, reason) => {
    const code = codeOf();
    const { id } = await counter.placed();
    const declined = await pay(id, code);
    expect(declined).toMatchObject({ __typename: 'PaymentDeclined', reason: expect.stringMatching(reason) });
    expect(await pay(id, paymentCode())).toMatchObject({ state: 'PAID' });
  });

  test('a code is good for one order', async () => {
    const code = paymentCode();
    const [first, second] = [await counter.placed(), await counter.placed()];
    expect(await pay(first.id, code)).toMatchObject({ state: 'PAID' });
    expect(await pay(second.id, code)).toMatchObject({
      __typename: 'PaymentDeclined',
      reason: expect.stringMatching(/not valid/),
    });
  });
});
