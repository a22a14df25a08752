import { LockMode } from '@mikro-orm/core';
import { z } from 'zod';
import { SECOND } from '../../kernel/clock.ts';
import { insertNew } from '../../kernel/database/insert-new.ts';
import { newId } from '../../kernel/ids.ts';
import type { RefundRequest, RefundResult } from '../../subgraphs/orders/ports.ts';
import { NotCertain } from './client.ts';
import { MeituanOrder, PartRefund } from './entities.ts';
import { within } from './order-content.ts';
import { foodsOf, keyOf, partFood } from './part-content.ts';
import type { Platform } from './platform.ts';
import { askStanding } from './standing.ts';

/** What can still be given back of an order, as Meituan tells it. */
const leftOver = within(z.array(partFood.extend({ count: z.coerce.number().int().min(0) })));

/**
 * Gives a part of an order back over there: one that its diner asked for is agreed to, any other is applied for. Meituan
 * has no number of ours for it, so what is not certain is not sent again before it says that nothing has come of it: by
 * what it can still give back.
 */
export async function refundPart(
  platform: Platform,
  order: MeituanOrder,
  { refundId, lines, externalId = null, reason }: RefundRequest,
): Promise<RefundResult> {
  const { host, client } = platform;
  const { orderNo } = order;
  const begunAt = host.clock.now();
  const find = (where: Partial<PartRefund>) => host.context().em.findOne(PartRefund, where);
  const write = (where: object, changes: Partial<PartRefund>) =>
    host.transact(host.context(), (tx) => tx.em.nativeUpdate(PartRefund, where, changes));

  let row = (await find({ refundId })) ?? (externalId ? await find({ orderNo, refundNo: externalId }) : null);
  if (externalId && !row) return { outcome: 'failed', reason: 'Meituan knows no such wish.' };
  if (row?.state === 'DONE') return succeeded(row);
  if (row?.state === 'REFUSED') return { outcome: 'failed', reason: 'The wish was withdrawn or refused.' };
  // All of it goes back over there.
  if ((await askStanding(platform, order)) === 'CANCELLED') return { outcome: 'succeeded' };

  row = await inTurn(platform, row ?? (await noted(platform, order, refundId, lines ?? [])), refundId);
  const left = await leftOf(platform, order);
  const { id, foods, askedAt } = row;
  if (askedAt > 0) {
    const patience = 2 * host.settings.timeoutSeconds * SECOND;
    // What is left was asked after that. Put back, a clock may make it look as if it were to be asked for.
    if (Math.abs(begunAt - askedAt) < patience) throw new NotCertain('a part is being given back');
    if (await isGone(platform, row, left)) return finish(row);
  } else {
    const gone = await goneOf(platform, orderNo, id);
    row = { ...row, rest: foods.map((food) => (left.get(keyOf(food)) ?? 0) + (gone.get(keyOf(food)) ?? 0)) };
  }
  if ((await write({ id, askedAt }, { rest: row.rest, askedAt: host.clock.now() })) !== 1)
    throw new NotCertain('a part is being given back');

  const food_data = JSON.stringify(
    row.foods.map(({ code, sku, count }) => ({ app_food_code: code, sku_id: sku, count })),
  );
  const told = { order_id: orderNo, reason: reason ?? (externalId ? '同意退款' : '商家部分退款') };
  const answer = externalId
    ? await client.call({ method: 'GET', path: 'order/refund/agree', params: told })
    : await client.call({ method: 'POST', path: 'order/applyPartRefund', params: { ...told, food_data }, once: true });
  if (answer.ok || (await isGone(platform, row, await leftOf(platform, order)))) return finish(row);
  await write({ id: row.id, state: row.state }, { state: 'REFUSED' });
  const after = await find({ id: row.id });
  return after?.state === 'DONE' ? succeeded(after) : { outcome: 'failed', reason: `${answer.code} ${answer.message}` };

  /** It is done; what it came to is told by a push, or else is what it costs here. */
  async function finish({ id, state }: PartRefund): Promise<RefundResult> {
    await write({ id, state }, { state: 'DONE' });
    const after = await find({ id });
    return after?.money == null ? { outcome: 'pending' } : succeeded(after);
  }
}

/** A part that is to be applied for. */
async function noted(
  { host }: Platform,
  { orderNo }: MeituanOrder,
  refundId: string,
  lines: NonNullable<RefundRequest['lines']>,
): Promise<PartRefund> {
  const foods = foodsOf(
    lines.map(({ menuItemId, specId, quantity }) => {
      return { app_food_code: menuItemId ?? '', sku_id: specId ?? '', count: quantity };
    }),
  );
  const fresh = { id: newId(), orderNo, refundId, refundNo: null, foods, rest: null, money: null, askedAt: 0 };
  await host.transact(host.context(), (tx) => insertNew(tx, PartRefund, { ...fresh, state: 'ASKED' }));
  return host.context().em.findOneOrFail(PartRefund, { refundId });
}

/**
 * Has the parts of an order given back one after the other: what has become of one is told by what is left, which two at
 * once would both take for their own. Throws NotCertain while another one is undecided.
 */
function inTurn({ host }: Platform, { id, orderNo }: PartRefund, refundId: string): Promise<PartRefund> {
  return host.transact(host.context(), async (tx) => {
    await tx.em.findOneOrFail(MeituanOrder, orderNo, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
    const begun = { orderNo, state: { $in: ['ASKED' as const, 'WAITING' as const] }, rest: { $ne: null } };
    if ((await tx.em.count(PartRefund, { ...begun, id: { $ne: id } })) > 0)
      throw new NotCertain('another part is being given back');
    await tx.em.nativeUpdate(PartRefund, { id, rest: null }, { refundId, rest: [], askedAt: 0 });
    return tx.em.findOneOrFail(PartRefund, id, { refresh: true });
  });
}

function succeeded({ money }: PartRefund): RefundResult {
  return { outcome: 'succeeded', ...(money != null && { amount: money }) };
}

/** How many portions of each dish can still be given back, by `keyOf`. */
async function leftOf({ client }: Platform, { orderNo }: MeituanOrder): Promise<Map<string, number>> {
  const params = { order_id: orderNo };
  const answer = await client.call({ method: 'GET', path: 'order/getPartRefundFoods', params });
  if (!answer.ok) throw new NotCertain(`what is left of an order cannot be asked: ${answer.code}`);
  const { success, data } = leftOver.safeParse(answer.data);
  if (!success) throw new NotCertain('what Meituan tells of what is left makes no sense');
  return new Map(foodsOf(data).map((food) => [keyOf(food), food.count]));
}

/** What other refunds have given back of an order, by `keyOf`. */
async function goneOf({ host }: Platform, orderNo: string, but: string | null): Promise<Map<string, number>> {
  const others = await host.context().em.find(PartRefund, { orderNo, state: 'DONE', ...(but && { id: { $ne: but } }) });
  const gone = new Map<string, number>();
  for (const { foods } of others)
    for (const food of foods) gone.set(keyOf(food), (gone.get(keyOf(food)) ?? 0) + food.count);
  return gone;
}

/** Whether a part has been given back, by what is left of it now, and by what others have taken since it was begun. */
async function isGone(platform: Platform, { id, orderNo, foods, rest }: PartRefund, left: Map<string, number>) {
  const others = await goneOf(platform, orderNo, id);
  return foods.every((food, index) => {
    const accounted = (left.get(keyOf(food)) ?? 0) + (others.get(keyOf(food)) ?? 0) + food.count;
    return accounted <= (rest?.[index] ?? 0);
  });
}
