import { kernelError } from '../../../../kernel/errors.ts';
import { optionalText, text } from '../../../../kernel/input.ts';
import type { Context, Transaction } from '../../../../kernel/module.ts';
import type { FollowPlatformOrderInput, PlatformPartInput } from '../../../../schema/types/orders-internal.ts';
import { type DeliveryFacts, Order } from '../../entities.ts';
import { orderError } from '../../errors.ts';
import type { OrdersHost } from '../../settings.ts';
import type { OrderState } from '../../state.ts';
import type { Cancelling } from '../cancel-order.ts';
import { change, orderForChange } from '../change-order.ts';
import { giveBack } from '../refund-payment.ts';
import { agreeToPart, partIn, partWasRefunded } from './refund-part.ts';

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
    const news = { kind, newsId, reason, part: input.part ?? null, now: host.clock.now() };
    const order = await host.transact(ctx, async (tx) => {
      const order = await orderForChange(tx, found.id);
      const delivery = order.delivery && (await said(tx, order, order.delivery, news));
      return delivery ? change(host, tx, order, { delivery }) : order;
    });
    const { refundRequest } = order.delivery ?? {};
    if (kind === 'PART_REFUNDED' && input.part) {
      const told = { newsId, reason, part: input.part };
      await refundIn(host, found.id, (tx, order) => partWasRefunded(host, tx, order, told));
    } else if (kind === 'REFUND_REQUESTED' && agree && refundRequest?.state === 'WAITING') {
      if (!refundRequest.part) await cancelling.byPlatform(order.id, reason, NOT_BEGUN);
      else if (order.state === 'PAID')
        await refundIn(host, order.id, (tx, order) =>
          order.state === 'PAID' ? agreeToPart(host, tx, order, reason) : Promise.resolve(null),
        );
    }
  }
  return ctx.em.findOneOrFail(Order, found.id, { refresh: true });
}

/** Begins a refund of a part in a transaction that has the order's row, and has it given back. */
async function refundIn(
  host: OrdersHost,
  orderId: string,
  begin: (tx: Transaction, order: Order) => Promise<string | null>,
): Promise<void> {
  const refundId = await host.transact(host.context(), async (tx) => {
    const order = await orderForChange(tx, orderId);
    // Its confirmation may still be on its way to us.
    if (order.state === 'AWAITING_PAYMENT') throw kernelError('UNAVAILABLE');
    return begin(tx, order);
  });
  if (refundId) await giveBack(host, refundId);
}

/** A piece of news, other than that the order is off. */
interface News {
  kind: Exclude<FollowPlatformOrderInput['kind'], 'CANCELLED'>;
  newsId: string;
  reason: string;
  part: PlatformPartInput | null;
  now: number;
}

/** A delivery with a piece of news; null when that is known, or is about money alone. */
async function said(
  tx: Transaction,
  order: Order,
  delivery: DeliveryFacts,
  { kind, newsId, reason, part, now }: News,
): Promise<DeliveryFacts | null> {
  const { reminders, refundRequest } = delivery;
  switch (kind) {
    case 'REMINDED':
      if (reminders.some(({ id }) => id === newsId)) return null;
      return { ...delivery, reminders: [...reminders, { id: newsId, at: now }].slice(-REMINDERS) };
    case 'REFUND_REQUESTED': {
      if (refundRequest?.id === newsId) return null;
      const wish = { id: newsId, reason, requestedAt: now, state: 'WAITING' as const };
      return { ...delivery, refundRequest: part ? { ...wish, part: await partIn(tx, order, part) } : wish };
    }
    case 'PART_REFUNDED':
      return null;
    default: {
      // Of a part, the platform's number tells which wish is meant.
      const isMeant = !refundRequest?.part || refundRequest.id === newsId;
      if (refundRequest?.state !== 'WAITING' || !isMeant) return null;
      const state = kind === 'REFUND_WITHDRAWN' ? 'WITHDRAWN' : 'REJECTED';
      return { ...delivery, refundRequest: { ...refundRequest, state } };
    }
  }
}
