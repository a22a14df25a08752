import { badInput, CodedError } from '../../kernel/errors.ts';
import { UNVERSIONED } from '../../kernel/events/events.ts';
import type { Transaction } from '../../kernel/module.ts';
import { TakePlatformOrderDocument } from '../../schema/types/meituan-asks-orders.ts';
import { NotCertain } from './client.ts';
import { firstOrderPush, MeituanOrder, Push } from './entities.ts';
import { follow } from './follow.ts';
import { isDegraded, orderContent, takenAs } from './order-content.ts';
import { aboutPart } from './part-news.ts';
import { MEITUAN, type Platform } from './platform.ts';
import { why } from './reasons.ts';
import type { Params } from './signing.ts';
import { act, askStanding } from './standing.ts';

/** Acts upon a push; done again, it has the effect of once. Throws when it is to be done again. */
export async function actUpon(platform: Platform, order: MeituanOrder, push: Push): Promise<void> {
  const content = JSON.parse(push.content) as Params;
  switch (push.kind) {
    case 'order':
      return take(platform, order, content);
    case 'refund':
      return aboutRefund(platform, order, content);
    case 'part-refund':
      return aboutPart(platform, order, content);
    case 'reminder':
      return follow(platform, order, {
        kind: 'REMINDED',
        newsId: content['remind_id'] ?? content['remind_time'] ?? push.id,
      });
    default:
      // It decides nothing: Meituan is asked how the order stands.
      return catchUp(platform, order, content['reason'] ?? null);
  }
}

/** Brings an order into the order book, once. */
async function take(platform: Platform, order: MeituanOrder, pushed: Params, confirm?: true): Promise<void> {
  const { host } = platform;
  const { orderNo, storeId, receivedAt, total } = order;
  const content = orderContent.parse(isDegraded(pushed) ? await askAgain(platform, order) : pushed);
  if (content.order_id !== orderNo || content.total !== total) throw badInput('total', 'is of another order');
  const { settings } = await host.atStore(storeId);
  const input = takenAs(content, {
    storeId,
    platform: MEITUAN,
    receivedAt,
    confirmMinutes: host.settings.confirmMinutes,
    confirm: confirm ?? settings.confirmsItself,
  });
  try {
    const { takePlatformOrder: taken } = await host.ask(host.context(), 'orders', TakePlatformOrderDocument, { input });
    await note(platform, orderNo, { orderId: taken.id });
  } catch (error) {
    // Nobody will ever be able to make this one.
    if (error instanceof CodedError && ['BAD_INPUT', 'STORE_NOT_FOUND'].includes(error.code))
      await act(platform, order, { path: 'order/cancel', params: why('OTHER', null), becomes: 'CANCELLED' });
    throw error;
  }
}

/** The whole of an order that was pushed in part. Throws NotCertain while Meituan has not got it together either. */
async function askAgain(platform: Platform, { orderNo }: MeituanOrder): Promise<unknown> {
  const params = { order_id: orderNo };
  const answer = await platform.client.call({ method: 'GET', path: 'order/getOrderDetail', params });
  if (!answer.ok) throw new NotCertain(`an order cannot be read: ${answer.code}`);
  if (isDegraded(answer.data ?? {}) || !orderContent.safeParse(answer.data).success)
    throw new NotCertain('an order is told of in part only');
  return answer.data;
}

/** What Meituan says of a diner's wish to have the money back. */
async function aboutRefund(platform: Platform, order: MeituanOrder, content: Params): Promise<void> {
  const { notify_type: type, refund_id: refundNo = '', reason = null } = content;
  const newsId = refundNo || `refund ${content['ctime'] ?? ''}`;
  if (type === 'apply') {
    // It is told late: it was withdrawn, or answered elsewhere, before it was known here.
    if (refundNo && (await isAnswered(platform, order, refundNo))) return;
    await note(platform, order.orderNo, { refundNo: newsId });
    const { settings } = await platform.host.atStore(order.storeId);
    return follow(platform, order, { kind: 'REFUND_REQUESTED', newsId, reason, agree: settings.agreesToRefunds });
  }
  if (type === 'agree') return catchUp(platform, order, reason);
  // Of another wish than the one that waits by now.
  if (refundNo && order.refundNo && order.refundNo !== refundNo) return;
  await note(platform, order.orderNo, { refundNo: null });
  return follow(platform, order, { kind: type === 'reject' ? 'REFUND_REJECTED' : 'REFUND_WITHDRAWN', newsId });
}

/** Whether Meituan has told what became of a wish for all of the money. */
async function isAnswered({ host }: Platform, { orderNo }: MeituanOrder, refundNo: string): Promise<boolean> {
  const pushes = await host.context().em.find(Push, { kind: 'refund', orderNo });
  const told = pushes.map(({ content }) => JSON.parse(content) as Params);
  return told.some(({ refund_id: id, notify_type: type }) => id === refundNo && type !== 'apply');
}

/** Asks Meituan how an order stands, and has orders follow. */
export async function catchUp(platform: Platform, order: MeituanOrder, reason: string | null): Promise<void> {
  const { host } = platform;
  const standing = await askStanding(platform, order);
  if (standing === 'CANCELLED') return follow(platform, order, { kind: 'CANCELLED', newsId: 'cancelled', reason });
  if (standing === 'WAITING') return;
  const { paymentId, storeId, orderNo } = order;
  if (!paymentId) {
    // Somebody has confirmed it over there, where our staff were to: it is as good as if they had.
    const push = await firstOrderPush(host.context(), orderNo);
    return push ? take(platform, order, JSON.parse(push.content) as Params, true) : undefined;
  }
  // Confirmed over there, and perhaps not known here: orders asks.
  await host.transact(host.context(), (tx: Transaction) =>
    host.emit(tx, 'payment.reported', { aggregate: paymentId, version: UNVERSIONED }, { paymentId, storeId }),
  );
}

async function note({ host }: Platform, orderNo: string, changes: Partial<MeituanOrder>): Promise<void> {
  await host.transact(host.context(), (tx) => tx.em.nativeUpdate(MeituanOrder, { orderNo }, changes));
}
