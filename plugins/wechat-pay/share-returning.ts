import type { Transaction } from '../../kernel/module.ts';
import { ProfitShare, type Trade, TradeRefund } from './entities.ts';
import type { Platform } from './platform.ts';

/** What of a payment's share has to come back before so much of the payment can be given back. In a refund's transaction. */
export async function shareOf(tx: Transaction, trade: Trade, amount: number): Promise<number> {
  const share = await tx.em.findOne(ProfitShare, trade.paymentId);
  if (!share || !['PENDING', 'SUCCEEDED'].includes(share.state)) return 0;
  // What goes back is not the store's to keep: in proportion, and the last part takes the rest.
  const counts = [{ state: { $ne: 'FAILED' as const } }, { isShareBack: true }];
  const asked = await tx.em.find(TradeRefund, { paymentId: trade.paymentId, $or: counts });
  const before = asked.reduce((sum, { shareBack }) => sum + shareBack, 0);
  const refunded = asked.reduce((sum, one) => sum + one.amount, amount);
  const rest = share.amount - before;
  return refunded >= trade.amount ? rest : Math.min(Math.ceil((share.amount * amount) / trade.amount), rest);
}

/** Whether what has to come back has; else it is asked for. Throws NotCertain. */
export async function shareIsBack({ host, client }: Platform, refund: TradeRefund): Promise<boolean> {
  const { refundId, paymentId, outRefundNo, shareBack } = refund;
  if (shareBack === 0 || refund.isShareBack) return true;
  const share = await host.context().em.findOneOrFail(ProfitShare, paymentId);
  // Nothing is known yet of the share itself; or nobody got it, and there is nothing to come back.
  if (share.state === 'PENDING') return false;
  if (share.state === 'FAILED' || share.receiverType !== 'MERCHANT_ID') return true;
  const body = {
    out_order_no: share.outOrderNo,
    out_return_no: `R${outRefundNo}`,
    return_mchid: share.receiver,
    amount: shareBack,
    description: 'Refund',
  };
  const answer = await client.call({ method: 'POST', path: '/v3/profitsharing/return-orders', body });
  const result = answer.ok ? (answer.data as { result?: string }).result : answer.code;
  if (result !== 'SUCCESS' && result !== 'PROCESSING')
    host.log.error({ refundId, paymentId, result, alarm: true }, 'a share does not come back, and its refund waits');
  if (result !== 'SUCCESS') return false;
  await host.transact(host.context(), async (tx) => {
    const done = await tx.em.nativeUpdate(TradeRefund, { refundId, isShareBack: false }, { isShareBack: true });
    if (done !== 1) return;
    await tx.em.execute('update wechat_share set returned = returned + ? where payment_id = ?', [shareBack, paymentId]);
    const all = "update wechat_share set state = 'RETURNED' where payment_id = ? and returned >= amount";
    await tx.em.execute(all, [paymentId]);
  });
  return true;
}
