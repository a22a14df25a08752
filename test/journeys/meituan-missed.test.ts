import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { DAY, MINUTE } from '../../kernel/clock.ts';
import { contentOf } from '../../plugins/meituan/simulator/diner.ts';
import type { SimulatedOrder } from '../../plugins/meituan/simulator/world.ts';
import { type JoinedStore, openJoinedStore } from '../meituan.ts';
import { signInStaff } from '../people.ts';

let store: JoinedStore;
/** Ordered before the store was joined, of which nobody here was told. */
let early: SimulatedOrder;
beforeAll(async () => {
  store = await openJoinedStore();
  early = await missed();
  // Who is joined is known some seconds after it was set.
  const isJoined = () => store.app.sql('meituan', 'select 1 from meituan_shop_day').then((rows) => rows.length > 0);
  while (!(await isJoined())) await store.app.runJob('meituan.findMissed');
});
afterAll(() => store[Symbol.asyncDispose]());
afterEach(() => store.meituan.simulator.faults.clear());

/** An order whose push is lost for good. */
async function missed(): Promise<SimulatedOrder> {
  store.meituan.simulator.faults.pushes.add('lost', 'order');
  return store.diner.order(store.wish());
}
const look = async () => {
  store.clock.advance(MINUTE);
  await store.app.runJob('meituan.findMissed');
};

describe('an order whose own push never comes', () => {
  test('is found by its number of the day, confirmed and cooked; once, also when it is pushed after all', async () => {
    const there = await missed();
    expect(await store.book.order(there)).toBeUndefined();
    await look();
    expect(await store.book.order(there)).toMatchObject({
      state: 'PAID',
      total: 4800,
      delivery: { dayNumber: there.daySeq, recipient: '张三(先生)' },
      payments: [{ provider: 'meituan', state: 'SUCCEEDED' }],
      tickets: [{ lines: [{ quantity: 2 }] }],
    });
    const { pushes } = store.meituan.simulator;
    expect(await pushes.send('order', pushes.bodyOf('order', contentOf(there)))).toBe('{"data":"ok"}');
    await look();
    expect((await store.book.order(there)).tickets).toHaveLength(1);
    expect([there.status, there.confirmed]).toEqual([4, 1]);
  });

  test('is found when Meituan answers again', async () => {
    const there = await missed();
    for (const path of ['getOrderDaySeq', 'getOrderIdByDaySeq', 'getOrderDetail']) {
      store.meituan.simulator.faults.requests.add('error', path, 2);
      await look();
      expect(await store.book.order(there)).toBeUndefined();
    }
    await look();
    expect((await store.book.order(there)).state).toBe('PAID');
  });

  test('is left alone where nobody waits for it: it was cancelled, or made before the store was joined', async () => {
    const there = await missed();
    store.meituan.simulator.faults.pushes.add('lost', 'cancel');
    await store.diner.cancel(there.orderNo);
    await look();
    expect(await store.book.order(there)).toBeUndefined();
    expect(await store.book.order(early)).toBeUndefined();
  });

  test('is asked about no more than once where it is known', async () => {
    const there = await store.diner.order(store.wish());
    await store.book.settled();
    await look();
    await look();
    const calls = store.meituan.simulator.calls.filter(({ params }) => params['day_seq'] === String(there.daySeq));
    expect(calls).toHaveLength(1);
    expect(store.callsOf(there)).not.toContain('order/getOrderDetail');
  });

  test('is found on the next day too, when numbers begin anew', async () => {
    store.clock.advance(DAY);
    const there = await missed();
    expect(there.daySeq).toBe(1);
    await look();
    await store.book.settled();
    const hq = await signInStaff(store.app, 'Head Office', '123456');
    expect(await store.book.all(there.orderNo, hq)).toMatchObject([{ state: 'PAID' }]);
  });
});
