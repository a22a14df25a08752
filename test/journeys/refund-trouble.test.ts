import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { settleRefund } from '../../plugins/wechat-pay/simulator/refunds.ts';
import type { Told } from '../counter.ts';
import { linesOf, openTill, refundLines, refundsOf } from '../refunds.ts';
import { key } from '../shop.ts';

const till = await openTill();
const { acquirer, wechat, app, restaurant, counter, calm, recover } = till;
afterAll(() => till[Symbol.asyncDispose]());
afterEach(calm);

/** Noodles and tea for 72.00, paid with the acquirer's card. */
async function paid(): Promise<{ id: string; total: number }> {
  const { id, total } = await counter.placed(counter.cart([restaurant.noodles, 2], [restaurant.tea, 1]));
  await counter.pay(restaurant.guest, id, { provider: 'bank' });
  await app.settled();
  return { id, total };
}
const refunds = (id: string, who = restaurant.hq): Promise<Told[]> => refundsOf(app, who, id);
async function retry(refundId: string, who = restaurant.hq, idempotencyKey = key()): Promise<string> {
  const text = 'mutation ($input: RetryRefundInput!) { retryRefund(input: $input) { payments { state } } }';
  const { data, errors } = await app.graph(text, { input: { idempotencyKey, refundId } }, who.token);
  return errors?.[0]?.extensions.code ?? data.retryRefund.payments[0].state;
}

/** An order of which a part, and then the rest, is on its way back. */
async function onTheirWay(): Promise<{ id: string; total: number; part: Told; rest: Told }> {
  const { id, total } = await paid();
  const [noodles] = await linesOf(app, restaurant.hq, id);
  acquirer.answers.refund = async () => ({ outcome: 'pending' });
  await refundLines(app, restaurant.hq, { orderId: id, lines: [{ lineId: noodles.id, quantity: 1 }] });
  await counter.cancel(restaurant.hq, id);
  const [part, rest] = await refunds(id);
  return { id, total, part, rest };
}

test('what the payer’s account cannot take is shown to staff, and is followed when they have seen to it', async () => {
  const { id } = await counter.placed();
  const { action, payment } = await counter.pay(restaurant.guest, id, { provider: 'wechat-pay' });
  await wechat.simulator.payer.confirm(action);
  await counter.until(restaurant.guest, id, ({ state }) => state === 'PAID');
  await counter.cancel(restaurant.guest, id);
  const { simulation, world } = wechat.simulator;
  const number = payment.id.replaceAll('-', '');
  const of = () => [...world.refunds.values()].find(({ outTradeNo }) => outTradeNo === number);
  while (!of()) await recover();
  const there = of() as NonNullable<ReturnType<typeof of>>;

  await settleRefund(there, 'ABNORMAL', simulation);
  await wechat.simulator.callbacks.idle();
  await recover();
  const trouble = expect.stringContaining('say at WeChat Pay to which account');
  expect(await refunds(id)).toMatchObject([{ state: 'PENDING', trouble }]);
  expect(await refunds(id, restaurant.guest)).toMatchObject([{ state: 'PENDING', trouble: null }]);

  await settleRefund(there, 'SUCCESS', simulation);
  await wechat.simulator.callbacks.idle();
  await counter.until(restaurant.hq, id, ({ payments }) => payments[0].state === 'REFUNDED');
  expect(await refunds(id)).toMatchObject([{ state: 'SUCCEEDED', trouble: null }]);
});

describe('a refund that the provider will not do', () => {
  test('says why, and is begun anew by staff, once', async () => {
    const { id, total } = await paid();
    acquirer.answers.refund = async () => ({ outcome: 'failed', reason: 'The card is blocked.' });
    await counter.cancel(restaurant.hq, id);
    const [failed] = await refunds(id);
    expect(failed).toMatchObject({ state: 'FAILED', trouble: 'The card is blocked.' });

    calm();
    expect(await retry(failed.id, restaurant.guest)).toBe('FORBIDDEN');
    expect(await retry('no-such-refund')).toBe('ORDER_NOT_FOUND');
    const mine = key();
    const answers = await Promise.all([retry(failed.id, restaurant.hq, mine), retry(failed.id, restaurant.hq, mine)]);
    expect(answers).toContain('REFUNDED');
    expect(await refunds(id)).toMatchObject([{ state: 'FAILED' }, { state: 'SUCCEEDED', amount: total }]);
    expect(await retry(failed.id)).toBe('ORDER_NOT_REFUNDABLE');
    expect(await counter.order(restaurant.hq, id)).toMatchObject({
      payments: [{ state: 'REFUNDED', refunded: total }],
    });
  });

  test('is not begun anew while another one is under way', async () => {
    const { id } = await paid();
    acquirer.answers.refund = async () => ({ outcome: 'failed', reason: 'Not now.' });
    await counter.cancel(restaurant.hq, id);
    const [failed] = await refunds(id);
    acquirer.answers.refund = async () => ({ outcome: 'pending' });
    expect(await retry(failed.id)).toBe('REFUNDING');
    expect(await retry(failed.id)).toBe('ORDER_NOT_REFUNDABLE');
  });
});

test('a part that comes to nothing while all of the order goes back is still to be given back, and is begun anew', async () => {
  const { id, total, part, rest } = await onTheirWay();
  acquirer.answers.refund = async () => ({ outcome: 'failed', reason: 'It was closed.' });
  await acquirer.reportRefund(part.id);
  await app.settled();
  while ((await refunds(id))[0].state === 'PENDING') await recover();
  calm();
  await acquirer.reportRefund(rest.id);
  await app.settled();
  const given = await counter.until(restaurant.hq, id, ({ payments }) => payments[0].refunded > 0);
  expect(given).toMatchObject({ payments: [{ state: 'REFUNDING', refunded: total - part.amount }] });

  expect(await retry(part.id)).toBe('REFUNDED');
  expect(await counter.order(restaurant.hq, id)).toMatchObject({ payments: [{ refunded: total }] });
});

describe('a part whose amount the provider makes out by itself, while all of the order goes back', () => {
  test.each([
    ['more, and before the rest', 3_000, 'part'],
    ['less, and before the rest', 1_000, 'part'],
    ['more, and after the rest', 3_000, 'rest'],
    ['less, and after the rest', 1_000, 'rest'],
  ])('it comes to %s: all is back, and no more', async (_, amount, first) => {
    const { id, total, part, rest } = await onTheirWay();
    const answers = { part: { outcome: 'succeeded', amount }, rest: { outcome: 'succeeded' } } as const;
    const order = first === 'part' ? (['part', 'rest'] as const) : (['rest', 'part'] as const);
    for (const which of order) {
      acquirer.answers.refund = async () => answers[which];
      await acquirer.reportRefund(which === 'part' ? part.id : rest.id);
      await app.settled();
      await counter.until(
        restaurant.hq,
        id,
        ({ payments }) => payments[0].refunded > (which === order[0] ? 0 : total - 1),
      );
    }
    expect(await counter.order(restaurant.hq, id)).toMatchObject({
      payments: [{ state: 'REFUNDED', refunded: total }],
    });
    const amounts = (await refunds(id)).map((refund) => refund.amount);
    expect(amounts.reduce((sum, one) => sum + one, 0)).toBe(total);
  });
});
