import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { MINUTE, SECOND } from '../../kernel/clock.ts';
import { parseJson } from '../../plugins/meituan/json.ts';
import { isSigned, readingsOf, signatureOf } from '../../plugins/meituan/signing.ts';
import { contentOf } from '../../plugins/meituan/simulator/diner.ts';
import { formOf, sign } from '../../plugins/meituan/simulator/signing.ts';
import type { SimulatedOrder } from '../../plugins/meituan/simulator/world.ts';
import { type JoinedStore, openJoinedStore } from '../meituan.ts';

interface Vector {
  secret: string;
  sig: string;
}
const vectors = JSON.parse(readFileSync(new URL('../vectors/meituan.json', import.meta.url), 'utf8')) as {
  calls: (Vector & { url: string; params: Record<string, string> })[];
  push: Vector & { callbackUrl: string; params: Record<string, string>; body: string };
};

describe('a signature', () => {
  test.each(vectors.calls)('is that of the official samples: $url', ({ url, params, secret, sig }) => {
    expect(signatureOf(url, params, secret)).toBe(sig);
    expect(sign(url, params, secret)).toBe(sig);
  });

  test('of a push stands over what is meant, and not over what is encoded (computed from the rule only)', () => {
    const { callbackUrl, params, secret, sig, body } = vectors.push;
    const [reading] = readingsOf(body);
    expect(reading).toEqual({ ...params, sig });
    expect(isSigned(callbackUrl, { ...params, sig }, secret)).toBe(true);
    expect(isSigned(callbackUrl, { ...params, sig: `${sig}0` }, secret)).toBe(false);
    expect(isSigned(`${callbackUrl}/`, { ...params, sig }, secret)).toBe(false);
  });

  test('tells which of two encodings was meant: a plus for a space, or for itself', () => {
    const read = (form: string, caution: string) => {
      const sig = signatureOf('https://till.example/x', { caution }, 'secret');
      return readingsOf(`${form}&sig=${sig}`).find((one) => isSigned('https://till.example/x', one, 'secret'))?.[
        'caution'
      ];
    };
    expect(read(formOf({ caution: '少 辣+100%' }), '少 辣+100%')).toBe('少 辣+100%');
    expect(read('caution=1%2B1', '1+1')).toBe('1+1');
    expect(read('caution=100%25', '100%')).toBe('100%');
  });
});

test('numbers longer than a number can be stay what they are', () => {
  expect(parseJson('{"order_id":28983933726634026,"status":4,"total":28.5,"big":[9007199254740993]}')).toEqual({
    order_id: '28983933726634026',
    status: 4,
    total: 28.5,
    big: ['9007199254740993'],
  });
});

