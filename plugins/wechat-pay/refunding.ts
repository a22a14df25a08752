import { z } from 'zod';
import type { Transaction } from '../../kernel/module.ts';
import type { RefundRequest, RefundResult } from '../../subgraphs/orders/ports.ts';
import { isAbsent, NotCertain } from './client.ts';
import { Trade, TradeRefund } from './entities.ts';
import type { Platform } from './platform.ts';
import { shareIsBack, shareOf } from './share-returning.ts';
import { numberOf } from './transaction.ts';

/** What a person has to see to at WeChat Pay. */
const STUCK = 'The payer’s account cannot take it: say at WeChat Pay to which account it is to go.';

/** Codes of what people put right: then the same number is asked for again. */
const MENDABLE = ['NOT_ENOUGH', 'NO_AUTH', 'SIGN_ERROR', 'MCH_NOT_EXISTS'];

/** A refund as WeChat Pay tells of it; a callback calls its state by another name. */
const told = z.object({
  out_refund_no: z.string(),
  out_trade_no: z.string().optional(),
  refund_id: z.string().optional(),
  status: z.enum(['SUCCESS', 'CLOSED', 'PROCESSING', 'ABNORMAL']),
  success_time: z.string().optional(),
  amount: z.object({ refund: z.number().int(), total: z.number().int() }),
});

/**
 * Gives money back, once for each refundId: it bears the same number there each time that it is asked for. Throws NotCertain
 * when WeChat Pay cannot say.
 */
export async function refund(platform: Platform, request: RefundRequest): Promise<RefundResult> {
  const { host } = platform;
  const found = await host.transact(host.context(), (tx) => begin(tx, host.clock.now(), request));
  if (!found) return { outcome: 'failed', reason: 'More than was taken.' };
  const { refund: known, trade } = found;
  return known.state === 'PENDING' ? resultOf(await demand(platform, known, trade)) : resultOf(known);
}

/** The refund, stored before anybody is asked; null when there is not so much left of the payment. */
async function begin(tx: Transaction, now: number, { refundId, paymentId, amount }: RefundRequest) {
  const trade = await tx.em.findOne(Trade, paymentId);
  if (!trade) return null;
  const known = await tx.em.findOne(TradeRefund, refundId);
  if (known) return { refund: known, trade };
  const { affectedRows } = await tx.em.execute<{ affectedRows: number }>(
    `update wechat_trade set refunded = refunded + ?
     where payment_id = ? and state = 'SUCCEEDED' and refunded + ? <= amount`,
    [amount, paymentId, amount],
    'run',
  );
  if (affectedRows !== 1) return null;
  const fresh: TradeRefund = {
    refundId,
    outRefundNo: numberOf(refundId),
    paymentId,
    amount,
    shareBack: await shareOf(tx, trade, amount),
    isShareBack: false,
    state: 'PENDING',
    platformId: null,
    reason: null,
    createdAt: now,
    finishedAt: null,
  };
  await tx.em.insert(TradeRefund, fresh);
  return { refund: fresh, trade };
}

/** Asks for a refund, or how it stands once WeChat Pay has taken it on. */
async function demand(platform: Platform, refund: TradeRefund, trade: Trade): Promise<TradeRefund> {
  const { client, host, notifyUrl } = platform;
  const { refundId, outRefundNo, amount } = refund;
  if (refund.platformId) return (await lookUp(platform, refund, trade)) ?? refund;
  if (!(await shareIsBack(platform, refund))) return refund;
  const answer = await client.call({
    method: 'POST',
    path: '/v3/refund/domestic/refunds',
    body: {
      out_trade_no: trade.outTradeNo,
      out_refund_no: outRefundNo,
      notify_url: notifyUrl,
      amount: { refund: amount, total: trade.amount, currency: 'CNY' },
    },
  });
  if (answer.ok) return note(platform, refund, trade, answer.data);
  const { code, status } = answer;
  if (MENDABLE.includes(code) || status === 401) {
    host.log.error({ refundId, code, alarm: true }, 'WeChat Pay does not refund as things are; it is asked again');
    return finish(platform, refund, { reason: `WeChat Pay does not refund as things are: ${code}` });
  }
  // What is refused may be a repeat of what was taken on, in other words.
  const found = await lookUp(platform, refund, trade);
  return found ?? finish(platform, refund, { state: 'FAILED', reason: `WeChat Pay refuses: ${code}` });
}

/** The refund as WeChat Pay knows it; null when it does not. Throws NotCertain when it cannot say. */
async function lookUp(platform: Platform, refund: TradeRefund, trade: Trade): Promise<TradeRefund | null> {
  const path = `/v3/refund/domestic/refunds/${refund.outRefundNo}`;
  const answer = await platform.client.call({ method: 'GET', path });
  if (answer.ok) return note(platform, refund, trade, answer.data);
  if (isAbsent(answer)) return null;
  throw new NotCertain(`a refund could not be looked up: ${answer.code}`);
}

/** Writes down how a refund stands. Throws NotCertain when WeChat Pay speaks of something else. */
async function note(platform: Platform, refund: TradeRefund, trade: Trade, data: unknown): Promise<TradeRefund> {
  const { success, data: now } = told.safeParse(data);
  const isOurs = success && now.out_refund_no === refund.outRefundNo && now.amount.refund === refund.amount;
  if (!isOurs || now.amount.total !== trade.amount) {
    platform.host.log.error({ refundId: refund.refundId, alarm: true }, 'WeChat Pay tells of a refund what cannot be');
    throw new NotCertain(`${refund.refundId}: another refund`);
  }
  const platformId = now.refund_id ?? refund.platformId ?? null;
  switch (now.status) {
    case 'SUCCESS':
      return finish(platform, refund, { state: 'SUCCEEDED', platformId }, Date.parse(now.success_time ?? ''));
    case 'PROCESSING':
      return finish(platform, refund, { platformId, reason: null });
    case 'ABNORMAL':
      // It has left us, and goes on when a person has said over there where to.
      return finish(platform, refund, { platformId, reason: STUCK });
    case 'CLOSED':
      return finish(platform, refund, { state: 'FAILED', platformId, reason: 'WeChat Pay has closed the refund.' });
  }
}

/** What is decided of a refund stays so. */
async function finish(
  { host }: Platform,
  { refundId, paymentId, amount }: TradeRefund,
  changes: Partial<TradeRefund>,
  at = Number.NaN,
): Promise<TradeRefund> {
  const finishedAt = changes.state ? (Number.isNaN(at) ? host.clock.now() : at) : null;
  return host.transact(host.context(), async (tx) => {
    const decided = await tx.em.nativeUpdate(TradeRefund, { refundId, state: 'PENDING' }, { ...changes, finishedAt });
    // What came to nothing may be asked for anew, under another number.
    if (decided === 1 && changes.state === 'FAILED')
      await tx.em.execute('update wechat_trade set refunded = refunded - ? where payment_id = ?', [amount, paymentId]);
    return tx.em.findOneOrFail(TradeRefund, refundId, { refresh: true });
  });
}

function resultOf({ state, reason }: TradeRefund): RefundResult {
  if (state === 'SUCCEEDED') return { outcome: 'succeeded' };
  if (state === 'FAILED') return { outcome: 'failed', reason: reason ?? 'It was refused.' };
  return { outcome: 'pending', ...(reason && { trouble: reason }) };
}
