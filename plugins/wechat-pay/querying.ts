import { ensureRow } from '../../kernel/database/insert-new.ts';
import type { CloseResult, QueryResult } from '../../subgraphs/orders/ports.ts';
import { ask, closeThere } from './asking.ts';
import { Trade } from './entities.ts';
import type { Platform } from './platform.ts';
import { prepay } from './prepaying.ts';
import { findTrade, standing, succeeded } from './trades.ts';
import { numberOf } from './transaction.ts';

/** How a payment stands: what is decided is known here, of everything else WeChat Pay is asked. */
export async function query(platform: Platform, paymentId: string): Promise<QueryResult> {
  const trade = await findTrade(platform.host, paymentId);
  if (!trade) return { outcome: 'none' };
  if (trade.state !== 'OPEN') return standing(trade) ?? { outcome: 'closed' };
  const { trade: now, isThere } = await ask(platform, trade);
  if (!isThere) return { outcome: 'none' };
  // The answer that said what the payer is to be shown was lost.
  const isShown = now.state !== 'OPEN' || now.kind === 'CODE' || now.action !== null;
  return standing(isShown ? now : await prepay(platform, now)) ?? { outcome: 'closed' };
}

/** Makes sure that a payment takes no money, also one that nobody has asked for yet. */
export async function close(platform: Platform, paymentId: string): Promise<CloseResult> {
  const { host } = platform;
  const now = host.clock.now();
  await host.transact(host.context(), (tx) => ensureRow(tx, Trade, closedBefore(paymentId, now)));
  const trade = await findTrade(host, paymentId);
  if (!trade) throw new Error(`the trade of payment ${paymentId} is gone`);
  const end = trade.state === 'OPEN' ? await closeThere(platform, trade) : trade;
  return end.state === 'SUCCEEDED' ? succeeded(end) : { outcome: 'closed' };
}

/** The trade of a payment that was closed before anybody asked for it. */
function closedBefore(paymentId: string, now: number): Trade {
  return {
    paymentId,
    outTradeNo: numberOf(paymentId),
    orderId: '',
    storeId: '',
    kind: 'NATIVE',
    amount: 0,
    description: '',
    openId: null,
    expiresAt: null,
    isShared: false,
    state: 'CLOSED',
    action: null,
    transactionId: null,
    declineReason: null,
    refunded: 0,
    createdAt: now,
    watchedUntil: null,
    paidAt: null,
  } as Trade;
}