describe('a push', () => {
  let store: JoinedStore;
  let there: SimulatedOrder;
  beforeAll(async () => {
    store = await openJoinedStore();
    there = await store.diner.order(store.wish());
    await store.book.settled();
  });
  afterAll(() => store[Symbol.asyncDispose]());

  const pushes = () => store.meituan.simulator.pushes;
  /** Another order's number, that nobody has heard of. */
  const unheard = (more: Record<string, string> = {}) => ({
    ...contentOf(there),
    order_id: '88888888888888888888',
    ...more,
  });
  const body = (params: Record<string, string>, at?: number) => pushes().bodyOf('order', params, at);

  type Send = () => Promise<string>;
  const dishes = (...list: object[]) => ({ food: JSON.stringify(list) });
  const dishOf = (more: object) => {
    const [food] = there.foods;
    return { app_food_code: food?.app_food_code, sku_id: food?.sku_id, count: 1, ...more };
  };
  /** Its dish, with something altered. */
  const some = (more: object) => ({
    detail: JSON.stringify([{ ...JSON.parse(contentOf(there)['detail'] ?? '')[0], ...more }]),
  });
  const wish = (more: Record<string, string>) =>
    pushes().send('refund', pushes().bodyOf('refund', { order_id: there.orderNo, refund_id: '1', ...more }));
  /** A push about a refund of a part of the order that is here. */
  const part = (more: Record<string, string> = {}): Send => {
    const told = { order_id: there.orderNo, refund_id: '1', notify_type: 'part', res_type: '0', reason: '少送了' };
    const params = { ...told, money: '21.50', ...dishes(dishOf({})), ...more };
    return () => pushes().send('part-refund', pushes().bodyOf('part-refund', params));
  };
  /** Everything that a push could change. */
  async function everything(): Promise<unknown> {
    const tables = ['meituan_push', 'meituan_order', 'meituan_closed_payment', 'meituan_part_refund'];
    const rows = await Promise.all(
      tables.map((table) => store.app.sql('meituan', `select * from ${table} order by 1`)),
    );
    const orders = await store.app.sql('orders', 'select id, state, version from customer_order order by id');
    const refunds = await store.app.sql('orders', 'select id, state from refund order by id');
    return [...rows, orders, refunds];
  }

  test.each<[what: string, code: number, reason: string, Send]>([
    ['that is not signed', 703, 'unsigned', () => pushes().send('order', formOf(unheard()))],
    ['that is forged', 703, 'forged', () => pushes().send('order', `${body(unheard()).slice(0, -1)}x`)],
    [
      'that was altered',
      703,
      'forged',
      () => pushes().send('order', body(unheard()).replace('total=48.00', 'total=0.01')),
    ],
    ['that is for another address', 703, 'forged', () => pushes().send('order', pushes().bodyOf('cancel', unheard()))],
    [
      'that is replayed later',
      703,
      'stale',
      () => pushes().send('order', body(unheard(), store.clock.now() - 11 * MINUTE)),
    ],
    ['from the future', 703, 'stale', () => pushes().send('order', body(unheard(), store.clock.now() + 11 * MINUTE))],
    [
      'that is too large',
      705,
      'too large',
      () => pushes().send('order', body(unheard({ caution: 'x'.repeat(300_000) }))),
    ],
    [
      'that is no form',
      705,
      'not a form',
      () => pushes().send('order', JSON.stringify(unheard()), { 'content-type': 'application/json' }),
    ],
    ['of no order', 701, 'of no order', () => pushes().send('order', body(unheard({ order_id: 'x' })))],
    [
      'of an unknown shop',
      803,
      'unknown shop',
      () => pushes().send('order', body(unheard({ app_poi_code: 'shop-2' }))),
    ],
    [
      'about an unknown order',
      806,
      'unknown order',
      () => pushes().send('cancel', pushes().bodyOf('cancel', { order_id: '77777777777777777', reason_code: '1101' })),
    ],
    [
      'with the amount of another order',
      705,
      'the amount is of another order',
      () => pushes().send('order', body({ ...contentOf(there), total: '1.00' })),
    ],
    ['that makes no sense', 705, 'it makes no sense', () => pushes().send('order', body(unheard({ detail: '[{' })))],
    [
      'with an amount that is none',
      705,
      'it makes no sense',
      () => pushes().send('order', body(unheard({ total: '-1' }))),
    ],
    ['with no amount', 705, 'it makes no sense', () => pushes().send('order', body(unheard({ total: '' })))],
    ['with an odd amount', 705, 'it makes no sense', () => pushes().send('order', body(unheard({ total: '0x22' })))],
    [
      'of less than a portion',
      705,
      'it makes no sense',
      () => pushes().send('order', body(unheard(some({ quantity: 0 })))),
    ],
    [
      'with a dish for no price',
      705,
      'it makes no sense',
      () => pushes().send('order', body(unheard(some({ price: '' })))),
    ],
    [
      'that is to be there in another age',
      705,
      'it makes no sense',
      () => pushes().send('order', body(unheard({ delivery_time: String(store.clock.now()) }))),
    ],
    ['about a wish of no known sense', 705, 'it makes no sense', () => wish({ notify_type: 'perhaps' })],
    ['about a wish that says nothing', 705, 'it makes no sense', () => wish({})],
    [
      'about a part with the amount of another order',
      705,
      'the amount is of another order',
      () => part({ money: '48.01' })(),
    ],
    [
      'about a part with dishes of another order',
      705,
      'the dishes are of another order',
      () => part(dishes(dishOf({ app_food_code: 'x' })))(),
    ],
    [
      'about more portions than were ordered',
      705,
      'the dishes are of another order',
      () => part(dishes(dishOf({}), dishOf({ count: 2 })))(),
    ],
    ['about a part of nothing', 705, 'it makes no sense', () => part({ food: '[]' })()],
    ['about less than a portion', 705, 'it makes no sense', () => part(dishes(dishOf({ count: -1 })))()],
    ['about a part for nothing', 705, 'it makes no sense', () => part({ money: '0' })()],
    ['about a part without a number', 705, 'it makes no sense', () => part({ refund_id: '' })()],
    ['about a part of no known sense', 705, 'it makes no sense', () => part({ notify_type: 'perhaps' })()],
    ['about a part of an unknown order', 806, 'unknown order', () => part({ order_id: '77777777777777777' })()],
    ['of no kind', 701, 'unknown kind', () => pushes().send('nothing', pushes().bodyOf('nothing', unheard()))],
  ])('%s is refused in Meituan’s words, and changes nothing', async (_, code, msg, send) => {
    const before = await everything();
    expect(JSON.parse(await send())).toEqual({ data: 'ng', error: { code, msg } });
    await store.book.settled();
    expect(await everything()).toEqual(before);
  });

  test('that is the same as one before, signed at another moment, is taken and changes nothing', async () => {
    const before = await everything();
    const same = { ...contentOf(there), status: '2' };
    for (const at of [0, SECOND, -SECOND])
      expect(await pushes().send('order', body(same, store.clock.now() + at))).toBe('{"data":"ok"}');
    await store.book.settled();
    expect(await everything()).toEqual(before);
  });

  test('that is empty, or a GET, is a probe', async () => {
    expect(await pushes().send('order', '')).toBe('{"data":"ok"}');
    const answer = await fetch(`${store.app.url}/webhooks/meituan/order`);
    expect([answer.status, await answer.text()]).toEqual([200, '{"data":"ok"}']);
  });
});
