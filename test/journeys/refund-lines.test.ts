import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { SECOND } from '../../kernel/clock.ts';
import type { Told } from '../counter.ts';
import { linesOf, openTill, refundLines, refundsOf } from '../refunds.ts';
import { key } from '../shop.ts';

const till = await openTill();
const { clock, acquirer, wechat, app, restaurant, counter, calm, recover } = till;
afterAll(() => till[Symbol.asyncDispose]());
afterEach(calm);

/** Noodles and tea, paid with the acquirer's card; its lines by position. */
async function paid(quantity = 3): Promise<{ id: string; noodles: Told; tea: Told }> {
  const { id } = await counter.placed(counter.cart([restaurant.noodles, quantity], [restaurant.tea, 1]));
  await counter.pay(restaurant.guest, id, { provider: 'bank' });
  await app.settled();
  const [noodles, tea] = await linesOf(app, restaurant.hq, id);
  return { id, noodles, tea };
}
const give = (orderId: string, lines: object[], more: object = {}, who = restaurant.hq) =>
  refundLines(app, who, { orderId, lines, ...more });

describe('staff give back a part of an order', () => {
  test('what the line cost comes back, the order stays where it stands, and the rest when it is cancelled', async () => {
    const { id, noodles, tea } = await paid();
    const order = await give(id, [{ lineId: noodles.id, quantity: 1 }], { reason: '少送一份' });
    expect(order).toMatchObject({ state: 'PAID', payments: [{ state: 'SUCCEEDED', refunded: 2800 }] });
    expect(await refundsOf(app, restaurant.hq, id)).toMatchObject([
      { amount: 2800, state: 'SUCCEEDED', reason: '少送一份', lines: [{ lineId: noodles.id, quantity: 1 }] },
    ]);
    await give(id, [{ lineId: tea.id, quantity: 1 }]);
    expect(await counter.cancel(restaurant.hq, id)).toMatchObject({
      state: 'CANCELLED',
      payments: [{ state: 'REFUNDED', refunded: 9200 }],
    });
    expect((await refundsOf(app, restaurant.hq, id)).map(({ amount }: Told) => amount)).toEqual([2800, 800, 5600]);
  });

  test('a line never more often than it was ordered, and in thirds it adds up to what it cost', async () => {
    const coupon = await counter.coupon(restaurant.guest, 1000);
    const cart = { ...counter.cart([restaurant.noodles, 3]), couponIds: [coupon] };
    const { id } = await counter.placed(cart);
    await counter.pay(restaurant.guest, id, { provider: 'bank' });
    const [line] = await linesOf(app, restaurant.hq, id);
    expect(line.total).toBe(7400);
    const one = [{ lineId: line.id, quantity: 1 }];
    expect(await give(id, [{ lineId: line.id, quantity: 4 }])).toBe('LINE_NOT_REFUNDABLE');
    expect(await give(id, [...one, ...one])).toBe('LINE_NOT_REFUNDABLE');
    for (const _ of [1, 2, 3]) await give(id, one);
    expect((await refundsOf(app, restaurant.hq, id)).map(({ amount }: Told) => amount)).toEqual([2466, 2467, 2467]);
    expect(await counter.order(restaurant.hq, id)).toMatchObject({
      state: 'PAID',
      payments: [{ state: 'REFUNDED', refunded: 7400 }],
    });
    expect(await give(id, one)).toBe('ORDER_NOT_REFUNDABLE');
    expect(await counter.cancel(restaurant.hq, id)).toMatchObject({ payments: [{ refunded: 7400 }] });
  });

  test('twice with the same key is once, and two at the same moment are never more than there is', async () => {
    const { id, tea } = await paid();
    const lines = [{ lineId: tea.id, quantity: 1 }];
    const idempotencyKey = key();
    for (const _ of [1, 2]) expect(await give(id, lines, { idempotencyKey })).toMatchObject({ state: 'PAID' });
    expect(await refundsOf(app, restaurant.hq, id)).toHaveLength(1);
    const other = await paid();
    const both = await Promise.all([1, 2].map(() => give(other.id, [{ lineId: other.tea.id, quantity: 1 }])));
    expect(both.filter((told) => told === 'LINE_NOT_REFUNDABLE')).toHaveLength(1);
    expect((await counter.order(restaurant.hq, other.id)).payments).toMatchObject([{ refunded: 800 }]);
  });

  test('who may not, and what is not there: a clear error, and nothing has changed', async () => {
    const { id, tea } = await paid();
    const lines = [{ lineId: tea.id, quantity: 1 }];
    expect(await give(id, lines, {}, restaurant.guest)).toBe('FORBIDDEN');
    expect(await give(id, lines, {}, restaurant.cook)).toBe('FORBIDDEN');
    expect(await give(id, [{ lineId: 'of-another', quantity: 1 }])).toBe('LINE_NOT_REFUNDABLE');
    expect(await give(id, [])).toBe('BAD_INPUT');
    expect(await give(id, [{ lineId: tea.id, quantity: 0 }])).toBe('BAD_INPUT');
    const unpaid = await counter.placed();
    expect(await give(unpaid.id, lines)).toBe('ORDER_NOT_REFUNDABLE');
    expect(await refundsOf(app, restaurant.hq, id)).toEqual([]);
  });

  test('it is put back into stock if they say so, but not once the kitchen has begun', async () => {
    const stock = await counter.keep(restaurant.noodles, 10);
    const { id, noodles } = await paid();
    expect(await counter.stock(stock)).toEqual([7, 0]);
    const lines = [{ lineId: noodles.id, quantity: 1 }];
    await give(id, lines);
    await app.settled();
    expect(await counter.stock(stock)).toEqual([7, 0]);
    await give(id, lines, { restock: true });
    await app.settled();
    expect(await counter.stock(stock)).toEqual([8, 0]);
    await counter.cookTo(id, 'STARTED');
    await give(id, lines, { restock: true });
    await app.settled();
    expect(await counter.stock(stock)).toEqual([8, 0]);

    const other = await paid();
    await give(other.id, [{ lineId: other.noodles.id, quantity: 3 }], { restock: true });
    await app.settled();
    expect(await counter.stock(stock)).toEqual([8, 0]);
    // What is back already does not come back once more.
    await counter.cancel(restaurant.hq, other.id);
    await app.settled();
    expect(await counter.stock(stock)).toEqual([8, 0]);
  });

  test('nobody knows what came of it: asked again under the same number, and meanwhile not given twice', async () => {
    const { id, tea } = await paid();
    const lines = [{ lineId: tea.id, quantity: 1 }];
    acquirer.answers.refund = () => Promise.reject(new Error('no answer'));
    expect(await give(id, lines)).toMatchObject({ payments: [{ state: 'SUCCEEDED', refunded: 0 }] });
    expect(await give(id, lines)).toBe('LINE_NOT_REFUNDABLE');
    await recover();
    calm();
    await recover();
    expect((await counter.order(restaurant.hq, id)).payments).toMatchObject([{ refunded: 800 }]);
    expect(await refundsOf(app, restaurant.hq, id)).toMatchObject([{ state: 'SUCCEEDED' }]);
  });

  test('by WeChat Pay, which gives back that part and no more', async () => {
    const { id } = await counter.placed();
    await wechat.simulator.payer.confirm((await counter.pay(restaurant.guest, id, { provider: 'wechat-pay' })).action);
    await counter.until(restaurant.guest, id, ({ state }) => state === 'PAID');
    const [line] = await linesOf(app, restaurant.hq, id);
    await give(id, [{ lineId: line.id, quantity: 1 }]);
    clock.advance(2 * SECOND);
    await wechat.simulator.tick();
    const back = await counter.until(restaurant.guest, id, ({ payments }) => payments[0].refunded > 0);
    expect(back).toMatchObject({ state: 'PAID', payments: [{ state: 'SUCCEEDED', refunded: 2800 }] });
    expect([...wechat.simulator.world.refunds.values()]).toMatchObject([{ refund: 2800 }]);
  });
});
