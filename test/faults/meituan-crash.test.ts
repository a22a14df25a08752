import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { MINUTE } from '../../kernel/clock.ts';
import type { SimulatedOrder } from '../../plugins/meituan/simulator/world.ts';
import { type Counter, counterOf, type Told } from '../counter.ts';
import { bookOf, food, type Meituan, SHOP, setMeituan, startMeituan } from '../meituan.ts';
import { signInStaff } from '../people.ts';
import { refundLines } from '../refunds.ts';
import { write } from '../shop.ts';
import { honest } from './honest.ts';
import { type Mortal, startMortal } from './mortal.ts';
import { appOf } from './opening.ts';

/**
 * The power goes at each point at which the product or the plug-in has written something down, or is about to, while
 * Meituan goes on beside it. MEITUAN_CRASHES=all tries every point; otherwise some, which are others for each story.
 */
const POINT =
  /orders calls (charge|query|close|refund|tell)|commit of (meituan|orders)|meituan asks orders|applies (payment\.reported|refund\.reported|kitchen\.progressed)/;
const SOME = 4;

let meituan: Meituan;
let mortal: Mortal;
let counter: Counter;
let book: ReturnType<typeof bookOf>;
let stockItemId: string;
let app: ReturnType<typeof appOf>;

beforeAll(async () => {
  mortal = await startMortal(async (now) => {
    meituan = await startMeituan({ now }, { confirmsWithin: 1_000 * MINUTE, waits: Array(1_000).fill(0) });
    const usual = { MEMBERS_ACCESS_MINUTES: '120', ORDERS_HOLD_MINUTES: '1000', MEITUAN_CONFIRM_MINUTES: '60' };
    return { ...meituan.environment, ...usual };
  });
  const { hosts, restaurant } = mortal;
  meituan.pushesTo(hosts);
  app = {
    ...appOf(honest({ url: () => hosts.url })),
    // It may be away for a moment: what is not done now is done at the next look.
    runJob: (name: string) => hosts.runJob(name).catch(() => {}),
    settled: () => hosts.settled().catch(() => {}),
  };
  restaurant.hq = await signInStaff(app, 'Head Office', '123456');
  restaurant.cook = restaurant.hq;
  counter = counterOf(app, restaurant);
  book = bookOf(app, restaurant);
  await setMeituan(app, restaurant, { shopCode: SHOP });
  stockItemId = await counter.keep(restaurant.noodles, 1_000);
}, 60_000);
afterAll(async () => {
  await mortal[Symbol.asyncDispose]();
  await meituan[Symbol.asyncDispose]();
});

/** What is not certain is looked at again, as the product does by itself every few seconds. */
async function look(): Promise<void> {
  const { hosts, back } = mortal;
  await back();
  await meituan.simulator.tick();
  for (const job of ['meituan.workOff', 'orders.recover', 'orders.tellPlatforms'])
    await hosts.runJob(job).catch(() => {});
  await back();
  await hosts.settled().catch(() => {});
}

/** The order as soon as it has come so far, in some looks; else as it stands then. */
async function until(there: SimulatedOrder, hasCome: (order: Told) => boolean): Promise<Told> {
  let order: Told;
  for (let looks = 0; looks < 6; looks++) {
    await look();
    const all = await book.all(there.orderNo);
    expect(all.length).toBeLessThan(2);
    [order] = all;
    if (order && hasCome(order)) break;
  }
  return order;
}

/** A diner orders two noodles, which lands in the book and is paid. */
async function ordered(): Promise<[SimulatedOrder, Told]> {
  await mortal.back();
  const foods = [food(mortal.restaurant.noodles, 2600, { quantity: 2 })];
  const there = await meituan.simulator.diner.order({ shop: SHOP, foods, shippingFee: 500 });
  return [there, await until(there, ({ state, tickets }) => state === 'PAID' && tickets.length > 0)];
}

/** What has become of an order here and there, and how much stock it has taken. */
async function cancelledByTheStore(): Promise<unknown> {
  const [before] = await counter.stock(stockItemId);
  const [there, { id }] = await ordered();
  await counter.cancel(mortal.restaurant.hq, id, { idempotencyKey: `cancel ${id}` });
  const { state, payments } = await until(there, (order) => order.payments.at(-1)?.state === 'REFUNDED');
  await look();
  const [after, reserved] = await counter.stock(stockItemId);
  const money = payments.filter((one: Told) => one.state !== 'CLOSED').map((one: Told) => one.state);
  return { state, money, status: there.status, confirmed: there.confirmed, took: before - after, reserved };
}

