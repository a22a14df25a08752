import { z } from 'zod';
import { ensureRow } from '../../kernel/database/insert-new.ts';
import type { Context } from '../../kernel/module.ts';
import { NotCertain } from './client.ts';
import { MeituanOrder, ShopDay } from './entities.ts';
import { keepPush, orderOf, Refusal } from './keeping.ts';
import { text, whole } from './order-content.ts';
import type { Platform } from './platform.ts';
import { forShops, type Shop } from './shops.ts';
import type { Worker } from './work.ts';

/** How many orders of a shop are looked for in one run; the rest comes in the next. */
const MOST = 200;
/** Orders that are done (8) or cancelled (9) need nobody any more. */
const OVER = ['8', '9'];

/** An answer about one thing, alone or as the only one of a list: clients that were published differ. */
const single = <T extends z.ZodType>(schema: T) =>
  z.preprocess((data) => (Array.isArray(data) ? data[0] : data), schema);
const latestOfDay = single(z.object({ day_seq: whole.pipe(z.int().min(0).max(1_000_000)) }));
const orderOfDay = single(z.object({ order_id: text.pipe(z.string().regex(/^\d{1,32}$/)) }));

/**
 * Looks for orders whose own push never came. Meituan numbers a shop's orders of a day, from 1 on: those that are new
 * since the last look are asked for by their numbers, and one that is not known here is taken as if it had been pushed.
 */
export async function findMissed(platform: Platform, worker: Worker, { em }: Context): Promise<void> {
  const { host, shops } = platform;
  const known = new Map((await em.find(ShopDay, {})).map((day) => [day.storeId, day]));
  await forShops(await shops.all(), (shop) =>
    look(platform, worker, shop, known.get(shop.storeId)).catch((error: unknown) => {
      host.log.warn({ error, storeId: shop.storeId }, 'whether orders of Meituan were missed is not known yet');
    }),
  );
}

async function look(platform: Platform, worker: Worker, shop: Shop, before: ShopDay | undefined): Promise<void> {
  const { host } = platform;
  const day = dayOf(host.clock.now());
  const latest = await ask(platform, 'order/getOrderDaySeq', { app_poi_code: shop.code }, latestOfDay);
  if (!latest) return;
  // What was ordered before the shop was joined is nothing to us.
  const isJoinedNow = before?.code !== shop.code;
  const from = isJoinedNow ? latest.day_seq : before.day === day ? before.latest : 0;
  const upTo = Math.min(latest.day_seq, from + MOST);
  for (let number = from + 1; number <= upTo; number += 1) await find(platform, worker, shop, { day, number });
  const seen = { storeId: shop.storeId, code: shop.code, day, latest: Math.max(from, upTo) };
  await host.transact(host.context(), async (tx) => {
    await ensureRow(tx, ShopDay, seen);
    await tx.em.nativeUpdate(ShopDay, { storeId: shop.storeId }, seen);
  });
}

/** Takes the order of a number, if it is not here. Throws NotCertain when it is to be looked for again. */
async function find(
  platform: Platform,
  worker: Worker,
  { storeId, code }: Shop,
  { day, number }: { day: string; number: number },
): Promise<void> {
  const { host } = platform;
  const which = { app_poi_code: code, date_time: day, day_seq: String(number) };
  const order = await ask(platform, 'order/getOrderIdByDaySeq', which, orderOfDay);
  if (!order) return;
  const orderNo = order.order_id;
  if (await host.context().em.findOne(MeituanOrder, orderNo)) return;
  const content = await ask(platform, 'order/getOrderDetail', { order_id: orderNo }, z.looseObject({ order_id: text }));
  if (!content || OVER.includes(String(content['status']))) return;
  try {
    const brought = await orderOf(platform, content, null);
    if (brought.orderNo !== orderNo || brought.storeId !== storeId) throw new Refusal(705, 'it is another order');
    await keepPush(host, { kind: 'order', orderNo, told: content, content }, brought);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    host.log.error({ reason: error.message, orderNo, storeId, alarm: true }, 'a missed order of Meituan was refused');
    return;
  }
  host.log.warn({ orderNo, storeId }, 'an order of Meituan was missed, and found by its number of the day');
  void worker.kick(orderNo);
}

/** What Meituan answers; null when it refuses, as it does of what there is not. Throws NotCertain. */
async function ask<T extends z.ZodType>(
  { client, host }: Platform,
  path: string,
  params: Record<string, string>,
  schema: T,
): Promise<z.output<T> | null> {
  const answer = await client.call({ method: 'GET', path, params });
  if (!answer.ok) {
    host.log.debug({ path, code: answer.code }, 'Meituan has none');
    return null;
  }
  const { success, data } = schema.safeParse(answer.data);
  if (!success) throw new NotCertain(`what ${path} answers makes no sense`);
  return data;
}

/** The day that Meituan counts orders in: 20261122. */
function dayOf(at: number): string {
  // Swedish writes dates as ISO 8601 does.
  return new Intl.DateTimeFormat('sv', { timeZone: 'Asia/Shanghai' }).format(at).replaceAll('-', '');
}
