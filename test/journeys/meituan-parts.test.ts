import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { SECOND } from '../../kernel/clock.ts';
import type { SimulatedOrder } from '../../plugins/meituan/simulator/world.ts';
import type { Told } from '../counter.ts';
import { food, type JoinedStore, openJoinedStore } from '../meituan.ts';
import { refundLines, refundsOf } from '../refunds.ts';
import { key } from '../shop.ts';

let store: JoinedStore;
beforeAll(async () => {
  store = await openJoinedStore();
});
afterAll(() => store[Symbol.asyncDispose]());
afterEach(() => store.meituan.simulator.faults.clear());

/** Two noodles and a tea with boxes and the way, paid: 48.00 over there. */
async function ordered(): Promise<[SimulatedOrder, Told]> {
  const { noodles, tea } = store.restaurant;
  const foods = [food(noodles, 2600, { quantity: 2 }), food(tea, 800)];
  const there = await store.diner.order(store.wish({ foods, discount: 1700 }));
  return [there, await store.book.order(there)];
}
const give = (order: Told, position = 0, more: object = {}): Promise<Told> => {
  const lines = [{ lineId: order.lines[position].id, quantity: 1 }];
  return refundLines(store.app, store.restaurant.hq, { orderId: order.id, lines, ...more });
};
const appliedFor = (there: SimulatedOrder) =>
  store.callsOf(there).filter((path) => path === 'order/applyPartRefund').length;
/** The money of an order, here and over there. */
async function money(there: SimulatedOrder): Promise<Told> {
  const { state, payments } = await store.book.order(there);
  const parts = there.parts.map((part) => `${part.by} ${part.state} ${part.money}`);
  return { state, payment: payments[0].state, refunded: payments[0].refunded, parts };
}
/** What is not certain is looked at again. */
async function look(): Promise<void> {
  store.clock.advance(20 * SECOND);
  await store.meituan.simulator.tick();
  await store.app.runJob('orders.recover');
  await store.book.settled();
}
/** The service agrees to a wish, and says so. */
async function tell(there: SimulatedOrder, index = 0): Promise<void> {
  const wish = there.parts[index];
  if (!wish) throw new Error('nobody wishes for anything');
  wish.state = 'AGREED';
  const { pushes } = store.meituan.simulator;
  const told = { order_id: there.orderNo, refund_id: wish.no, notify_type: 'agree', res_type: '4', reason: '客服' };
  const params = { ...told, money: (wish.money / 100).toFixed(2), food: JSON.stringify(wish.foods) };
  await pushes.send('part-refund', pushes.bodyOf('part-refund', params));
}
const PAID = { state: 'PAID', payment: 'SUCCEEDED' };