async function cancelledByTheDiner(): Promise<unknown> {
  const [before] = await counter.stock(stockItemId);
  const [there] = await ordered();
  await meituan.simulator.diner.cancel(there.orderNo);
  const { state, payments } = await until(there, (order) => order.payments.at(-1)?.state === 'REFUNDED');
  await look();
  const [after, reserved] = await counter.stock(stockItemId);
  const money = payments.filter((one: Told) => one.state !== 'CLOSED').map((one: Told) => one.state);
  return { state, money, status: there.status, confirmed: there.confirmed, took: before - after, reserved };
}

async function cooked(): Promise<unknown> {
  const [before] = await counter.stock(stockItemId);
  const [there, { id }] = await ordered();
  await counter.cookTo(id, 'STARTED', 'READY');
  const { state, payments } = await until(there, (order) => order.state === 'READY' && there.isPrepared);
  await look();
  const [after, reserved] = await counter.stock(stockItemId);
  const money = payments.filter((one: Told) => one.state !== 'CLOSED').map((one: Told) => one.state);
  const { status, confirmed, isPrepared } = there;
  return { state, money, status, confirmed, isPrepared, took: before - after, reserved };
}

/** What is left of an order that staff, or a diner's wish, or the service has taken a portion of. */
async function inPart(begin: (there: SimulatedOrder, order: Told) => Promise<unknown>): Promise<unknown> {
  const [there, order] = await ordered();
  await begin(there, order);
  const { state, payments } = await until(there, (one) => one.payments.some((paid: Told) => paid.refunded > 0));
  // A second one would show by now.
  await look();
  const money = payments.filter((one: Told) => one.state !== 'CLOSED').map((one: Told) => [one.state, one.refunded]);
  return { state, money, status: there.status, parts: there.parts.map((part) => [part.state, part.money]) };
}

const byTheStore = () =>
  inPart(async (_, { id, lines }) => {
    const [{ id: lineId }] = lines;
    // The key is the same however often it is sent.
    const input = { idempotencyKey: `part of ${id}`, orderId: id, lines: [{ lineId, quantity: 1 }] };
    await refundLines(app, mortal.restaurant.hq, input);
  });
const byTheDiner = () =>
  inPart(async (there, { id }) => {
    await meituan.simulator.diner.wantPart(there.orderNo);
    const asked = await until(there, ({ delivery }) => delivery.refundRequest !== null);
    expect(asked.delivery.refundRequest).toMatchObject({ amount: 2600 });
    const input = { idempotencyKey: `yes to ${id}`, orderId: id, agree: true };
    await write(app, mortal.restaurant.hq, 'answerRefundRequest', 'AnswerRefundRequestInput', input, 'id');
  });
const byTheService = () => inPart(({ orderNo }) => meituan.simulator.diner.serviceRefunds(orderNo));

const partly = { state: 'PAID', money: [['SUCCEEDED', 2600]], status: 4, parts: [['AGREED', 2600]] };
const off = { state: 'CANCELLED', money: ['REFUNDED'], status: 9, confirmed: 1, took: 0, reserved: 0 };
const ready = { state: 'READY', money: ['SUCCEEDED'], status: 4, confirmed: 1, isPrepared: true, took: 2, reserved: 0 };

test.each<[string, () => Promise<unknown>, object, number]>([
  ['cancelled by the store', cancelledByTheStore, off, 0],
  ['cancelled by the diner', cancelledByTheDiner, off, 1],
  ['cooked', cooked, ready, 2],
  ['given back in part by the store', byTheStore, partly, 3],
  ['given back in part at the diner’s wish', byTheDiner, partly, 0],
  ['given back in part by the service', byTheService, partly, 1],
])(
  'an order of Meituan’s that is %s: wherever the power goes, it lands once, is confirmed once, and both books agree',
  async (_, story, end, from) => {
    const moments = await mortal.momentsOf(POINT, async () => {
      expect(await story()).toEqual(end);
    });
    const every = process.env['MEITUAN_CRASHES'] === 'all' ? 1 : Math.ceil(moments.length / SOME);
    for (const moment of moments.filter((_moment, index) => index % every === from % every)) {
      await mortal.tell(moment);
      const found = await story();
      await mortal.back();
      await mortal.tell({ live: true });
      expect([moment, found]).toEqual([moment, end]);
    }
    expect(mortal.deaths()).toBeGreaterThan(0);
  },
  290_000,
);
