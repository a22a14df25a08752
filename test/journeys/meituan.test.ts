import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { HOUR, SECOND } from '../../kernel/clock.ts';
import { contentOf } from '../../plugins/meituan/simulator/diner.ts';
import { food, type JoinedStore, openJoinedStore } from '../meituan.ts';
import { write } from '../shop.ts';

let store: JoinedStore;
beforeAll(async () => {
  store = await openJoinedStore();
});
afterAll(() => store[Symbol.asyncDispose]());
afterEach(() => store.meituan.simulator.faults.clear());

describe('an order of Meituan’s', () => {
  test('lands in the order book at Meituan’s prices, is confirmed, cooked, and reported as ready', async () => {
    const there = await store.diner.order(store.wish({ note: '不要香菜 & 多放醋+辣' }));
    const order = await store.book.order(there);
    expect(order).toMatchObject({
      state: 'PAID',
      channel: 'DELIVERY',
      total: 4800,
      subtotal: 5900,
      discount: 1100,
      note: '不要香菜 & 多放醋+辣',
      payments: [{ provider: 'meituan', state: 'SUCCEEDED', amount: 4800, reference: there.orderNo }],
    });
    expect(order.lines).toMatchObject([
      {
        name: '红烧牛肉面',
        unitPrice: 2600,
        quantity: 2,
        note: '微辣,少面',
        item: { id: store.restaurant.noodles.menuItemId },
      },
      { name: '打包费', total: 163, item: null },
      { name: '配送费', total: 407, item: null },
    ]);
    expect(there).toMatchObject({ status: 4, confirmed: 1, isPrepared: false });
    expect(order.tickets).toMatchObject([{ lines: [{ quantity: 2, note: '微辣,少面' }] }]);

    await store.counter.cookTo(order.id, 'STARTED', 'READY');
    expect((await store.book.order(there)).state).toBe('READY');
    expect(there.isPrepared).toBe(true);
    await store.counter.cookTo(order.id, 'SERVED');
    expect((await store.book.order(there)).state).toBe('COMPLETED');
  });

  test('is once in the book, however often it is pushed and in whatever order', async () => {
    store.meituan.simulator.faults.pushes.add('duplicate', 'order');
    const there = await store.diner.order(store.wish());
    await store.meituan.simulator.pushes.send(
      'order',
      store.meituan.simulator.pushes.bodyOf('order', contentOf(there)),
    );
    const { state, payments } = await store.book.order(there);
    expect([state, payments.length, there.confirmed]).toEqual(['PAID', 1, 1]);

    // Held back until the diner has urged: what comes of an order that nobody knows is refused, and comes again.
    store.meituan.simulator.faults.pushes.add('reorder', 'order');
    const late = await store.diner.order(store.wish());
    await store.diner.remind(late.orderNo);
    expect(store.meituan.simulator.pushes.answers.slice(-2)).toEqual([expect.stringContaining('806'), '{"data":"ok"}']);
    store.clock.advance(6 * SECOND);
    await store.meituan.simulator.tick();
    const order = await store.book.order(late);
    expect([order.state, order.delivery.reminders.length]).toEqual(['PAID', 1]);
  });

  test('shows to whom it goes to the store’s staff, and to nobody who has no business with it', async () => {
    const there = await store.diner.order(store.wish({ deliverAt: store.clock.now() + HOUR }));
    const { id, delivery } = await store.book.order(there);
    expect(delivery).toEqual({
      platform: 'meituan',
      externalId: there.orderNo,
      dayNumber: there.daySeq,
      recipient: '张三(先生)',
      phone: '13812345678_1234',
      address: '人民广场 1 号楼 + 2 单元 301@#上海市黄浦区',
      deliverAt: new Date(Math.floor((store.clock.now() + HOUR) / SECOND) * SECOND).toISOString(),
      confirmBy: expect.any(String),
      reminders: [],
      refundRequest: null,
    });
    const read = 'query ($id: ID!) { order(id: $id) { id delivery { phone } } }';
    expect((await store.app.ask(read, { id }, store.restaurant.cook.token)).order).toEqual({ id, delivery: null });
    expect((await store.app.graph(read, { id }, store.restaurant.guest.token)).errors).toBeTruthy();
  });

  test('that the diner fetches is a takeaway, with no address', async () => {
    const { channel, delivery } = await store.book.order(
      await store.diner.order(store.wish({ isPickedUp: true, shippingFee: 0, discount: 0 })),
    );
    expect([channel, delivery.address]).toEqual(['TAKEAWAY', null]);
  });

  test('that was pushed without what was ordered is asked for', async () => {
    store.meituan.simulator.faults.pushes.add('degraded', 'order');
    const there = await store.diner.order(store.wish());
    expect(await store.book.order(there)).toMatchObject({
      state: 'PAID',
      lines: [{ quantity: 2 }, {}, {}],
      total: 4800,
    });
  });

  test('whose content is more expensive than its dishes has the rest as a fee', async () => {
    const { lines, total, discount } = await store.book.order(await store.diner.order(store.wish({ discount: -300 })));
    expect([total, discount]).toEqual([6200, 0]);
    expect(lines.at(-1)).toMatchObject({ name: '其他费用', total: 300 });
  });
});

