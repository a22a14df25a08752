import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { modules } from '../../cli/modules.ts';
import { MINUTE, SECOND } from '../../kernel/clock.ts';
import { newId } from '../../kernel/ids.ts';
import { settleRefund } from '../../plugins/wechat-pay/simulator/refunds.ts';
import type { SimulatedRefund, SimulatedTrade } from '../../plugins/wechat-pay/simulator/world.ts';
import { PaymentProvider } from '../../subgraphs/orders/ports.ts';
import { type App, startApp, testClock } from '../app.ts';
import { paymentCode, startWechat, type Wechat } from '../wechat-pay.ts';

const clock = testClock();
let wechat: Wechat;
let app: App;
let provider: PaymentProvider;

beforeAll(async () => {
  wechat = await startWechat(clock, { settlesAfter: MINUTE });
  const some = modules.filter(({ name }) => ['menu', 'wechat-pay'].includes(name));
  app = await startApp({ modules: some, clock, environment: await wechat.environment() });
  wechat.callbacksTo(app);
  provider = (await app.product.running.ports.find(PaymentProvider, 'wechat-pay')) as PaymentProvider;
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await wechat[Symbol.asyncDispose]();
});
afterEach(() => wechat.simulator.faults.clear());

const number = (id: string) => id.replaceAll('-', '');
const trade = (id: string) => wechat.simulator.world.trades.get(number(id)) as SimulatedTrade;
const refunds = (id: string) =>
  [...wechat.simulator.world.refunds.values()].filter(({ outTradeNo }) => outTradeNo === number(id));
const request = (instrument: string | null = paymentCode(), more: object = {}) => ({
  paymentId: newId(),
  orderId: newId(),
  storeId: newId(),
  amount: 10_000,
  currency: 'CNY',
  description: 'Lunch',
  expiresAt: clock.now() + 15 * MINUTE,
  instrument,
  ...more,
});
async function paid() {
  const asked = request();
  expect(await provider.charge(asked)).toMatchObject({ outcome: 'succeeded' });
  return asked.paymentId;
}
const back = (paymentId: string, amount: number, refundId = newId()) =>
  provider.refund({ refundId, paymentId, amount, currency: 'CNY' });
/** A minute later refunds have come to their end. */
const later = async () => {
  clock.advance(MINUTE);
  await wechat.simulator.tick();
};

describe('refunds', () => {
  test('in parts, as many as one likes, until nothing is left', async () => {
    const paymentId = await paid();
    const parts = [1, 2_500, 2_500, 4_999].map((amount) => ({ refundId: newId(), amount }));
    for (const { refundId, amount } of parts)
      expect(await back(paymentId, amount, refundId)).toEqual({ outcome: 'pending' });
    expect(await back(paymentId, 1)).toEqual({ outcome: 'failed', reason: 'More than was taken.' });
    await later();
    for (const { refundId, amount } of parts)
      expect(await back(paymentId, amount, refundId)).toEqual({ outcome: 'succeeded' });
    expect(refunds(paymentId).map(({ refund }) => refund)).toEqual([1, 2_500, 2_500, 4_999]);
  });

  test('many at once of one payment give back no more than was taken', async () => {
    const paymentId = await paid();
    const answers = await Promise.all(Array.from({ length: 6 }, () => back(paymentId, 2_500)));
    expect(answers.filter(({ outcome }) => outcome === 'pending')).toHaveLength(4);
    const refused = { outcome: 'failed', reason: 'More than was taken.' };
    expect(answers.filter(({ outcome }) => outcome === 'failed')).toEqual([refused, refused]);
    expect(refunds(paymentId).reduce((sum, { refund }) => sum + refund, 0)).toBe(10_000);
  });

  test('one that WeChat Pay closes is final, and what it held may be asked for anew', async () => {
    const paymentId = await paid();
    const refundId = newId();
    await back(paymentId, 10_000, refundId);
    for (const refund of refunds(paymentId)) await settleRefund(refund, 'CLOSED', wechat.simulator.simulation);
    expect(await back(paymentId, 10_000, refundId)).toMatchObject({
      outcome: 'failed',
      reason: expect.stringMatching(/closed/),
    });
    expect(await back(paymentId, 10_000)).toEqual({ outcome: 'pending' });
  });

  test('one that the payer’s account cannot take waits for a person at WeChat Pay, and is not given twice', async () => {
    const paymentId = await paid();
    const refundId = newId();
    await back(paymentId, 10_000, refundId);
    const [there] = refunds(paymentId);
    await settleRefund(there as SimulatedRefund, 'ABNORMAL', wechat.simulator.simulation);
    const trouble = expect.stringContaining('say at WeChat Pay to which account it is to go');
    expect(await back(paymentId, 10_000, refundId)).toEqual({ outcome: 'pending', trouble });
    expect(await back(paymentId, 1)).toMatchObject({ outcome: 'failed' });
    // A person says it: it is under way again, and comes to its end.
    Object.assign(there as SimulatedRefund, { status: 'PROCESSING' });
    expect(await back(paymentId, 10_000, refundId)).toEqual({ outcome: 'pending' });
    await later();
    expect(await back(paymentId, 10_000, refundId)).toEqual({ outcome: 'succeeded' });
    expect(refunds(paymentId)).toHaveLength(1);
  });

  test('a page of another server on the way says nothing of a payment or a refund', async () => {
    const { faults } = wechat.simulator;
    const waiting = request(null);
    expect(await provider.charge(waiting)).toMatchObject({ outcome: 'pending' });
    faults.requests.add('astray', '', 4);
    await expect(provider.query(waiting.paymentId)).rejects.toThrow('404 without a code');
    await expect(provider.close(waiting.paymentId)).rejects.toThrow('404 without a code');
    await wechat.simulator.payer.confirm(number(waiting.paymentId));
    expect(await provider.query(waiting.paymentId)).toMatchObject({ outcome: 'succeeded' });

    const refundId = newId();
    faults.requests.add('astray', '', 2);
    await expect(back(waiting.paymentId, 10_000, refundId)).rejects.toThrow('404 without a code');
    expect(await back(waiting.paymentId, 10_000, refundId)).toEqual({ outcome: 'pending' });
    await later();
    expect(await back(waiting.paymentId, 10_000, refundId)).toEqual({ outcome: 'succeeded' });
  });

  test('an account that has not enough is asked again, under the same number', async () => {
    const paymentId = await paid();
    const refundId = newId();
    wechat.simulator.faults.requests.add('not-enough', '/refunds');
    const trouble = 'WeChat Pay does not refund as things are: NOT_ENOUGH';
    expect(await back(paymentId, 10_000, refundId)).toEqual({ outcome: 'pending', trouble });
    expect(refunds(paymentId)).toEqual([]);
    expect(await back(paymentId, 10_000, refundId)).toEqual({ outcome: 'pending' });
    await later();
    expect(await back(paymentId, 10_000, refundId)).toEqual({ outcome: 'succeeded' });
    expect(refunds(paymentId)).toHaveLength(1);
  });

  test('one that was taken on, and is refused when it is asked for again in other words, is found as it is', async () => {
    const paymentId = await paid();
    const refundId = newId();
    wechat.simulator.faults.requests.add('lost-reply', '/refunds', 2);
    await expect(back(paymentId, 10_000, refundId)).rejects.toThrow('no answer');
    // As if the address for callbacks were another one since.
    for (const refund of refunds(paymentId)) refund.parameters = '';
    expect(await back(paymentId, 10_000, refundId)).toEqual({ outcome: 'pending' });
    await later();
    expect(await back(paymentId, 10_000, refundId)).toEqual({ outcome: 'succeeded' });
    expect(refunds(paymentId)).toHaveLength(1);
  });

  test('a merchant who is not believed for a while gives back when it is', async () => {
    const paymentId = await paid();
    const refundId = newId();
    const keys = await wechat.simulator.keys();
    const { merchant } = keys;
    await wechat.simulator.rotate('merchant', 'is revoked');
    const trouble = 'WeChat Pay does not refund as things are: SIGN_ERROR';
    expect(await back(paymentId, 10_000, refundId)).toEqual({ outcome: 'pending', trouble });
    keys.merchant = merchant;
    await back(paymentId, 10_000, refundId);
    await later();
    expect(await back(paymentId, 10_000, refundId)).toEqual({ outcome: 'succeeded' });
  });

  test('of what was never paid there is none', async () => {
    const asked = request(null);
    await provider.charge(asked);
    expect(await back(asked.paymentId, 100)).toMatchObject({ outcome: 'failed' });
    expect(await back(newId(), 100)).toMatchObject({ outcome: 'failed' });
  });
});

