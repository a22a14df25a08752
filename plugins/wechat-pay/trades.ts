import { MINUTE } from '../../kernel/clock.ts';
import type { Host, Transaction as Tx } from '../../kernel/module.ts';
import type { ChargeResult, Succeeded } from '../../subgraphs/orders/ports.ts';
import { NotCertain } from './client.ts';
import { ProfitShare, Trade, type TradeState } from './entities.ts';
import type { Credentials } from './keys.ts';
import { mismatch, type Transaction, transaction } from './transaction.ts';

/** So long after a payment WeChat Pay takes no share of it yet, in milliseconds. */
const SHARED_AFTER = MINUTE;

/** A trade that succeeded, for the port. */
export function succeeded({ transactionId, outTradeNo }: Trade): Succeeded {
  return { outcome: 'succeeded', reference: transactionId ?? outTradeNo };
}

/** How a trade stands, by our books; null when it is closed. */
export function standing(trade: Trade): ChargeResult | null {
  switch (trade.state) {
    case 'SUCCEEDED':
      return succeeded(trade);
    case 'DECLINED':
      return { outcome: 'declined', reason: trade.declineReason ?? 'WeChat Pay has declined the payment.' };
    case 'CLOSED':
      return null;
    case 'OPEN':
      return { outcome: 'pending', ...(trade.action && { action: trade.action }) };
  }
}

/** The trade of a payment as it is now, or null. */
export function findTrade(host: Host, paymentId: string): Promise<Trade | null> {
  return host.context().em.findOne(Trade, paymentId);
}

/** Changes a trade that is still open; whether it was. Answers the trade as it is then. */
export async function decide(host: Host, { paymentId }: Trade, changes: Partial<Trade>): Promise<Trade> {
  return host.transact(host.context(), async (tx) => {
    await tx.em.nativeUpdate(Trade, { paymentId, state: 'OPEN' }, changes);
    return tx.em.findOneOrFail(Trade, paymentId, { refresh: true });
  });
}

/**
 * Writes down what WeChat Pay says of a trade, and answers the trade as it is then. Where the money is counts, whatever was
 * said before. Throws NotCertain when it speaks of something else.
 */
export async function note(host: Host, trade: Trade, data: unknown, keys: Credentials): Promise<Trade> {
  const told = readTransaction(data);
  const wrong = mismatch(told, trade, keys);
  if (wrong) {
    const { paymentId } = trade;
    host.log.error({ paymentId, wrong, alarm: true }, 'WeChat Pay tells of a payment what cannot be');
    throw new NotCertain(`${paymentId}: ${wrong}`);
  }
  switch (told.trade_state) {
    case 'SUCCESS':
    case 'REFUND':
      return host.transact(host.context(), (tx) => paid(tx, host, trade, told));
    case 'CLOSED':
    case 'REVOKED':
      return decide(host, trade, { state: 'CLOSED' });
    case 'PAYERROR':
      return decide(host, trade, { state: 'DECLINED' });
    default:
      return trade;
  }
}

async function paid(tx: Tx, host: Host, { paymentId }: Trade, told: Transaction): Promise<Trade> {
  const at = Date.parse(told.success_time ?? '');
  const changes = {
    state: 'SUCCEEDED' as const,
    transactionId: told.transaction_id ?? null,
    paidAt: Number.isNaN(at) ? host.clock.now() : at,
    watchedUntil: null,
  };
  const before: TradeState[] = ['OPEN', 'DECLINED', 'CLOSED'];
  await tx.em.nativeUpdate(Trade, { paymentId, state: { $in: before } }, changes);
  const dueAt = (changes.paidAt ?? 0) + SHARED_AFTER;
  await tx.em.nativeUpdate(ProfitShare, { paymentId, state: 'WAITING' }, { state: 'DUE', dueAt });
  return tx.em.findOneOrFail(Trade, paymentId, { refresh: true });
}

/**
 * Has a trade asked about anew that was closed or declined here, since somebody says that it was paid. What WeChat Pay
 * answers then counts: money that came too late is given back by orders.
 */
export async function reopen(tx: Tx, { paymentId }: Trade): Promise<void> {
  const ended: TradeState[] = ['CLOSED', 'DECLINED'];
  await tx.em.nativeUpdate(Trade, { paymentId, state: { $in: ended }, amount: { $gt: 0 } }, { state: 'OPEN' });
}

/** What WeChat Pay says of a trade. Throws NotCertain when it makes no sense. */
export function readTransaction(data: unknown): Transaction {
  const { success, data: told } = transaction.safeParse(data);
  if (!success) throw new NotCertain('what WeChat Pay tells of a trade makes no sense');
  return told;
}
