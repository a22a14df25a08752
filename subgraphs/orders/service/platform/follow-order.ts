import { kernelError } from '../../../../kernel/errors.ts';
import { optionalText, text } from '../../../../kernel/input.ts';
import type { Context } from '../../../../kernel/module.ts';
import type { FollowPlatformOrderInput } from '../../../../schema/types/orders-internal.ts';
import { type DeliveryFacts, Order } from '../../entities.ts';
import { orderError } from '../../errors.ts';
import type { OrdersHost } from '../../settings.ts';
import type { OrderState } from '../../state.ts';
import type { Cancelling } from '../cancel-order.ts';
import { change, orderForChange } from '../change-order.ts';

/** The states of an order of which the kitchen has made nothing yet. */
const NOT_BEGUN: readonly OrderState[] = ['AWAITING_PAYMENT', 'PAID'];
/** How many reminders are kept of an order: the last ones. */
const REMINDERS = 50;

/**
 * Takes in what a delivery platform says has become of its order; said again, it changes nothing. ORDER_NOT_FOUND for an
 * order that was never taken, UNAVAILABLE while it is being placed.
 */
export async function followPlatformOrder(
  host: OrdersHost,
  ctx: Context,
  input: FollowPlatformOrderInput,
  cancelling: Cancelling,
): Promise<Order> {
  const { storeId, platform, kind, agree } = input;
  const externalId = text('externalId', input.externalId, 1, 64);
  const found = await ctx.em.findOne(Order, { storeId, source: platform, externalId });
  if (!found?.delivery) throw orderError('ORDER_NOT_FOUND', { externalId });
  if (found.state === 'PLACING') throw kernelError('UNAVAILABLE');
  const newsId = text('newsId', input.newsId, 1, 100);
  const reason = optionalText('reason', input.reason, 200) ?? platform;
  if (kind === 'CANCELLED') await cancelling.byPlatform(found.id, reason);
  else {
    const order = await host.transact(ctx, async (tx) => {
      const order = await orderForChange(tx, found.id);
      const delivery = order.delivery && said(order.delivery, { kind, newsId, reason, now: host.clock.now() });
      return delivery ? change(host, tx, order, { delivery }) : order;
    });
    const waits = order.delivery?.refundRequest?.state === 'WAITING';
    if (kind === 'REFUND_REQUESTED' && waits && agree) await cancelling.byPlatform(order.id, reason, NOT_BEGUN);
  }
  return ctx.em.findOneOrFail(Order, found.id, { refresh: true });
}

/** A piece of news, other than that the order is off. */
interface News {
  kind: Exclude<FollowPlatformOrderInput['kind'], 'CANCELLED'>;
  newsId: string;
  reason: string;
  now: number;
}

/** A delivery with a piece of news; null when that is known. */
function said(delivery: DeliveryFacts, { kind, newsId, reason, now }: News): DeliveryFacts | null {
  const { reminders, refundRequest } = delivery;
  if (kind === 'REMINDED') {
    if (reminders.some(({ id }) => id === newsId)) return null;
    return { ...delivery, reminders: [...reminders, { id: newsId, at: now }].slice(-REMINDERS) };
  }
  if (kind === 'REFUND_REQUESTED') {
    if (refundRequest?.id === newsId) return null;
    return { ...delivery, refundRequest: { id: newsId, reason, requestedAt: now, state: 'WAITING' } };
  }
  if (refundRequest?.state !== 'WAITING') return null;
  const state = kind === 'REFUND_WITHDRAWN' ? 'WITHDRAWN' : 'REJECTED';
  return { ...delivery, refundRequest: { ...refundRequest, state } };
}
