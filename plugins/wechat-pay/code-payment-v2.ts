import { readFileSync } from 'node:fs';
import { Agent, request } from 'undici';
import { SECOND } from '../../kernel/clock.ts';
import { ConfigurationError } from '../../kernel/settings.ts';
import { type Client, NotCertain } from './client.ts';
import { type CodeAnswer, type CodePayment, meaningOf } from './code-payment.ts';
import type { Trade } from './entities.ts';
import type { WechatPaySettings } from './settings.ts';
import { nonce } from './signing.ts';
import { fromXml, type Message, signatureOf, toXml } from './version2.ts';

const MAX_ANSWER = 100_000;

/** Payment codes in version 2, whose other side shows a certificate when it takes a payment back. */
export function codesOfVersion2(client: Client, settings: WechatPaySettings, origin: string): CodePayment {
  const limit = settings.timeoutSeconds * SECOND;
  const connect = certificateIn(settings, origin);
  const agent = new Agent({ connect: { timeout: limit, ...connect }, headersTimeout: limit, bodyTimeout: limit });

  /** Sends once. Throws NotCertain without an answer that is signed. */
  async function send(path: string, message: Message): Promise<Message> {
    const { appId: appid, merchantId: mch_id, apiV2Key } = await client.credentials();
    if (!apiV2Key)
      throw new ConfigurationError('WECHAT_PAY_API_V2_KEY is not set, which payment codes of version 2 need');
    const whole = { appid, mch_id, nonce_str: nonce(), sign_type: 'HMAC-SHA256', ...message };
    const body = toXml({ ...whole, sign: signatureOf(whole, apiV2Key) });
    let text: string;
    try {
      const headers = { 'content-type': 'text/xml; charset=utf-8', 'user-agent': 'DineGraph/1.0' };
      const options = { method: 'POST', headers, body, dispatcher: agent, signal: AbortSignal.timeout(limit) } as const;
      const answer = await request(`${origin}${path}`, options);
      text = await answer.body.text();
      if (answer.statusCode !== 200 || text.length > MAX_ANSWER) throw new Error(`${answer.statusCode}`);
    } catch (error) {
      throw new NotCertain(`${path}: no answer`, { cause: error });
    }
    const answer = fromXml(text);
    if (answer['return_code'] !== 'SUCCESS') throw new NotCertain(`${path}: ${answer['return_msg']}`);
    if (answer['sign'] !== signatureOf(answer, apiV2Key)) throw new NotCertain(`${path}: an answer that is forged`);
    return answer;
  }

  /** What an answer says, in the words of version 3. */
  function answered(answer: Message, state: string | undefined): CodeAnswer {
    if (answer['result_code'] !== 'SUCCESS') return meaningOf(answer['err_code'] ?? '', answer['err_code_des'] ?? '');
    const { appid, mch_id: mchid, out_trade_no, transaction_id, total_fee, fee_type = 'CNY', time_end } = answer;
    const amount = total_fee ? { amount: { total: Number(total_fee), currency: fee_type } } : {};
    const success_time = time_end?.replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/, '$1-$2-$3T$4:$5:$6+08:00');
    const told = { appid, mchid, out_trade_no, transaction_id, trade_state: state, success_time, ...amount };
    return { is: 'told', data: JSON.parse(JSON.stringify(told)) };
  }

  return {
    async pay(trade: Trade, code: string) {
      const { outTradeNo: out_trade_no, description, amount } = trade;
      const what = { body: description, out_trade_no, total_fee: String(amount), spbill_create_ip: '127.0.0.1' };
      const shared = trade.isShared ? { profit_sharing: 'Y' } : {};
      return answered(await send('/pay/micropay', { ...what, auth_code: code, ...shared }), 'SUCCESS');
    },
    async query({ outTradeNo: out_trade_no }) {
      const answer = await send('/pay/orderquery', { out_trade_no });
      return answered(answer, answer['trade_state']);
    },
    async reverse({ outTradeNo: out_trade_no }) {
      const answer = await send('/secapi/pay/reverse', { out_trade_no });
      return answer['recall'] === 'Y' ? { is: 'undecided' } : answered(answer, 'REVOKED');
    },
    close: () => agent.close(),
  };
}

/** The certificate that the merchant shows; needed wherever connections are encrypted. */
function certificateIn({ apiV2Certificate: file }: WechatPaySettings, origin: string): { cert?: Buffer; key?: Buffer } {
  if (!file && !origin.startsWith('https:')) return {};
  const what = 'WECHAT_PAY_API_V2_CERTIFICATE is not valid: expected a PEM file with the certificate and its key';
  if (!file) throw new ConfigurationError(what);
  try {
    const pem = readFileSync(file);
    return { cert: pem, key: pem };
  } catch {
    throw new ConfigurationError(what);
  }
}
