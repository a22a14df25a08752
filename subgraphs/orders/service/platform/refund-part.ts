import { list, whole } from '../../../../kernel/input.ts';
import type { Transaction } from '../../../../kernel/module.ts';
import type { PlatformPartInput } from '../../../../schema/types/orders-internal.ts';
import { type Order, OrderLine, Refund, type RefundRequest } from '../../entities.ts';
import { orderError } from '../../errors.ts';
import type { OrdersHost } from '../../settings.ts';
import { change } from '../change-order.ts';
import { beginPart, goneOf } from '../refund-lines.ts';
import { begunRefunds } from '../refund-payment.ts';

/**
 * A part as a delivery platform names it, by dishes and sizes, in lines of our order that have not been given back yet.
 * BAD_INPUT for more than was paid, LINE_NOT_REFUNDABLE for more portions than are left.
 */
export async function partIn(
  tx: Transaction,
  { id: orderId, total, paymentId }: Order,
  { lines: dishes, amount }: PlatformPartInput,
): Promise<NonNullable<RefundRequest['part']>> {
  whole('part.amount', amount, 1, total);
  const stored = await tx.em.find(OrderLine, { orderId }, { orderBy: { position: 'asc' } });
  const begun = paymentId ? await begunRefunds(tx, paymentId) : [];
  const left = new Map(stored.map(({ id, quantity }) => [id, quantity - goneOf(begun, id).quantity]));
  const taken = new Map<string, number>();
  for (const [index, { menuItemId, specId, quantity }] of list('part.lines', dishes, 1, 100).entries()) {
    let wanted = whole(`part.lines[${index}].quantity`, quantity, 1, 999);
    for (const line of stored.filter((one) => one.menuItemId === menuItemId && one.specId === specId)) {
      const some = Math.min(wanted, left.get(line.id) ?? 0);
      left.set(line.id, (left.get(line.id) ?? 0) - some);
      if (some > 0) taken.set(line.id, (taken.get(line.id) ?? 0) + some);
      wanted -= some;
    }
    if (wanted > 0) throw orderError('LINE_NOT_REFUNDABLE', { menuItemId, specId });
  }
  return { lines: [...taken].map(([lineId, quantity]) => ({ lineId, quantity })), amount };
}

/** Agrees to a part that a platform's diner wishes for, in a transaction that has the order's row; answers the refund's id. */
export async function agreeToPart(
  host: OrdersHost,
  tx: Transaction,
  order: Order,
  reason: string | null,
): Promise<string> {
  const { delivery } = order;
  const { refundRequest } = delivery ?? {};
  if (!delivery || refundRequest?.state !== 'WAITING' || !refundRequest.part) throw orderError('REFUND_NOT_REQUESTED');
  const { id: externalId, part } = refundRequest;
  const refundId = await beginPart(host, tx, order, { ...part, reason, restock: false, externalId });
  const agreed = { ...refundRequest, state: 'AGREED' as const };
  await change(host, tx, order, { delivery: { ...delivery, refundRequest: agreed } });
  return refundId;
}

/**
 * Takes in that a platform has given a part back, once, in a transaction that has the order's row: the answer is the
 * refund's id, for `giveBack` to ask after it; null where all of the order goes back anyway.
 */
export async function partWasRefunded(
  host: OrdersHost,
  tx: Transaction,
  order: Order,
  { newsId, reason, part }: { newsId: string; reason: string; part: PlatformPartInput },
): Promise<string | null> {
  if (order.state === 'CANCELLED' || !order.paymentId) return null;
  const known = await tx.em.findOne(Refund, { paymentId: order.paymentId, externalId: newsId });
  if (known) {
    // It was refused at first, and given back after all.
    const again = { state: 'PENDING' as const, trouble: null };
    if ((await tx.em.nativeUpdate(Refund, { id: known.id, state: 'FAILED' }, again)) === 1)
      await change(host, tx, order, {});
    return known.id;
  }
  const told = { ...(await partIn(tx, order, part)), reason, restock: false, externalId: newsId };
  const refundId = await beginPart(host, tx, order, told);
  const { delivery } = order;
  const { refundRequest } = delivery ?? {};
  const isWish = delivery && refundRequest?.id === newsId;
  const wish = isWish && { delivery: { ...delivery, refundRequest: { ...refundRequest, state: 'AGREED' as const } } };
  await change(host, tx, order, wish || {});
  return refundId;
}
