import { digits } from './keys.ts';
import { notifyUrlIn, tradeOf } from './payments.ts';
import { type Asked, fen, merchant, type Operation, type Simulation, textOf } from './simulation.ts';
import { ApiError, type SimulatedRefund, stamp } from './world.ts';

/** Refunds of one trade. */
const MOST = 50;

/** Giving money back. */
export const refunds: readonly Operation[] = [
  {
    method: 'POST',
    path: /^\/v3\/refund\/domestic\/refunds$/,
    answer: ({ body }, simulation) => ({ status: 200, body: refundTold(begun(body, simulation), simulation) }),
  },
  {
    method: 'GET',
    path: /^\/v3\/refund\/domestic\/refunds\/(?<number>[^/]+)$/,
    answer({ groups }, simulation) {
      const found = simulation.world.refunds.get(groups['number'] ?? '');
      if (!found) throw new ApiError(404, 'RESOURCE_NOT_EXISTS', 'There is no such refund.');
      return { status: 200, body: refundTold(found, simulation) };
    },
  },
];

function begun(body: Asked['body'], simulation: Simulation): SimulatedRefund {
  const { world, now, settlesAfter } = simulation;
  const outRefundNo = textOf('out_refund_no', body.out_refund_no, 64);
  const parameters = JSON.stringify(body);
  const known = world.refunds.get(outRefundNo);
  if (known && known.parameters !== parameters) throw new ApiError(400, 'INVALID_REQUEST', 'The refund is another.');
  if (known) return known;
  const byId = [...world.trades.values()].find(({ transactionId }) => transactionId === body.transaction_id);
  const trade = tradeOf(body.out_trade_no ?? byId?.outTradeNo, simulation);
  if (!['SUCCESS', 'REFUND'].includes(trade.state)) throw new ApiError(400, 'INVALID_REQUEST', 'It is not paid.');
  const refund = fen('amount.refund', body.amount?.refund);
  if (body.amount?.total !== trade.total) throw new ApiError(400, 'PARAM_ERROR', 'The total is another.');
  const before = refundsOf(trade.outTradeNo, simulation).filter(({ status }) => status !== 'CLOSED');
  const sum = before.reduce((total, one) => total + one.refund, 0);
  if (sum + refund > trade.total || before.length >= MOST)
    throw new ApiError(400, 'INVALID_REQUEST', 'More than was paid.');
  const shared = [...world.shares.values()].filter(({ transactionId, result }) => {
    return transactionId === trade.transactionId && result !== 'CLOSED';
  });
  const away = shared.reduce(
    (total, { amount, returns }) => total + amount - [...returns.values()].reduce((back, one) => back + one.amount, 0),
    0,
  );
  if (sum + refund > trade.total - away)
    throw new ApiError(403, 'NOT_ENOUGH', 'What was shared has to come back first.');
  const made: SimulatedRefund = {
    outRefundNo,
    outTradeNo: trade.outTradeNo,
    refund,
    parameters,
    refundId: `503000${digits(22)}`,
    status: settlesAfter === 0 ? 'SUCCESS' : 'PROCESSING',
    notifyUrl: body.notify_url === undefined ? '' : notifyUrlIn(body.notify_url),
    createdAt: now(),
    finishedAt: settlesAfter === 0 ? now() : null,
  };
  world.refunds.set(outRefundNo, made);
  trade.state = 'REFUND';
  return made;
}

const refundsOf = (number: string, { world }: Simulation) =>
  [...world.refunds.values()].filter(({ outTradeNo }) => outTradeNo === number);

/** Brings refunds to their end whose time has come, and tells the merchant. */
export async function settleRefunds(simulation: Simulation): Promise<void> {
  const { world, now, settlesAfter } = simulation;
  for (const refund of world.refunds.values())
    if (refund.status === 'PROCESSING' && now() >= refund.createdAt + settlesAfter)
      await settleRefund(refund, 'SUCCESS', simulation);
}

/** Brings a refund to an end. */
export async function settleRefund(
  refund: SimulatedRefund,
  status: 'SUCCESS' | 'ABNORMAL' | 'CLOSED',
  simulation: Simulation,
): Promise<void> {
  refund.status = status;
  refund.finishedAt = simulation.now();
  const { status: _, ...rest } = refundTold(refund, simulation) as Record<string, unknown>;
  const event = { ...rest, mchid: merchant.mchid, refund_status: status };
  if (refund.notifyUrl) await simulation.callbacks.tell(refund.notifyUrl, `REFUND.${status}`, 'refund', event);
}

function refundTold(refund: SimulatedRefund, simulation: Simulation): object {
  const { transactionId, total } = tradeOf(refund.outTradeNo, simulation);
  return {
    refund_id: refund.refundId,
    out_refund_no: refund.outRefundNo,
    transaction_id: transactionId,
    out_trade_no: refund.outTradeNo,
    channel: 'ORIGINAL',
    user_received_account: '招商银行信用卡0403',
    status: refund.status,
    create_time: stamp(refund.createdAt),
    ...(refund.finishedAt && { success_time: stamp(refund.finishedAt) }),
    funds_account: 'AVAILABLE',
    amount: { total, refund: refund.refund, payer_total: total, payer_refund: refund.refund, currency: 'CNY' },
  };
}
