import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { modules } from '../../cli/modules.ts';
import { newId } from '../../kernel/ids.ts';
import { PaymentProvider } from '../../subgraphs/orders/ports.ts';
import { type App, startApp } from '../app.ts';
import { paymentCode, startWechat, type Wechat } from '../wechat-pay.ts';

/** The providers that come with the product; one that is added is put here, and keeps the port's promises too. */
const names = ['cash', 'demo', 'wechat-pay'];
/** What a payer shows who pays at once, where not nothing. */
const instruments: Record<string, () => string> = { 'wechat-pay': paymentCode };

let app: App;
let wechat: Wechat;
beforeAll(async () => {
  wechat = await startWechat({ now: Date.now }, { settlesAfter: 0 });
  const wanted = ['menu', 'cash-payment', 'demo-payment', 'wechat-pay'];
  app = await startApp({
    modules: modules.filter(({ name }) => wanted.includes(name)),
    environment: await wechat.environment(),
  });
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await wechat[Symbol.asyncDispose]();
});

const provider = async (name: string): Promise<PaymentProvider> => {
  const found = await app.product.running.ports.find(PaymentProvider, name);
  if (!found) throw new Error(`nobody provides ${name}`);
  return found;
};

const charge = (paymentId = newId(), instrument: string | null = null) => {
  return {
    paymentId,
    orderId: newId(),
    storeId: newId(),
    amount: 5600,
    currency: 'CNY',
    description: 'Lunch',
    expiresAt: null,
    instrument,
  };
};

describe.each(names)('%s keeps the promises of the port', (name) => {
  const paying = () => charge(newId(), instruments[name]?.() ?? null);

  test('a charge that is repeated, also at the same time, is one charge with one answer', async () => {
    const request = paying();
    const first = await (await provider(name)).charge(request);
    expect(first).toMatchObject({ outcome: 'succeeded', reference: expect.any(String) });
    const answers = await Promise.all([1, 2, 3].map(async () => (await provider(name)).charge(request)));
    expect(answers).toEqual([first, first, first]);
    expect(await (await provider(name)).query(request.paymentId)).toEqual(first);
  });

  test('closing what has succeeded says so', async () => {
    const request = paying();
    const taken = await (await provider(name)).charge(request);
    expect(await (await provider(name)).close(request.paymentId)).toEqual(taken);
    expect(await (await provider(name)).query(request.paymentId)).toEqual(taken);
  });

  test('what was closed takes no money afterwards, even when it is asked for only then', async () => {
    const request = charge();
    const closed = await (await provider(name)).close(request.paymentId);
    expect(await (await provider(name)).close(request.paymentId)).toEqual(closed);
    const late = await (await provider(name)).charge(request);
    // Where closing found the money taken already, the late charge finds the same; otherwise it is declined.
    expect(late.outcome).toBe(closed.outcome === 'closed' ? 'declined' : 'succeeded');
  });

  test('a refund that is repeated gives the money back once', async () => {
    const request = paying();
    await (await provider(name)).charge(request);
    const { paymentId, amount, currency } = request;
    const back = { refundId: newId(), paymentId, amount, currency };
    const answers = await Promise.all([1, 2, 3].map(async () => (await provider(name)).refund(back)));
    expect(answers).toEqual(Array(3).fill({ outcome: 'succeeded' }));
  });
});

describe('the demonstration', () => {
  const demo = () => provider('demo');

  test('gives back no more than it took', async () => {
    const request = charge();
    await (await demo()).charge(request);
    const back = { paymentId: request.paymentId, currency: 'CNY' };
    expect(await (await demo()).refund({ ...back, refundId: newId(), amount: 5000 })).toEqual({ outcome: 'succeeded' });
    expect(await (await demo()).refund({ ...back, refundId: newId(), amount: 601 })).toMatchObject({
      outcome: 'failed',
    });
    expect(await (await demo()).refund({ ...back, refundId: newId(), amount: 600 })).toEqual({ outcome: 'succeeded' });
  });

  test('declines, waits or loses its reply as the instrument says', async () => {
    const declined = charge(newId(), 'decline');
    expect(await (await demo()).charge(declined)).toMatchObject({ outcome: 'declined', reason: expect.any(String) });
    expect(await (await demo()).query(declined.paymentId)).toMatchObject({ outcome: 'declined' });

    const waiting = charge(newId(), 'pending');
    expect(await (await demo()).charge(waiting)).toMatchObject({ outcome: 'pending', action: expect.any(String) });
    expect(await (await demo()).query(waiting.paymentId)).toMatchObject({ outcome: 'succeeded' });

    const closed = charge(newId(), 'pending');
    await (await demo()).charge(closed);
    expect(await (await demo()).close(closed.paymentId)).toEqual({ outcome: 'closed' });
    expect(await (await demo()).query(closed.paymentId)).toEqual({ outcome: 'closed' });

    const lost = charge(newId(), 'lose-reply');
    await expect((await demo()).charge(lost)).rejects.toThrow();
    expect(await (await demo()).query(lost.paymentId)).toMatchObject({ outcome: 'succeeded' });

    expect(await (await demo()).query(newId())).toEqual({ outcome: 'none' });
  });
});
