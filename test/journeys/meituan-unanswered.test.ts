import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { MINUTE, SECOND } from '../../kernel/clock.ts';
import { food, type JoinedStore, openJoinedStore } from '../meituan.ts';

let store: JoinedStore;
beforeAll(async () => {
  store = await openJoinedStore();
});
afterAll(() => store[Symbol.asyncDispose]());
afterEach(() => store.meituan.simulator.faults.clear());

describe('Meituan', () => {
  const lost = ['hang', 'hang-after', 'error', 'error-after', 'lost-reply', 'busy', 'skewed-clock'] as const;

  test.each(lost)('does not answer to a confirmation (%s): the order is confirmed once, and goes on', async (fault) => {
    store.meituan.simulator.faults.requests.add(fault, 'order/confirm', 2);
    const there = await store.diner.order(store.wish());
    await store.book.settled();
    store.meituan.simulator.faults.clear();
    store.clock.advance(20 * SECOND);
    await store.app.runJob('orders.recover');
    expect(await store.book.order(there)).toMatchObject({ state: 'PAID', payments: [{ state: 'SUCCEEDED' }] });
    expect([there.status, there.confirmed]).toEqual([4, 1]);
  });

  test.each(lost)('does not answer to a cancellation (%s): it is done once', async (fault) => {
    const there = await store.diner.order(store.wish());
    const { id } = await store.book.order(there);
    store.meituan.simulator.faults.requests.add(fault, 'order/cancel', 2);
    await store.counter.cancel(store.restaurant.hq, id);
    store.meituan.simulator.faults.clear();
    store.clock.advance(20 * SECOND);
    await store.app.runJob('orders.recover');
    expect(await store.book.order(there)).toMatchObject({ state: 'CANCELLED', payments: [{ state: 'REFUNDED' }] });
    expect(there.status).toBe(9);
  });

  test.each(lost)('does not answer to that an order is ready (%s): it hears of it all the same', async (fault) => {
    const there = await store.diner.order(store.wish());
    const { id } = await store.book.order(there);
    store.meituan.simulator.faults.requests.add(fault, 'preparationMealComplete', 2);
    await store.counter.cookTo(id, 'STARTED', 'READY');
    await store.book.settled();
    store.meituan.simulator.faults.clear();
    store.clock.advance(20 * SECOND);
    await store.book.settled();
    expect(there.isPrepared).toBe(true);
  });

  test('answers nothing until the time to confirm is over: nobody cooks, nothing is kept', async () => {
    const stock = await store.counter.keep(store.restaurant.tea, 5);
    store.meituan.simulator.faults.requests.add('hang', 'order/', 100);
    const there = await store.diner.order(store.wish({ foods: [food(store.restaurant.tea, 800)], discount: 0 }));
    await store.book.settled();
    expect(await store.counter.stock(stock)).toEqual([5, 1]);
    store.meituan.simulator.faults.clear();
    store.clock.advance(6 * MINUTE);
    await store.app.runJob('orders.closeOverdue');
    const { state } = await store.book.order(there);
    expect([state, there.status]).toEqual(['EXPIRED', 9]);
    expect(await store.counter.stock(stock)).toEqual([5, 0]);
  });

  test('has cancelled, and nobody here was told: it is found out by asking', async () => {
    const there = await store.diner.order(store.wish());
    await store.book.settled();
    store.meituan.simulator.faults.pushes.add('lost', 'cancel');
    await store.diner.cancel(there.orderNo);
    expect((await store.book.order(there)).state).toBe('PAID');
    store.clock.advance(3 * MINUTE);
    await store.app.runJob('meituan.poll');
    expect(await store.book.order(there)).toMatchObject({ state: 'CANCELLED', payments: [{ state: 'REFUNDED' }] });
  });

  test('cancels while we confirm: the order is off', async () => {
    store.meituan.simulator.faults.requests.add('hang', 'order/confirm', 2);
    const there = await store.diner.order(store.wish());
    await store.book.settled();
    store.meituan.simulator.faults.clear();
    store.meituan.simulator.faults.pushes.add('lost', 'cancel');
    await store.diner.cancel(there.orderNo);
    store.clock.advance(20 * SECOND);
    await store.app.runJob('orders.recover');
    expect(await store.book.order(there)).toMatchObject({
      state: 'CANCELLED',
      payments: [{ state: 'FAILED' }],
      tickets: [],
    });
  });
});
