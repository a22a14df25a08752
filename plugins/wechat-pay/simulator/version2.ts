import { createHmac, randomBytes } from 'node:crypto';
import { reversed, take } from './codes.ts';
import { newTrade, tradeOf } from './payments.ts';
import { merchant, type Simulation } from './simulation.ts';
import { ApiError, type SimulatedTrade, stamp } from './world.ts';

type Fields = Record<string, string>;

/** Payment by code in version 2: XML, signed with a shared key. Null for any other path. */
export async function version2(request: Request, simulation: Simulation): Promise<Response | null> {
  const { pathname } = new URL(request.url);
  const operation = operations[pathname];
  if (!operation) return null;
  const { apiV2Key } = await simulation.keys();
  const fields = read(await request.text());
  if (fields['sign_type'] !== 'HMAC-SHA256' || fields['sign'] !== sign(fields, apiV2Key))
    return xml({ return_code: 'FAIL', return_msg: '签名错误' });
  if (fields['mch_id'] !== merchant.mchid || fields['appid'] !== merchant.appid)
    return xml({ return_code: 'FAIL', return_msg: 'appid and mch_id do not match' });
  const answer: Fields = {
    return_code: 'SUCCESS',
    return_msg: 'OK',
    appid: merchant.appid,
    mch_id: merchant.mchid,
    nonce_str: randomBytes(8).toString('hex'),
    ...(await operation(fields, simulation).catch(refused)),
  };
  return xml({ ...answer, sign: sign(answer, apiV2Key) });
}

const operations: Record<string, (fields: Fields, simulation: Simulation) => Promise<Fields>> = {
  async '/pay/micropay'(fields, simulation) {
    const body = {
      appid: fields['appid'],
      mchid: fields['mch_id'],
      out_trade_no: fields['out_trade_no'],
      description: fields['body'],
      amount: { total: Number(fields['total_fee']), currency: fields['fee_type'] ?? 'CNY' },
      settle_info: { profit_sharing: fields['profit_sharing'] === 'Y' },
    };
    return paid(await take(newTrade(body, 'MICROPAY', simulation), fields['auth_code'] ?? '', simulation));
  },
  async '/pay/orderquery'(fields, simulation) {
    const trade = tradeOf(fields['out_trade_no'], simulation);
    return { ...(trade.paidAt === null ? named(trade) : paid(trade)), trade_state: trade.state };
  },
  async '/secapi/pay/reverse'(fields, simulation) {
    reversed(fields['out_trade_no'], simulation);
    return { result_code: 'SUCCESS', recall: 'N' };
  },
};

const named = ({ outTradeNo }: SimulatedTrade): Fields => ({ result_code: 'SUCCESS', out_trade_no: outTradeNo });

function paid(trade: SimulatedTrade): Fields {
  return {
    ...named(trade),
    trade_type: 'MICROPAY',
    transaction_id: trade.transactionId,
    total_fee: String(trade.total),
    fee_type: 'CNY',
    time_end: stamp(trade.paidAt ?? 0)
      .slice(0, 19)
      .replace(/\D/g, ''),
  };
}

/** What version 2 calls things otherwise. */
const codes: Record<string, string> = {
  ORDER_NOT_EXIST: 'ORDERNOTEXIST',
  AUTH_CODE_EXPIRED: 'AUTHCODEEXPIRE',
  NOT_ENOUGH: 'NOTENOUGH',
  BANK_ERROR: 'BANKERROR',
};

function refused(error: unknown): Fields {
  if (!(error instanceof ApiError)) throw error;
  return { result_code: 'FAIL', err_code: codes[error.code] ?? error.code, err_code_des: error.message };
}

function sign(fields: Fields, key: string): string {
  const names = Object.keys(fields).filter((name) => name !== 'sign' && fields[name]);
  names.sort();
  const text = names.map((name) => `${name}=${fields[name]}`).join('&');
  return createHmac('sha256', key).update(`${text}&key=${key}`).digest('hex').toUpperCase();
}

function read(text: string): Fields {
  const found = text.matchAll(/<([a-z_]+)>(?:<!\[CDATA\[)?([^<\]]*)(?:\]\]>)?<\/\1>/g);
  return Object.fromEntries([...found].map(([, name, value]) => [name, value]));
}

function xml(fields: Fields): Response {
  const parts = Object.entries(fields).map(([name, value]) => `<${name}><![CDATA[${value}]]></${name}>`);
  return new Response(`<xml>${parts.join('')}</xml>`, { headers: { 'content-type': 'text/xml' } });
}
