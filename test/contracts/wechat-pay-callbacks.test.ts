import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { modules } from '../../cli/modules.ts';
import { MINUTE, SECOND } from '../../kernel/clock.ts';
import { type Keys, merchantKey, seal, signedHeaders } from '../../plugins/wechat-pay/simulator/keys.ts';
import { type App, startApp, testClock } from '../app.ts';
import { type Counter, counterOf, openRestaurant, type Restaurant, type Told } from '../counter.ts';
import { NOTIFY_URL, startWechat, type Wechat } from '../wechat-pay.ts';

const clock = testClock();
let wechat: Wechat;
let app: App;
let restaurant: Restaurant;
let counter: Counter;
let keys: Keys;
/** An order that waits for its payment by QR code, and its number at WeChat Pay. */
let waiting: { id: string; total: number; number: string; action: string };

beforeAll(async () => {
  wechat = await startWechat(clock);
  app = await startApp({ modules, clock, environment: await wechat.environment() });
  wechat.callbacksTo(app);
  keys = await wechat.simulator.keys();
  restaurant = await openRestaurant(app);
  counter = counterOf(app, restaurant);
  waiting = await asked();
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await wechat[Symbol.asyncDispose]();
});
afterEach(() => wechat.simulator.faults.clear());

async function asked() {
  const { id, total } = await counter.placed();
  const { payment, action } = await counter.pay(restaurant.guest, id, { provider: 'wechat-pay' });
  return { id, total, number: payment.id.replaceAll('-', ''), action };
}

/** What a callback about the waiting order tells. */
const told = (changes: object = {}) => ({
  mchid: '1900000109',
  appid: 'wx8888888888888888',
  out_trade_no: waiting.number,
  transaction_id: '4200000000000000000000000001',
  trade_type: 'NATIVE',
  trade_state: 'SUCCESS',
  success_time: new Date(clock.now()).toISOString(),
  amount: { total: waiting.total, payer_total: waiting.total, currency: 'CNY', payer_currency: 'CNY' },
  ...changes,
});
/** A callback's body, sealed with a key. */
const sealed = (plain: object | string, key = keys.apiV3Key, type = 'TRANSACTION.SUCCESS') => {
  const text = typeof plain === 'string' ? plain : JSON.stringify(plain);
  const resource = seal(text, key, 'transaction');
  return JSON.stringify({ id: randomUUID(), resource_type: 'encrypt-resource', event_type: type, resource });
};
const signed = (body: string, at = clock.now()) => signedHeaders(keys.platform[0] as Keys['platform'][0], body, at);
const send = (body: string, headers: Record<string, string> = signed(body)) =>
  wechat.simulator.callbacks.send(NOTIFY_URL, body, headers);

/** Everything that a callback could change: the order, and the plug-in's own tables. */
async function everything(): Promise<unknown> {
  const tables = ['wechat_trade', 'wechat_refund', 'wechat_callback', 'outbox_event'];
  const rows = await Promise.all(tables.map((table) => app.sql('wechat-pay', `select * from ${table}`)));
  return [await counter.order(restaurant.guest, waiting.id), ...rows];
}

