import type { Claim } from '../../../../kernel/idempotency.ts';
import { requireScope } from '../../../../kernel/identity.ts';
import { optionalText } from '../../../../kernel/input.ts';
import type { Context } from '../../../../kernel/module.ts';
import type { AnswerRefundRequestInput } from '../../../../schema/types/orders.ts';
import { Order } from '../../entities.ts';
import { orderError } from '../../errors.ts';
import type { OrdersHost } from '../../settings.ts';
import type { Cancelling } from '../cancel-order.ts';
import { change, orderForChange } from '../change-order.ts';
import { visibleOrder } from '../find-orders.ts';
import { giveBack } from '../refund-payment.ts';
import { note } from './notices.ts';
import { agreeToPart } from './refund-part.ts';

/** Answers the wish of a platform's diner to have the money back: yes cancels the order, or gives the part back; no is told. */
export async function answerRefundRequest(
  host: OrdersHost,
  ctx: Context,
  { agree, ...input }: AnswerRefundRequestInput,
  cancelling: Cancelling,
): Promise<Order> {
  const order = await visibleOrder(ctx, input.orderId);
  requireScope(ctx.identity, 'orders:cancel', order.storeId);
  const claim: Claim = { mutation: 'answerRefundRequest', key: input.idempotencyKey, input: { ...input, agree } };
  const reason = optionalText('reason', input.reason, 200);
  if (agree && order.delivery?.refundRequest?.part) {
    const { id, repeated } = await host.transact(ctx, (tx) =>
      host.once(tx, claim, async () => agreeToPart(host, tx, await orderForChange(tx, order.id), reason)),
    );
    if (!repeated) await giveBack(host, id);
    return ctx.em.findOneOrFail(Order, order.id, { refresh: true });
  }
  if (agree) {
    // What is agreed to was perhaps agreed to by this very call; the cancellation's key gives it one effect.
    if (!['WAITING', 'AGREED'].includes(order.delivery?.refundRequest?.state ?? ''))
      throw orderError('REFUND_NOT_REQUESTED');
    return cancelling.cancel(ctx, input);
  }
  await host.transact(ctx, (tx) =>
    host.once(tx, claim, async () => {
      const present = await orderForChange(tx, order.id);
      const { delivery } = present;
      if (delivery?.refundRequest?.state !== 'WAITING') throw orderError('REFUND_NOT_REQUESTED');
      const refundRequest = { ...delivery.refundRequest, state: 'REJECTED' as const };
      await change(host, tx, present, { delivery: { ...delivery, refundRequest } });
      await note(host, tx, order.id, { kind: 'REFUND_REJECTED', text: reason });
      return order.id;
    }),
  );
  return ctx.em.findOneOrFail(Order, order.id, { refresh: true });
}