describe('staff give a part back', () => {
  test('Meituan is told which dishes and why, and what it makes of them goes back; the order goes on', async () => {
    const [there, order] = await ordered();
    await give(order, 0, { reason: '少送一份面' });
    expect(await money(there)).toEqual({ ...PAID, refunded: 1863, parts: ['SHOP AGREED 1863'] });
    expect(there.parts).toMatchObject([{ reason: '少送一份面', foods: [{ count: 1 }] }]);
    await give(order, 1);
    expect(await money(there)).toMatchObject({ ...PAID, refunded: 1863 + 573 });
    expect(there.status).toBe(4);
    await store.counter.cancel(store.restaurant.hq, order.id);
    expect(await money(there)).toMatchObject({ state: 'CANCELLED', payment: 'REFUNDED', refunded: there.total });
    expect(there.status).toBe(9);
  });

  test('boxes and the way are Meituan’s to give back, and nothing goes back twice', async () => {
    const [there, order] = await ordered();
    expect(await give(order, 2)).toBe('LINE_NOT_REFUNDABLE');
    const idempotencyKey = key();
    for (const _ of [1, 2]) await give(order, 1, { idempotencyKey });
    expect(await give(order, 1)).toBe('LINE_NOT_REFUNDABLE');
    expect(await money(there)).toEqual({ ...PAID, refunded: 573, parts: ['SHOP AGREED 573'] });
  });

  test.each(['hang', 'hang-after', 'error', 'error-after', 'lost-reply'] as const)(
    'nobody knows what came of it (%s): it goes back once, whether Meituan tells of it or not',
    async (fault) => {
      for (const isTold of [true, false]) {
        const [there, order] = await ordered();
        store.meituan.simulator.faults.requests.add(fault, 'order/applyPartRefund');
        if (!isTold) store.meituan.simulator.faults.pushes.add('lost', 'part-refund', 9);
        await give(order);
        for (const _ of [1, 2, 3]) await look();
        expect(there.parts).toMatchObject([{ by: 'SHOP', state: 'AGREED', money: 1863 }]);
        expect(appliedFor(there)).toBe(1);
        // What Meituan does not tell is what the line costs here.
        const ours = Math.floor(order.lines[0].total / 2);
        expect(await money(there)).toMatchObject({ ...PAID, refunded: isTold ? 1863 : ours });
        store.meituan.simulator.faults.clear();
      }
    },
  );

  test('two at once, one of which came to nothing: nobody takes the other’s for its own', async () => {
    const foods = [food(store.restaurant.noodles, 2600, { quantity: 3 })];
    const there = await store.diner.order(store.wish({ foods }));
    const order = await store.book.order(there);
    const { faults } = store.meituan.simulator;
    faults.pushes.add('lost', 'part-refund', 9);
    faults.requests.add('error', 'order/applyPartRefund');
    faults.requests.add('lost-reply', 'order/applyPartRefund');
    const lineId = order.lines[0].id;
    for (const quantity of [1, 2]) await give(order, 0, { lines: [{ lineId, quantity }] });
    for (const _ of [1, 2, 3, 4, 5, 6]) await look();
    expect(there.parts).toMatchObject([{ state: 'AGREED' }, { state: 'AGREED' }]);
    expect(await money(there)).toMatchObject({ ...PAID, refunded: order.lines[0].total });
  });

  test('Meituan will not: the refund has failed, for all to see, and may be tried again', async () => {
    const [there, order] = await ordered();
    there.parts.push({
      no: '1',
      foods: [{ app_food_code: store.restaurant.tea.menuItemId, sku_id: there.foods[1]?.sku_id ?? '', count: 1 }],
      money: 573,
      reason: '',
      by: 'SERVICE',
      state: 'AGREED',
    });
    await give(order, 1);
    expect(await money(there)).toMatchObject({ ...PAID, refunded: 0 });
    expect(await refundsOf(store.app, store.restaurant.hq, order.id)).toMatchObject([{ state: 'FAILED' }]);
    await give(order, 0);
    expect(await money(there)).toMatchObject({ ...PAID, refunded: 1863 });
  });
});