describe('what cannot be made', () => {
  test('is refused with the reason, and nothing is held: too little is left', async () => {
    const stock = await store.counter.keep(store.restaurant.tea, 3);
    const there = await store.diner.order(
      store.wish({ foods: [food(store.restaurant.tea, 800, { quantity: 4 })], discount: 0 }),
    );
    expect(await store.book.order(there)).toMatchObject({ state: 'REJECTED', payments: [], tickets: [] });
    expect(there).toMatchObject({ status: 9, confirmed: 0, cancelled: { code: 2009, reason: '商品已售完' } });
    expect(await store.counter.stock(stock)).toEqual([3, 0]);
    const last = await store.diner.order(
      store.wish({ foods: [food(store.restaurant.tea, 800, { quantity: 3 })], discount: 0 }),
    );
    expect((await store.book.order(last)).state).toBe('PAID');
    expect(await store.counter.stock(stock)).toEqual([0, 0]);
  });

  test.each([
    ['no code of ours', { app_food_code: undefined as unknown as string }],
    ['an empty code', { app_food_code: '', sku_id: '' }],
  ])('a dish that was made over there, with %s: nobody can make it, and Meituan hears it', async (_, more) => {
    const there = await store.diner.order(store.wish({ foods: [food(store.restaurant.noodles, 2600, more)] }));
    expect(await store.book.order(there)).toMatchObject({ state: 'REJECTED', lines: [{ name: '红烧牛肉面' }, {}] });
    expect([there.status, there.cancelled?.code]).toEqual([9, 2007]);
  });

  test('the number that couriers ask for stands on the slip and on the receipt', async () => {
    const there = await store.diner.order(store.wish());
    const { id } = await store.book.order(there);
    const jobs = await store.app.sql<{ content: string }>(
      'devices',
      'select content from print_job where order_id = ?',
      [id],
    );
    expect(jobs).toHaveLength(2);
    for (const { content } of jobs) expect(content.split('\n')).toContain(`^^^meituan #${there.daySeq}`);
  });

  test('what Meituan says beside the dishes is no reason to refuse an order', async () => {
    const there = await store.diner.order(store.wish());
    const odd = {
      ...contentOf(there),
      order_id: '3000000000000000001',
      day_seq: '-1',
      ctime: String(store.clock.now()),
    };
    store.meituan.simulator.world.orders.set(odd.order_id, { ...there, orderNo: odd.order_id, status: 2 });
    const { pushes } = store.meituan.simulator;
    expect(await pushes.send('order', pushes.bodyOf('order', odd))).toBe('{"data":"ok"}');
    expect(await store.book.order({ orderNo: odd.order_id })).toMatchObject({
      state: 'PAID',
      delivery: { dayNumber: null },
    });
  });

  test('marked as sold out, closed for now, or not on the menu: each has its code, and a repeat changes nothing', async () => {
    const { hq, shop, noodles } = store.restaurant;
    const mark = (soldOut: boolean) =>
      write(store.app, hq, 'setSoldOut', 'SetSoldOutInput', { menuItemId: noodles.menuItemId, soldOut }, 'id');
    const pause = (paused: boolean) =>
      write(store.app, hq, 'updateStore', 'UpdateStoreInput', { id: shop.storeId, paused }, 'id');
    const refused = async (more: object = {}) => {
      const there = await store.diner.order(store.wish(more));
      await store.meituan.simulator.pushes.send(
        'order',
        store.meituan.simulator.pushes.bodyOf('order', contentOf(there)),
      );
      expect((await store.book.order(there)).state).toBe('REJECTED');
      return there.cancelled?.code;
    };
    await mark(true);
    expect(await refused()).toBe(2009);
    await mark(false);
    await pause(true);
    expect(await refused()).toBe(2008);
    await pause(false);
    expect(await refused({ foods: [food(noodles, 2600, { sku_id: 'gone' })] })).toBe(2007);
    expect((await store.book.order(await store.diner.order(store.wish()))).state).toBe('PAID');
  });

  test('Meituan does not hear of the refusal at first: it is told again', async () => {
    const { noodles } = store.restaurant;
    for (const fault of ['hang', 'error', 'lost-reply', 'hang-after', 'error-after'] as const) {
      store.meituan.simulator.faults.requests.add(fault, 'order/cancel', 2);
      const there = await store.diner.order(store.wish({ foods: [food(noodles, 2600, { sku_id: 'gone' })] }));
      await store.book.settled();
      store.meituan.simulator.faults.clear();
      store.clock.advance(20 * SECOND);
      expect((await store.book.order(there)).state).toBe('REJECTED');
      expect(there.cancelled?.code).toBe(2007);
      expect(await store.notices(there)).toEqual(['REFUSED DONE']);
    }
  });
});
