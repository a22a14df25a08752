import { digits, openName } from './keys.ts';
import { type Asked, fen, merchant, type Operation, type Simulation, textOf, wrong } from './simulation.ts';
import { ApiError, type SimulatedShare, type SimulatedTrade, stamp } from './world.ts';

/** So long after a payment nothing of it is shared, in milliseconds; and so much of it at the most. */
const EARLIEST = 60_000;
const MOST = 0.3;

/** Sharing money with others, and having it back. */
export const sharing: readonly Operation[] = [
  {
    method: 'POST',
    path: /^\/v3\/profitsharing\/receivers\/add$/,
    async answer({ body, header }, { world, keys }) {
      if (body.appid !== merchant.appid) throw wrong('appid');
      const key = (await keys()).platform.find(({ id }) => id === header('wechatpay-serial'));
      if (body.name !== undefined && !(key && openName(key, body.name))) throw wrong('name');
      if (body.type === 'MERCHANT_ID' && body.name === undefined) throw wrong('name');
      world.receivers.add(`${body.type} ${textOf('account', body.account, 64)}`);
      return { status: 200, body: { type: body.type, account: body.account, relation_type: body.relation_type } };
    },
  },
  {
    method: 'POST',
    path: /^\/v3\/profitsharing\/orders$/,
    answer: ({ body }, simulation) => ({ status: 200, body: shareTold(shared(body, simulation), simulation) }),
  },
  {
    method: 'POST',
    path: /^\/v3\/profitsharing\/orders\/unfreeze$/,
    answer({ body }, { world }) {
      const trade = [...world.trades.values()].find(({ transactionId }) => transactionId === body.transaction_id);
      if (!trade) throw new ApiError(404, 'RESOURCE_NOT_EXISTS');
      trade.isShared = false;
      return { status: 200, body: { ...body, order_id: digits(28), state: 'FINISHED' } };
    },
  },
  {
    method: 'GET',
    path: /^\/v3\/profitsharing\/orders\/(?<number>[^/]+)$/,
    answer({ groups, query }, simulation) {
      const found = simulation.world.shares.get(groups['number'] ?? '');
      if (found?.transactionId !== query.get('transaction_id')) throw new ApiError(404, 'RESOURCE_NOT_EXISTS');
      return { status: 200, body: shareTold(found as SimulatedShare, simulation) };
    },
  },
  {
    method: 'POST',
    path: /^\/v3\/profitsharing\/return-orders$/,
    answer({ body }, { world }) {
      const share = world.shares.get(body.out_order_no);
      if (share?.result !== 'SUCCESS') throw new ApiError(404, 'RESOURCE_NOT_EXISTS');
      if (share.type !== 'MERCHANT_ID' || body.return_mchid !== share.account) throw wrong('return_mchid');
      const amount = fen('amount', body.amount);
      const number = textOf('out_return_no', body.out_return_no, 64);
      const back = [...share.returns.values()].reduce((sum, one) => sum + one.amount, 0);
      const known = share.returns.get(number);
      if (known && known.amount !== amount) throw wrong('amount');
      if (!known && back + amount > share.amount) throw new ApiError(400, 'INVALID_REQUEST', 'More than was shared.');
      share.returns.set(number, { amount, result: 'SUCCESS' });
      const told = { out_order_no: share.outOrderNo, out_return_no: number, return_mchid: share.account, amount };
      return { status: 200, body: { ...told, return_id: digits(28), result: 'SUCCESS' } };
    },
  },
];

function shared(body: Asked['body'], { world, now, settlesAfter }: Simulation): SimulatedShare {
  const outOrderNo = textOf('out_order_no', body.out_order_no, 64);
  const [receiver] = body.receivers ?? [];
  const amount = fen('receivers.amount', receiver?.amount);
  const known = world.shares.get(outOrderNo);
  if (known && known.amount !== amount) throw new ApiError(400, 'INVALID_REQUEST', 'Re-entry parameters differ.');
  if (known) return known;
  const trade = [...world.trades.values()].find(({ transactionId }) => transactionId === body.transaction_id);
  assertShareable(trade, amount, now());
  const isKnown = world.receivers.has(`${receiver.type} ${receiver.account}`);
  const share: SimulatedShare = {
    outOrderNo,
    orderId: `3008${digits(24)}`,
    transactionId: trade.transactionId,
    amount,
    type: receiver.type,
    account: receiver.account,
    result: 'PENDING',
    finishesAt: now() + settlesAfter,
    ...(!isKnown && { failReason: 'NO_RELATION' }),
    returns: new Map(),
  };
  world.shares.set(outOrderNo, share);
  return share;
}

function assertShareable(
  trade: SimulatedTrade | undefined,
  amount: number,
  now: number,
): asserts trade is SimulatedTrade {
  if (!trade || trade.paidAt === null) throw new ApiError(404, 'RESOURCE_NOT_EXISTS');
  if (!trade.isShared) throw new ApiError(403, 'NO_AUTH', 'The trade was not announced as shared.');
  if (now < trade.paidAt + EARLIEST) throw new ApiError(400, 'INVALID_REQUEST', 'It is too early.');
  if (amount > trade.total * MOST) throw new ApiError(403, 'RULE_LIMIT', 'It is more than thirty per cent.');
}

/** Brings shares to their end whose time has come, and tells the merchant. */
export async function settleShares({ world, now, callbacks }: Simulation): Promise<void> {
  for (const share of world.shares.values()) {
    if (share.result !== 'PENDING' || now() < share.finishesAt) continue;
    share.result = share.failReason ? 'CLOSED' : 'SUCCESS';
    const trade = [...world.trades.values()].find(({ transactionId }) => transactionId === share.transactionId);
    const { type, account, amount, outOrderNo, orderId, transactionId } = share;
    const event = {
      mchid: merchant.mchid,
      transaction_id: transactionId,
      order_id: orderId,
      out_order_no: outOrderNo,
      receiver: { type, account, amount, description: '' },
      success_time: stamp(now()),
    };
    if (trade?.notifyUrl) await callbacks.tell(trade.notifyUrl, 'PROFITSHARING', 'profitsharing', event);
  }
}

function shareTold(share: SimulatedShare, { now }: Simulation): object {
  const isOver = share.result !== 'PENDING';
  return {
    transaction_id: share.transactionId,
    out_order_no: share.outOrderNo,
    order_id: share.orderId,
    state: isOver ? 'FINISHED' : 'PROCESSING',
    receivers: [
      {
        type: share.type,
        account: share.account,
        amount: share.amount,
        result: share.result,
        ...(isOver && { finish_time: stamp(now()) }),
        ...(share.result === 'CLOSED' && { fail_reason: share.failReason }),
      },
    ],
  };
}