describe('is refused in WeChat Pay’s own words, and changes nothing:', () => {
  const strangers = merchantKey();
  type Send = () => Promise<{ status: number; body: string }>;
  test.each<[what: string, status: number, Send]>([
    ['one that is not signed', 401, () => send(sealed(told()), {})],
    [
      'one that is signed by nobody we know',
      401,
      async () => {
        const body = sealed(told());
        return send(body, signedHeaders(await strangers, body, clock.now()));
      },
    ],
    [
      'one that is forged: a key that we know, and a signature that is not its',
      401,
      async () => {
        const body = sealed(told());
        const id = keys.platform[0]?.id ?? '';
        return send(body, signedHeaders({ ...(await strangers), id }, body, clock.now()));
      },
    ],
    [
      'one that was altered on its way',
      401,
      () => {
        const body = sealed(told());
        return send(body.replace('encrypt-resource', 'encrypt-Resource'), signed(body));
      },
    ],
    [
      'a probe',
      401,
      () => {
        const body = sealed(told());
        const headers = signed(body);
        const signature = `WECHATPAY/SIGNTEST/${headers['Wechatpay-Signature']}`;
        return send(body, { ...headers, 'Wechatpay-Signature': signature });
      },
    ],
    [
      'one that is older than five minutes',
      401,
      () => {
        const body = sealed(told());
        return send(body, signed(body, clock.now() - 5 * MINUTE - SECOND));
      },
    ],
    [
      'one from the future',
      401,
      () => {
        const body = sealed(told());
        return send(body, signed(body, clock.now() + 6 * MINUTE));
      },
    ],
    ['one of 70,000 bytes', 413, () => send(sealed(told({ attach: 'x'.repeat(52_000) })))],
    [
      'one that is a form',
      415,
      () => {
        const body = sealed(told());
        return send(body, { ...signed(body), 'content-type': 'application/x-www-form-urlencoded' });
      },
    ],
    ['one that is not JSON', 400, () => send('<xml/>')],
    ['one that is JSON and no callback', 400, () => send('{"id":"1"}')],
    ['one that is sealed with another key', 400, () => send(sealed(told(), 'f'.repeat(32)))],
    ['one that tells what is not JSON', 400, () => send(sealed('paid!'))],
    ['one that tells nothing', 400, () => send(sealed({}))],
    ['one of another merchant', 400, () => send(sealed(told({ mchid: '1900000110' })))],
    ['one of another app', 400, () => send(sealed(told({ appid: 'wx1' })))],
    ['one of a payment that we do not have', 404, () => send(sealed(told({ out_trade_no: 'f'.repeat(32) })))],
    ['one of another amount', 400, () => send(sealed(told({ amount: { total: 1, currency: 'CNY' } })))],
    ['one of another currency', 400, () => send(sealed(told({ amount: { total: waiting.total, currency: 'USD' } })))],
    ['one that names no amount', 400, () => send(sealed(told({ amount: undefined })))],
    [
      'one of a refund that we do not have',
      404,
      () =>
        send(
          sealed(
            {
              mchid: '1900000109',
              out_trade_no: waiting.number,
              out_refund_no: 'f'.repeat(32),
              refund_status: 'SUCCESS',
              amount: { total: 1, refund: 1 },
            },
            keys.apiV3Key,
            'REFUND.SUCCESS',
          ),
        ),
    ],
  ])('%s (%i)', async (_, status, request) => {
    const before = await everything();
    const answer = await request();
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toEqual({ code: 'FAIL', message: expect.any(String) });
    await app.settled();
    expect(await everything()).toEqual(before);
  });

  test('one that was taken before, byte for byte', async () => {
    const body = sealed(told({ trade_state: 'NOTPAY' }));
    const headers = signed(body);
    expect((await send(body, headers)).status).toBe(204);
    await app.settled();
    const before = await everything();
    expect(await send(body, headers)).toMatchObject({ status: 409, body: expect.stringContaining('replayed') });
    await app.settled();
    expect(await everything()).toEqual(before);
  });
});

test('a callback that lies about a payment, although it is signed, makes nobody pay: WeChat Pay is asked', async () => {
  expect((await send(sealed(told()))).status).toBe(204);
  await app.settled();
  await counter.order(restaurant.guest, waiting.id);
  clock.advance(20 * SECOND);
  await app.runJob('orders.recover');
  expect((await counter.order(restaurant.guest, waiting.id)).state).toBe('AWAITING_PAYMENT');
});

test('news that nobody waits for are taken, so that they are not sent again and again', async () => {
  expect((await send(sealed({ a: 1 }, keys.apiV3Key, 'PAYSCORE.USER_PAID'))).status).toBe(204);
});

test.each(['duplicate', 'reorder', 'wrong-signature', 'probe', 'skewed-clock', 'lost'] as const)(
  'callbacks that come %s: each order is paid once, and each refund is one',
  async (fault) => {
    const orders = [await asked(), await asked()];
    wechat.simulator.faults.callbacks.add(fault);
    for (const { action } of orders) await wechat.simulator.payer.confirm(action);
    // What was not taken is sent again, signed anew, by the platform's schedule.
    await wechat.simulator.callbacks.idle();
    clock.advance(16 * SECOND);
    await wechat.simulator.tick();
    for (const { id } of orders) await paidAt(id);
    wechat.simulator.faults.callbacks.add(fault);
    for (const { id } of orders) await counter.cancel(restaurant.guest, id);
    clock.advance(2 * SECOND);
    await wechat.simulator.tick();
    clock.advance(16 * SECOND);
    await wechat.simulator.tick();
    for (const { id, total } of orders) {
      const order = await counter.until(restaurant.guest, id, ({ payments }) => payments[0].state === 'REFUNDED');
      expect(order).toMatchObject({ state: 'CANCELLED', payments: [{ amount: total, refunded: total }] });
    }
    const events = await app.sql<{ subject: string }>('wechat-pay', 'select subject from wechat_callback');
    for (const { number } of orders) expect(events.some(({ subject }) => subject === number)).toBe(true);
  },
);

const paidAt = (id: string): Promise<Told> => counter.until(restaurant.guest, id, ({ state }) => state === 'PAID');

test('a callback that races with the order’s own question: one payment', async () => {
  const { id, action } = await asked();
  clock.advance(20 * SECOND);
  const confirming = wechat.simulator.payer.confirm(action);
  await Promise.all([confirming, app.runJob('orders.recover'), app.runJob('orders.recover')]);
  const { version, payments } = await paidAt(id);
  expect(payments).toHaveLength(1);
  await wechat.simulator.callbacks.idle();
  await app.settled();
  expect((await counter.order(restaurant.guest, id)).version).toBe(version);
});
