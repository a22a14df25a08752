import { insertNew } from '../../kernel/database/insert-new.ts';
import { UNVERSIONED } from '../../kernel/events/events.ts';
import { newId } from '../../kernel/ids.ts';
import { type MeituanOrder, PartRefund } from './entities.ts';
import { follow } from './follow.ts';
import { areSame, type PartContent, type PartFood, partContent } from './part-content.ts';
import type { Platform } from './platform.ts';
import type { Params } from './signing.ts';

/** Acts upon what Meituan says of a refund of a part; done again, or in another order, it has the effect of once. */
export async function aboutPart(platform: Platform, order: MeituanOrder, content: Params): Promise<void> {
  const told = partContent.parse(content);
  const { refundNo: newsId } = told;
  switch (told.kind) {
    case 'asked':
      return asked(platform, order, told);
    case 'done':
      return done(platform, order, told);
    case 'rejected':
    case 'withdrawn': {
      const row = await known(platform, order, newsId, { state: 'REFUSED', foods: [], money: null });
      await platform.host.transact(platform.host.context(), (tx) =>
        tx.em.nativeUpdate(PartRefund, { id: row.id, state: 'WAITING' }, { state: 'REFUSED' }),
      );
      if (row.refundId) await report(platform, order, row.refundId);
      return follow(platform, order, {
        kind: told.kind === 'rejected' ? 'REFUND_REJECTED' : 'REFUND_WITHDRAWN',
        newsId,
      });
    }
  }
}

/** The diner wishes for a part: it waits for staff, or is agreed to by what the store has set. */
async function asked(
  platform: Platform,
  order: MeituanOrder,
  { refundNo, foods, money, reason }: Extract<PartContent, { kind: 'asked' }>,
): Promise<void> {
  const row = await known(platform, order, refundNo, { state: 'WAITING', foods, money });
  // It is told late, or again.
  if (row.state !== 'WAITING') return;
  const { settings } = await platform.host.atStore(order.storeId);
  const part = { lines: linesOf(foods), amount: money };
  const news = { kind: 'REFUND_REQUESTED', newsId: refundNo, reason, part, agree: settings.agreesToRefunds } as const;
  await follow(platform, order, news);
}

/** A part was given back: one that we have asked for, or agreed to, is certain now; any other is followed. */
async function done(
  platform: Platform,
  order: MeituanOrder,
  { refundNo, foods, money, reason }: Extract<PartContent, { kind: 'done' }>,
): Promise<void> {
  const { host } = platform;
  const { em } = host.context();
  const { orderNo } = order;
  // Ours bears no number of Meituan's until it is told of: it is the first one that is of the same dishes.
  const ours = { orderNo, refundNo: null, state: { $in: ['ASKED' as const, 'DONE' as const] }, askedAt: { $gt: 0 } };
  const told = await em.findOne(PartRefund, { orderNo, refundNo });
  const same = told ? null : await em.find(PartRefund, ours, { orderBy: { id: 'asc' } });
  const row = told ?? same?.find((one) => areSame(one.foods, foods));
  const { id, refundId } = row ?? (await known(platform, order, refundNo, { state: 'DONE', foods, money }));
  await host.transact(host.context(), (tx) =>
    tx.em.nativeUpdate(PartRefund, { id }, { refundNo, state: 'DONE', money }),
  );
  // What was refused at first orders has given up: it is followed as any other.
  if (refundId && row?.state !== 'REFUSED') return report(platform, order, refundId);
  const part = { lines: linesOf(foods), amount: money };
  await follow(platform, order, { kind: 'PART_REFUNDED', newsId: refundNo, reason, part });
}

/** What is kept of a refund of Meituan's number, from now on if not before. */
async function known(
  { host }: Platform,
  { orderNo }: MeituanOrder,
  refundNo: string,
  told: Pick<PartRefund, 'state' | 'foods' | 'money'>,
): Promise<PartRefund> {
  const row = { id: newId(), orderNo, refundNo, refundId: null, rest: null, askedAt: 0, ...told };
  await host.transact(host.context(), (tx) => insertNew(tx, PartRefund, row));
  return host.context().em.findOneOrFail(PartRefund, { orderNo, refundNo });
}

/** Has orders ask after a refund. */
async function report({ host }: Platform, { storeId }: MeituanOrder, refundId: string): Promise<void> {
  await host.transact(host.context(), (tx) =>
    host.emit(tx, 'refund.reported', { aggregate: refundId, version: UNVERSIONED }, { refundId, storeId }),
  );
}

function linesOf(foods: readonly PartFood[]) {
  return foods.map(({ code, sku, count }) => ({ menuItemId: code, specId: sku, quantity: count }));
}
