import { ask, closeThere } from './asking.ts';
import type { Trade } from './entities.ts';
import type { Platform } from './platform.ts';
import { reasonFor } from './reasons.ts';
import { paymentRequest } from './signing.ts';
import { decide } from './trades.ts';

/**
 * Asks for what the payer is shown: the text of a QR code, or what opens the mini-program's payment. Asked again for the
 * same trade, WeChat Pay answers the like. Throws NotCertain.
 */
export async function prepay(platform: Platform, trade: Trade): Promise<Trade> {
  const { client, host, notifyUrl } = platform;
  const keys = await client.credentials();
  const body = {
    appid: keys.appId,
    mchid: keys.merchantId,
    description: trade.description,
    out_trade_no: trade.outTradeNo,
    ...(trade.expiresAt && { time_expire: new Date(trade.expiresAt).toISOString().replace(/\.\d+Z$/, '+00:00') }),
    notify_url: notifyUrl,
    amount: { total: trade.amount, currency: 'CNY' },
    ...(trade.openId && { payer: { openid: trade.openId } }),
    ...(trade.isShared && { settle_info: { profit_sharing: true } }),
  };
  const path = `/v3/pay/transactions/${trade.kind === 'JSAPI' ? 'jsapi' : 'native'}`;
  const answer = await client.call({ method: 'POST', path, body });
  if (!answer.ok) return refused(platform, trade, answer.code);
  const { code_url: codeUrl, prepay_id: prepayId } = answer.data as { code_url?: string; prepay_id?: string };
  const action = prepayId ? paymentRequest(keys, prepayId, host.clock.now()) : (codeUrl ?? null);
  const now = await decide(host, trade, { action });
  // Closed while it was on its way: what nobody was shown nobody pays, and it is closed there as well.
  if (now.state === 'CLOSED') await closeThere(platform, now).catch(() => {});
  return now;
}

/** Codes that may mean that the trade was taken on before, by a request whose answer was lost. */
const REPEATED = /^(INVALID_REQUEST|ORDER_?PAID|OUT_TRADE_NO_USED|ORDER_?CLOSED|ORDER_?REVERSED)$/;

/** Declined, unless what was refused is a repeat of what had been taken on before. Throws NotCertain. */
export async function refused(platform: Platform, trade: Trade, code: string): Promise<Trade> {
  const asked = REPEATED.test(code) ? await ask(platform, trade) : undefined;
  if (asked?.isThere) return asked.trade;
  return decide(platform.host, trade, { state: 'DECLINED', declineReason: reasonFor(code) });
}