describe('charges', () => {
  test('the same code shown for the same payment by many at once takes money once', async () => {
    const asked = request();
    const answers = await Promise.all([1, 2, 3, 4].map(() => provider.charge(asked)));
    expect(answers.some(({ outcome }) => outcome === 'succeeded')).toBe(true);
    expect(await provider.charge(asked)).toMatchObject({ outcome: 'succeeded' });
    expect(trade(asked.paymentId)).toMatchObject({ state: 'SUCCESS', total: 10_000 });
  });

  test('closed while the request for a QR code is on its way: what arrives late is closed as well, and shown to nobody', async () => {
    const asked = request(null);
    wechat.simulator.faults.requests.add('late', '/native');
    const charging = provider.charge(asked);
    while (wechat.simulator.late() === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(await provider.close(asked.paymentId)).toEqual({ outcome: 'closed' });
    await wechat.simulator.arrive();
    expect(await charging).toMatchObject({ outcome: 'declined' });
    expect(trade(asked.paymentId).state).toBe('CLOSED');
    expect(await provider.query(asked.paymentId)).toEqual({ outcome: 'closed' });
  });

  test('a payer who is paying is not interrupted at once: closing cannot say yet, and then takes it back', async () => {
    const asked = request(paymentCode(6));
    expect(await provider.charge(asked)).toEqual({ outcome: 'pending' });
    await expect(provider.close(asked.paymentId)).rejects.toThrow('cannot be taken back yet');
    clock.advance(15 * SECOND);
    expect(await provider.close(asked.paymentId)).toEqual({ outcome: 'closed' });
    expect(trade(asked.paymentId).state).toBe('REVOKED');
  });

  test('a payer who has paid at that moment has paid', async () => {
    const asked = request(paymentCode(6));
    await provider.charge(asked);
    await wechat.simulator.payer.confirm(number(asked.paymentId));
    expect(await provider.close(asked.paymentId)).toMatchObject({ outcome: 'succeeded' });
    expect(trade(asked.paymentId).state).toBe('SUCCESS');
  });

  test('what ends before it was paid is closed there by itself', async () => {
    const asked = request(null, { expiresAt: clock.now() + 5 * MINUTE });
    expect(await provider.charge(asked)).toMatchObject({ outcome: 'pending' });
    clock.advance(5 * MINUTE + SECOND);
    expect(await provider.query(asked.paymentId)).toEqual({ outcome: 'closed' });
  });

  test('dollars are not taken', async () => {
    const asked = request(null, { currency: 'USD' });
    expect(await provider.charge(asked)).toMatchObject({ outcome: 'declined', reason: expect.stringMatching(/yuan/) });
    expect(trade(asked.paymentId)).toBeUndefined();
  });
});
