import { UNVERSIONED } from '../../kernel/events/events.ts';
import type { Host, Transaction } from '../../kernel/module.ts';
import type { Trade, TradeRefund } from './entities.ts';

/** Tells orders that something has become of a payment, so that it asks. */
export async function reportPayment(host: Host, trade: Pick<Trade, 'paymentId' | 'storeId'>): Promise<void> {
  await host.transact(host.context(), (tx) => paymentReported(host, tx, trade));
}

/** The same within a transaction. */
export function paymentReported(
  host: Host,
  tx: Transaction,
  { paymentId, storeId }: Pick<Trade, 'paymentId' | 'storeId'>,
): Promise<void> {
  return host.emit(tx, 'payment.reported', aboutPayment(paymentId), { paymentId, storeId });
}

/** The same of a refund. */
export function refundReported(
  host: Host,
  tx: Transaction,
  { refundId, paymentId }: Pick<TradeRefund, 'refundId' | 'paymentId'>,
): Promise<void> {
  return host.emit(tx, 'refund.reported', aboutPayment(paymentId), { refundId });
}

/** A report says nothing of how things stand, so none comes before another. */
const aboutPayment = (paymentId: string) => ({ aggregate: paymentId, version: UNVERSIONED });
