import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { MINUTE, SECOND } from '../../kernel/clock.ts';
import { refundNews } from '../../plugins/meituan/simulator/diner.ts';
import { food, type JoinedStore, openJoinedStore } from '../meituan.ts';
import { key } from '../shop.ts';

let store: JoinedStore;
beforeAll(async () => {
  store = await openJoinedStore();
});
afterAll(() => store[Symbol.asyncDispose]());
afterEach(() => store.meituan.simulator.faults.clear());

describe('the diner', () => {
  test('cancels before the kitchen has begun: the order is off, and what it took can be sold again', async () => {
    const stock = await store.counter.keep(store.restaurant.tea, 5);
    const there = await store.diner.order(store.wish({ foods: [food(store.restaurant.tea, 800)], discount: 0 }));
    expect((await store.book.order(there)).state).toBe('PAID');
    expect(await store.counter.stock(stock)).toEqual([4, 0]);
    await store.diner.cancel(there.orderNo);
    expect(await store.book.order(there)).toMatchObject({
      state: 'CANCELLED',
      cancelReason: '不想要了',
      payments: [{ state: 'REFUNDED', refunded: 1300 }],
    });
    expect(await store.counter.stock(stock)).toEqual([5, 0]);
    expect(store.callsOf(there)).not.toContain('order/cancel');
  });

  test('cancels after the kitchen has begun: the order is off, and what is in the pan stays used', async () => {
    const stock = await store.counter.keep(store.restaurant.tea, 5);
    const there = await store.diner.order(store.wish({ foods: [food(store.restaurant.tea, 800)], discount: 0 }));
    const { id } = await store.book.order(there);
    await store.counter.cookTo(id, 'STARTED');
    await store.diner.cancel(there.orderNo);
    expect(await store.book.order(there)).toMatchObject({ state: 'CANCELLED', payments: [{ state: 'REFUNDED' }] });
    expect(await store.counter.stock(stock)).toEqual([4, 0]);
  });

  test('wants the money back: staff say no, and then yes', async () => {
    const there = await store.diner.order(store.wish());
    const { id } = await store.book.order(there);
    await store.diner.wantRefund(there.orderNo, '点错了');
    const waiting = await store.book.order(there);
    expect([waiting.state, waiting.delivery.refundRequest]).toMatchObject([
      'PAID',
      { reason: '点错了', state: 'WAITING' },
    ]);
    expect(await store.answer(id, false, store.restaurant.cook)).toBe('FORBIDDEN');
    expect(await store.answer(id, false)).toBe('PAID');
    expect((await store.book.order(there)).delivery.refundRequest.state).toBe('REJECTED');
    expect([there.status, there.refund?.state]).toEqual([4, 'REJECTED']);
    expect(await store.answer(id, true)).toBe('REFUND_NOT_REQUESTED');

    await store.diner.wantRefund(there.orderNo, '还是想退');
    await store.book.settled();
    const idempotencyKey = key();
    for (const _ of [1, 2]) expect(await store.answer(id, true, store.restaurant.hq, idempotencyKey)).toBe('CANCELLED');
    const order = await store.book.order(there);
    expect(order).toMatchObject({
      payments: [{ state: 'REFUNDED' }],
      delivery: { refundRequest: { state: 'AGREED' } },
    });
    expect([there.status, there.refund?.state, there.cancelled]).toEqual([9, 'AGREED', null]);
  });

  test('wants the money back, and thinks better of it', async () => {
    const there = await store.diner.order(store.wish());
    const { id } = await store.book.order(there);
    await store.diner.wantRefund(there.orderNo);
    await store.diner.withdrawRefund(there.orderNo);
    expect((await store.book.order(there)).delivery.refundRequest.state).toBe('WITHDRAWN');
    expect(await store.answer(id, true)).toBe('REFUND_NOT_REQUESTED');
  });

  test('thinks better of it before the wish is known here: the order goes on', async () => {
    await store.set({ agreesToRefunds: true });
    const there = await store.diner.order(store.wish());
    await store.book.settled();
    store.meituan.simulator.faults.pushes.add('reorder');
    await store.diner.wantRefund(there.orderNo);
    await store.diner.withdrawRefund(there.orderNo);
    expect(await store.book.order(there)).toMatchObject({ state: 'PAID', delivery: { refundRequest: null } });
    expect(there.status).toBe(4);
    await store.set({ agreesToRefunds: false });
  });

  test('thinks better of it unheard, and staff say yes: nobody cooks, so the store cancels the order', async () => {
    const there = await store.diner.order(store.wish());
    const { id } = await store.book.order(there);
    await store.diner.wantRefund(there.orderNo);
    await store.book.settled();
    store.meituan.simulator.faults.pushes.add('lost');
    await store.diner.withdrawRefund(there.orderNo);
    expect(await store.answer(id, true)).toBe('CANCELLED');
    expect(await store.book.order(there)).toMatchObject({ payments: [{ state: 'REFUNDED' }] });
    expect([there.status, there.cancelled?.code]).toEqual([9, 2007]);
  });

  test('wishes anew: what is told late of the wish before leaves the new one alone', async () => {
    const there = await store.diner.order(store.wish());
    const { id } = await store.book.order(there);
    await store.diner.wantRefund(there.orderNo);
    await store.book.settled();
    const { pushes, faults } = store.meituan.simulator;
    const late = { ...refundNews(there, 'cancelRefund', store.clock.now()) };
    faults.pushes.add('lost');
    await store.diner.withdrawRefund(there.orderNo);
    await store.diner.wantRefund(there.orderNo, '真的想退');
    await store.book.settled();
    expect(await pushes.send('refund', pushes.bodyOf('refund', late))).toBe('{"data":"ok"}');
    expect((await store.book.order(there)).delivery.refundRequest).toMatchObject({
      reason: '真的想退',
      state: 'WAITING',
    });
    expect(await store.answer(id, true)).toBe('CANCELLED');
    expect(await store.book.order(there)).toMatchObject({ payments: [{ state: 'REFUNDED' }] });
    expect(there.refund?.state).toBe('AGREED');
  });

  test('gets the money back at once where the store has said so and the kitchen has not begun', async () => {
    await store.set({ agreesToRefunds: true });
    const [early, late] = [await store.diner.order(store.wish()), await store.diner.order(store.wish())];
    await store.counter.cookTo((await store.book.order(late)).id, 'STARTED');
    for (const { orderNo } of [early, late]) await store.diner.wantRefund(orderNo);
    expect(await store.book.order(early)).toMatchObject({ state: 'CANCELLED', payments: [{ state: 'REFUNDED' }] });
    expect(early.refund?.state).toBe('AGREED');
    expect(await store.book.order(late)).toMatchObject({
      state: 'PREPARING',
      delivery: { refundRequest: { state: 'WAITING' } },
    });
    await store.set({ agreesToRefunds: false });
  });
});

