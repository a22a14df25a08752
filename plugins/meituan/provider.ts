import { ensureRow } from '../../kernel/database/insert-new.ts';
import type {
  ChargeRequest,
  ChargeResult,
  CloseResult,
  PaymentProvider,
  QueryResult,
  RefundRequest,
  RefundResult,
} from '../../subgraphs/orders/ports.ts';
import { NotCertain } from './client.ts';
import { ClosedPayment, MeituanOrder } from './entities.ts';
import { refundPart } from './part-refunds.ts';
import type { Platform } from './platform.ts';
import { why } from './reasons.ts';
import { act, askStanding } from './standing.ts';

/** Meituan's promise to pay for its orders, as orders sees it: an order that it has let us confirm is paid. */
export function promises(platform: Platform): PaymentProvider {
  const { host } = platform;
  const find = (where: Partial<MeituanOrder>) => host.context().em.findOne(MeituanOrder, where);
  const isClosed = async (paymentId: string) => (await host.context().em.count(ClosedPayment, { paymentId })) > 0;

  /** Confirms an order over there; done again, it is found to be confirmed. */
  async function confirm(order: MeituanOrder): Promise<ChargeResult> {
    const { standing, refused } = await act(platform, order, { path: 'order/confirm', becomes: 'CONFIRMED' });
    if (standing === 'CONFIRMED' || standing === 'DONE') return { outcome: 'succeeded', reference: order.orderNo };
    if (standing === 'CANCELLED') return { outcome: 'declined', reason: 'Meituan has cancelled the order.' };
    throw new NotCertain(`an order could not be confirmed: ${refused}`);
  }

  async function charge({ paymentId, storeId, externalId, amount, currency }: ChargeRequest): Promise<ChargeResult> {
    const order = externalId ? await find({ orderNo: externalId, storeId }) : null;
    if (!order) return { outcome: 'declined', reason: 'This order is not one of Meituan’s.' };
    if (amount !== order.total || currency !== 'CNY') throw new Error('Meituan has promised another amount');
    const isOpen = await host.transact(host.context(), async (tx) => {
      // The order's row first: `close` waits for it, or this finds what that has written.
      await tx.em.nativeUpdate(MeituanOrder, { orderNo: order.orderNo }, { paymentId });
      return (await tx.em.count(ClosedPayment, { paymentId })) === 0;
    });
    return isOpen ? confirm(order) : { outcome: 'declined', reason: 'The payment was closed.' };
  }

  async function query(paymentId: string): Promise<QueryResult> {
    const order = await find({ paymentId });
    if (!order) return { outcome: (await isClosed(paymentId)) ? 'closed' : 'none' };
    const standing = await askStanding(platform, order);
    if (standing === 'CONFIRMED' || standing === 'DONE') return { outcome: 'succeeded', reference: order.orderNo };
    if (await isClosed(paymentId)) return { outcome: 'closed' };
    if (standing === 'CANCELLED') return { outcome: 'declined', reason: 'Meituan has cancelled the order.' };
    // It was to be confirmed, and what came of that is not known: it has not arrived.
    return confirm(order);
  }

  async function close(paymentId: string): Promise<CloseResult> {
    const at = host.clock.now();
    await host.transact(host.context(), (tx) => ensureRow(tx, ClosedPayment, { paymentId, at }));
    const order = await find({ paymentId });
    if (!order) return { outcome: 'closed' };
    let standing = await askStanding(platform, order);
    if (standing === 'WAITING') {
      const cancel = { path: 'order/cancel', params: why('NOT_CONFIRMED', null), becomes: 'CANCELLED' } as const;
      ({ standing } = await act(platform, order, cancel));
    }
    if (standing === 'WAITING') throw new NotCertain('an order could not be refused');
    return standing === 'CANCELLED' ? { outcome: 'closed' } : { outcome: 'succeeded', reference: order.orderNo };
  }

  async function refund(request: RefundRequest): Promise<RefundResult> {
    const { paymentId, amount, reason } = request;
    const order = await find({ paymentId });
    if (!order) return { outcome: 'failed', reason: 'This payment is not one of Meituan’s.' };
    if (amount > order.total) return { outcome: 'failed', reason: 'Meituan has promised less.' };
    if (request.lines) return refundPart(platform, order, request);
    if ((await askStanding(platform, order)) === 'CANCELLED') return { outcome: 'succeeded' };
    // What the diner has asked for is agreed to. If the diner thought better of it meanwhile, it is the store that cancels.
    const agreed = order.refundNo
      ? await act(platform, order, {
          path: 'order/refund/agree',
          params: { reason: reason ?? '同意退款' },
          becomes: 'CANCELLED',
        })
      : null;
    if (agreed?.standing === 'CANCELLED') return { outcome: 'succeeded' };
    const cancel = { path: 'order/cancel', params: why('OTHER', reason), becomes: 'CANCELLED' } as const;
    const { standing, refused } = await act(platform, order, cancel);
    if (standing === 'CANCELLED') return { outcome: 'succeeded' };
    return { outcome: 'failed', reason: refused ?? 'Meituan does not say why.' };
  }

  return { requiresStaff: async () => true, charge, query, close, refund };
}
