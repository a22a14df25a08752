import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { counterOf, type Told } from '../counter.ts';
import { diner } from '../people.ts';
import { key } from '../shop.ts';
import { paymentCode, startWechat, type Wechat } from '../wechat-pay.ts';
import { honest } from './honest.ts';
import { type Mortal, startMortal } from './mortal.ts';
import { appOf } from './opening.ts';

/**
 * The power goes at each point at which the product or the plug-in has written something down, or is about to, while WeChat
 * Pay goes on beside it. WECHAT_CRASHES=all tries every point; otherwise some, which are others for each manner of paying.
 */
const POINT =
  /orders calls (charge|query|close|refund)|commit of (wechat-pay|orders)|applies (payment|refund)\.reported/;
const SOME = 3;

let wechat: Wechat;
let mortal: Mortal;

beforeAll(async () => {
  mortal = await startMortal(async (now) => {
    wechat = await startWechat({ now }, { settlesAfter: 0 });
    const known = await wechat.environment();
    return { ...known, MEMBERS_ACCESS_MINUTES: '120', ORDERS_HOLD_MINUTES: '1000' };
  });
  wechat.callbacksTo(mortal.hosts);
}, 60_000);
afterAll(async () => {
  await mortal[Symbol.asyncDispose]();
  await wechat[Symbol.asyncDispose]();
});

/** A diner orders, pays and cancels, and asks again whenever there is no answer: what the order has come to. */
async function visit(instrument: () => string | null): Promise<Told> {
  const { hosts, restaurant, back } = mortal;
  const app = appOf(honest({ url: () => hosts.url }));
  const guest = await diner(app, key());
  const counter = counterOf(app, { ...restaurant, guest });
  const { id: orderId } = await counter.placed();
  /** What is not certain is looked at again, as the product does by itself every few seconds. */
  const look = async () => {
    await back();
    for (const job of ['wechat-pay.watchCodes', 'orders.recover']) await hosts.runJob(job).catch(() => {});
    await back();
    await hosts.settled().catch(() => {});
  };
  for (let tries = 0; tries < 4; tries++) {
    const input = { idempotencyKey: key(), orderId, provider: 'wechat-pay', instrument: instrument() };
    let told: Told = await counter.run(guest, 'payOrder', input);
    for (let looks = 0; told.__typename === 'PaymentPending' && looks < 5; looks++) {
      if (told.action) await wechat.simulator.payer.confirm(told.action).catch(() => {});
      await look();
      told = await counter.run(guest, 'payOrder', input);
    }
    if (told.__typename === 'Order' || told === 'ORDER_NOT_PAYABLE') break;
  }
  expect((await counter.order(guest, orderId)).state).toBe('PAID');
  await counter.cancel(guest, orderId);
  for (let looks = 0; looks < 5; looks++) {
    const order = await counter.order(guest, orderId);
    if (order.payments.every(({ state }: Told) => state !== 'REFUNDING')) return order;
    await look();
  }
  return counter.order(guest, orderId);
}

/** What WeChat Pay has kept of an order, in fen, and how often it was paid. */
function atWechat({ payments }: Told) {
  const { trades, refunds } = wechat.simulator.world;
  const ours = payments.flatMap(({ id }: Told) => trades.get(id.replaceAll('-', '')) ?? []);
  const paid = ours.filter(({ state }: Told) => ['SUCCESS', 'REFUND'].includes(state));
  const given = [...refunds.values()].filter(({ outTradeNo }) =>
    ours.some((one: Told) => one.outTradeNo === outTradeNo),
  );
  const sum = (amounts: number[]) => amounts.reduce((total, amount) => total + amount, 0);
  return {
    kept: sum(paid.map(({ total }: Told) => total)) - sum(given.map(({ refund }) => refund)),
    refunds: given.length,
    payments: paid.length,
  };
}

test.each<[string, () => string | null, number]>([
  ['by QR code', () => null, 0],
  ['by the code on a telephone', () => paymentCode(), 1],
])(
  'paid %s and given back: wherever the power goes, money is taken once and comes back once',
  async (_, instrument, from) => {
    const moments = await mortal.momentsOf(POINT, async () => {
      expect(atWechat(await visit(instrument))).toEqual({ kept: 0, refunds: 1, payments: 1 });
    });
    const every = process.env['WECHAT_CRASHES'] === 'all' ? 1 : Math.ceil(moments.length / SOME);
    const found: unknown[] = [];
    for (const moment of moments.filter((_moment, index) => index % every === from % every)) {
      await mortal.tell(moment);
      const order = await visit(instrument);
      await mortal.tell({ live: true });
      const { state, payments } = order;
      const result = {
        state,
        given: payments.filter((one: Told) => one.state === 'REFUNDED').length,
        ...atWechat(order),
      };
      found.push({ ...moment, ...result });
      expect(found.at(-1)).toEqual({ ...moment, state: 'CANCELLED', given: 1, kept: 0, refunds: 1, payments: 1 });
    }
    expect(mortal.deaths()).toBeGreaterThan(0);
  },
  280_000,
);