describe('the store', () => {
  test('cancels what it had confirmed: Meituan is told why, and gives the money back', async () => {
    const there = await store.diner.order(store.wish());
    const { id } = await store.book.order(there);
    await store.counter.cancel(store.restaurant.hq, id, { reason: '厨房停电' });
    expect(await store.book.order(there)).toMatchObject({ state: 'CANCELLED', payments: [{ state: 'REFUNDED' }] });
    expect(there).toMatchObject({ status: 9, cancelled: { code: 2007, reason: '厨房停电' } });
  });

  test('confirms by hand: staff do, with the right to, and no other way', async () => {
    await store.set({ confirmsItself: false });
    const there = await store.diner.order(store.wish());
    const { id, state } = await store.book.order(there);
    expect([state, there.status]).toEqual(['AWAITING_PAYMENT', 2]);
    expect(await store.counter.pay(store.restaurant.hq, id, { provider: 'cash' })).toBe('PAYMENT_PROVIDER_UNFIT');
    expect(await store.counter.pay(store.restaurant.guest, id, { provider: 'meituan' })).toBe('ORDER_NOT_FOUND');
    expect(await store.counter.pay(store.restaurant.hq, id, { provider: 'meituan' })).toMatchObject({ state: 'PAID' });
    expect(there).toMatchObject({ status: 4, confirmed: 1 });

    const elsewhere = await store.diner.order(store.wish());
    await store.book.settled();
    await store.diner.confirmElsewhere(elsewhere.orderNo);
    expect(await store.book.order(elsewhere)).toMatchObject({ state: 'PAID', payments: [{ state: 'SUCCEEDED' }] });

    const unwanted = await store.diner.order(store.wish());
    await store.counter.cancel(store.restaurant.hq, (await store.book.order(unwanted)).id, { reason: '送不到' });
    expect((await store.book.order(unwanted)).state).toBe('CANCELLED');
    expect(unwanted).toMatchObject({ status: 9, cancelled: { code: 2007, reason: '送不到' } });

    const forgotten = await store.diner.order(store.wish());
    await store.book.settled();
    store.clock.advance(5 * MINUTE - SECOND);
    expect((await store.book.order(forgotten)).state).toBe('AWAITING_PAYMENT');
    store.clock.advance(SECOND);
    await store.app.runJob('orders.expire');
    expect((await store.book.order(forgotten)).state).toBe('EXPIRED');
    expect(forgotten.cancelled?.code).toBe(2001);
    await store.set({ confirmsItself: true });
  });

  test('cannot have an order of its own paid by Meituan', async () => {
    const { id } = await store.counter.placed();
    expect(await store.counter.pay(store.restaurant.guest, id, { provider: 'meituan' })).toBe('PAYMENT_NEEDS_STAFF');
    expect(await store.counter.pay(store.restaurant.hq, id, { provider: 'meituan' })).toMatchObject({
      __typename: 'PaymentDeclined',
    });
    expect(await store.counter.pay(store.restaurant.guest, id)).toMatchObject({ state: 'PAID' });
  });
});