describe('the diner wants a part back', () => {
  test('staff see what is asked for and say no, and then yes', async () => {
    const [there, order] = await ordered();
    await store.diner.wantPart(there.orderNo);
    const { delivery } = await store.book.order(there);
    expect(delivery.refundRequest).toMatchObject({
      reason: '少送了',
      state: 'WAITING',
      amount: 1863,
    });
    const read = 'query ($id: ID!) { order(id: $id) { delivery { refundRequest { lines { lineId quantity } } } } }';
    const shown = await store.app.ask(read, { id: order.id }, store.restaurant.hq.token);
    expect(shown.order.delivery.refundRequest.lines).toEqual([{ lineId: order.lines[0].id, quantity: 1 }]);
    expect(await store.answer(order.id, true, store.restaurant.cook)).toBe('FORBIDDEN');
    expect(await store.answer(order.id, false)).toBe('PAID');
    expect(await money(there)).toEqual({ ...PAID, refunded: 0, parts: ['DINER REJECTED 1863'] });
    expect((await store.book.order(there)).delivery.refundRequest.state).toBe('REJECTED');

    await store.diner.wantPart(there.orderNo);
    await store.book.settled();
    const idempotencyKey = key();
    for (const _ of [1, 2])
      expect(await store.answer(order.id, true, store.restaurant.hq, idempotencyKey)).toBe('PAID');
    expect(await money(there)).toMatchObject({ ...PAID, refunded: 1863 });
    expect(there.parts.map(({ state }) => state)).toEqual(['REJECTED', 'AGREED']);
    expect((await store.book.order(there)).delivery.refundRequest.state).toBe('AGREED');
    expect(await store.answer(order.id, true)).toBe('REFUND_NOT_REQUESTED');
  });

  test('thinks better of it', async () => {
    const [there, order] = await ordered();
    await store.diner.wantPart(there.orderNo);
    await store.diner.withdrawPart(there.orderNo);
    expect((await store.book.order(there)).delivery.refundRequest.state).toBe('WITHDRAWN');
    expect(await store.answer(order.id, true)).toBe('REFUND_NOT_REQUESTED');
  });

  test('gets it at once where the store has said so and the kitchen has not begun', async () => {
    await store.set({ agreesToRefunds: true });
    const [[early], [late, order]] = [await ordered(), await ordered()];
    await store.counter.cookTo(order.id, 'STARTED');
    for (const { orderNo } of [early, late]) await store.diner.wantPart(orderNo);
    expect(await money(early)).toEqual({ ...PAID, refunded: 1863, parts: ['DINER AGREED 1863'] });
    expect(await money(late)).toMatchObject({ state: 'PREPARING', refunded: 0 });
    expect((await store.book.order(late)).delivery.refundRequest.state).toBe('WAITING');
    await store.set({ agreesToRefunds: false });
  });

  test.each(['hang', 'hang-after', 'error', 'error-after', 'lost-reply'] as const)(
    'and the yes is not answered (%s): it goes back once',
    async (fault) => {
      const [there, order] = await ordered();
      await store.diner.wantPart(there.orderNo);
      await store.book.settled();
      store.meituan.simulator.faults.requests.add(fault, 'order/refund/agree', 2);
      store.meituan.simulator.faults.pushes.add('lost', 'part-refund', 9);
      await store.answer(order.id, true);
      store.meituan.simulator.faults.clear();
      for (const _ of [1, 2]) await look();
      expect(await money(there)).toEqual({ ...PAID, refunded: 1863, parts: ['DINER AGREED 1863'] });
    },
  );
});

describe('Meituan’s service gives a part back by itself', () => {
  test('it is followed, once, however often and in whatever order it is told', async () => {
    const [there, order] = await ordered();
    store.meituan.simulator.faults.pushes.add('duplicate', 'part-refund');
    await store.diner.serviceRefunds(there.orderNo);
    expect(await money(there)).toEqual({ ...PAID, refunded: 1863, parts: ['SERVICE AGREED 1863'] });
    expect(appliedFor(there)).toBe(0);

    // A wish that is told of only after the service has agreed to it.
    store.meituan.simulator.faults.pushes.add('reorder', 'part-refund');
    await store.diner.wantPart(there.orderNo);
    await tell(there, 1);
    await store.diner.remind(there.orderNo);
    expect(await money(there)).toMatchObject({ ...PAID, refunded: 3726 });
    expect((await store.book.order(there)).delivery.refundRequest).toBeNull();
    expect(await give(order, 0)).toBe('LINE_NOT_REFUNDABLE');
  });

  test('after staff had said no: the diner turned to the service', async () => {
    const [there, order] = await ordered();
    await store.diner.wantPart(there.orderNo);
    await store.book.settled();
    expect(await store.answer(order.id, false)).toBe('PAID');
    expect(await money(there)).toMatchObject({ ...PAID, refunded: 0 });
    await tell(there);
    expect(await money(there)).toMatchObject({ ...PAID, refunded: 1863 });
  });

  test('after the diner’s wish, which then waits for nobody', async () => {
    const [there, order] = await ordered();
    await store.diner.wantPart(there.orderNo);
    await store.book.settled();
    await tell(there);
    expect(await money(there)).toMatchObject({ ...PAID, refunded: 1863 });
    expect((await store.book.order(there)).delivery.refundRequest.state).toBe('AGREED');
    expect(await store.answer(order.id, true)).toBe('REFUND_NOT_REQUESTED');
  });
});
