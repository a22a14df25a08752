import { digits } from './keys.ts';
import {
  type Asked,
  assertMerchant,
  fen,
  merchant,
  type Operation,
  type Simulation,
  textOf,
  wrong,
} from './simulation.ts';
import { ApiError, type SimulatedTrade, stamp } from './world.ts';

/** What nobody has paid ends by itself after so long, in milliseconds. */
const LONGEST = 7 * 24 * 3_600_000;
/** For so long what the payer's telephone is given is good, in milliseconds. */
const SHOWN = 2 * 3_600_000;

/** Prepaying, asking and closing. */
export const payments: readonly Operation[] = [
  {
    method: 'POST',
    path: /^\/v3\/pay\/transactions\/(?<kind>native|jsapi)$/,
    answer({ body, groups }, simulation) {
      const { token, type } = prepaid(body, groups['kind'] === 'jsapi' ? 'JSAPI' : 'NATIVE', simulation);
      const shown = type === 'JSAPI' ? { prepay_id: token } : { code_url: `weixin://wxpay/bizpayurl?pr=${token}` };
      return { status: 200, body: shown };
    },
  },
  {
    method: 'GET',
    path: /^\/v3\/pay\/transactions\/(?<by>out-trade-no|id)\/(?<number>[^/]+)$/,
    answer({ groups, query }, simulation) {
      if (query.get('mchid') !== merchant.mchid) throw new ApiError(400, 'MCH_NOT_EXISTS');
      const found = [...simulation.world.trades.values()].find((trade) =>
        [groups['by'] === 'id' ? trade.transactionId : trade.outTradeNo].includes(groups['number'] ?? ''),
      );
      if (!found) throw new ApiError(404, 'ORDER_NOT_EXIST', 'There is no such trade.');
      return { status: 200, body: told(aged(found, simulation)) };
    },
  },
  {
    method: 'POST',
    path: /^\/v3\/pay\/transactions\/out-trade-no\/(?<number>[^/]+)\/close$/,
    answer({ groups, body }, simulation) {
      if (body.mchid !== merchant.mchid) throw wrong('mchid');
      const trade = tradeOf(groups['number'], simulation);
      if (trade.type === 'MICROPAY') throw new ApiError(400, 'INVALID_REQUEST', 'This trade is reversed, not closed.');
      if (['SUCCESS', 'REFUND'].includes(trade.state)) throw new ApiError(400, 'ORDERPAID', 'The trade is paid.');
      trade.state = 'CLOSED';
      return { status: 204 };
    },
  },
];

/** A trade by our number. Throws ORDER_NOT_EXIST. */
export function tradeOf(number: string | undefined, simulation: Simulation): SimulatedTrade {
  const found = simulation.world.trades.get(number ?? '');
  if (!found) throw new ApiError(404, 'ORDER_NOT_EXIST', 'There is no such trade.');
  return aged(found, simulation);
}

/** A trade as time has left it: what was not paid in time is closed. */
function aged(trade: SimulatedTrade, { now }: Simulation): SimulatedTrade {
  if (trade.state === 'NOTPAY' && now() >= trade.expiresAt) trade.state = 'CLOSED';
  return trade;
}

function prepaid(body: Asked['body'], type: 'NATIVE' | 'JSAPI', simulation: Simulation): SimulatedTrade {
  const { world, now } = simulation;
  const parameters = JSON.stringify([type, body]);
  const known = world.trades.get(body.out_trade_no);
  if (known) {
    if (['SUCCESS', 'REFUND'].includes(known.state)) throw new ApiError(400, 'INVALID_REQUEST', 'It is paid already.');
    if (aged(known, simulation).state !== 'NOTPAY') throw new ApiError(400, 'ORDER_CLOSED', 'The trade is closed.');
    if (known.parameters !== parameters) throw new ApiError(400, 'INVALID_REQUEST', 'Re-entry parameters differ.');
    return known;
  }
  const trade = newTrade(body, type, simulation);
  const expires = body.time_expire === undefined ? now() + LONGEST : Date.parse(body.time_expire);
  if (!(expires > now())) throw wrong('time_expire');
  trade.expiresAt = Math.min(expires, now() + SHOWN);
  trade.notifyUrl = notifyUrlIn(body.notify_url);
  if (type === 'JSAPI') trade.openid = textOf('payer.openid', body.payer?.openid, 128);
  trade.parameters = parameters;
  world.trades.set(trade.outTradeNo, trade);
  return trade;
}

/** A trade as it begins, with what every kind of payment says of it. */
export function newTrade(body: Asked['body'], type: SimulatedTrade['type'], { now }: Simulation): SimulatedTrade {
  assertMerchant(body);
  const outTradeNo = textOf('out_trade_no', body.out_trade_no, 32);
  if (!/^[\w\-|*]{6,32}$/.test(outTradeNo)) throw wrong('out_trade_no');
  if (body.amount?.currency !== 'CNY') throw wrong('amount.currency');
  return {
    outTradeNo,
    type,
    notifyUrl: '',
    openid: '',
    paidAt: null,
    parameters: '',
    state: 'NOTPAY',
    transactionId: `42000${digits(23)}`,
    total: fen('amount.total', body.amount?.total),
    description: textOf('description', body.description, 127),
    createdAt: now(),
    expiresAt: now() + LONGEST,
    token: type === 'JSAPI' ? `wx${digits(34)}` : digits(12),
    isShared: body.settle_info?.profit_sharing === true,
  };
}

/** An address for callbacks: encrypted, unless it is this machine's own, and without a query. */
export function notifyUrlIn(value: unknown): string {
  const url = URL.parse(textOf('notify_url', value, 255));
  const isNear = url?.hostname === 'localhost' || url?.hostname === '127.0.0.1';
  if (!url || url.search || (url.protocol !== 'https:' && !isNear)) throw wrong('notify_url');
  return url.href;
}

/** How a trade is told of, in an answer and in a callback. */
export function told(trade: SimulatedTrade): object {
  const isPaid = trade.paidAt !== null;
  return {
    ...merchant,
    appSecret: undefined,
    out_trade_no: trade.outTradeNo,
    trade_type: trade.type,
    trade_state: trade.state,
    trade_state_desc: trade.state,
    attach: '',
    ...(trade.openid && { payer: { openid: trade.openid } }),
    ...(isPaid && {
      transaction_id: trade.transactionId,
      bank_type: 'OTHERS',
      success_time: stamp(trade.paidAt ?? 0),
      promotion_detail: [],
    }),
    amount: { total: trade.total, payer_total: trade.total, currency: 'CNY', payer_currency: 'CNY' },
  };
}
