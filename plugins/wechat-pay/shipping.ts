import { request } from 'undici';
import { DAY, MINUTE, SECOND } from '../../kernel/clock.ts';
import { insertNew } from '../../kernel/database/insert-new.ts';
import type { Context, Transaction } from '../../kernel/module.ts';
import type { OrderCompleted } from '../../schema/events.ts';
import { NotCertain } from './client.ts';
import { ShippingReport, Trade } from './entities.ts';
import type { Platform } from './platform.ts';

const BATCH = 50;
/** How long it is before a report is tried again, and how long it is tried, in milliseconds. */
const AGAIN = 5 * MINUTE;
const LONGEST = 2 * DAY;
/** Codes of a token that is not good any more. */
const TOKEN_CODES = [40001, 42001];

/** Notes that an order was handed over, when it was paid in the mini-program. */
export async function handedOver(tx: Transaction, { orderId, completedAt }: OrderCompleted): Promise<void> {
  const paid = await tx.em.findOne(Trade, { orderId, kind: 'JSAPI', state: 'SUCCEEDED' });
  if (!paid) return;
  const { paymentId } = paid;
  const report = { paymentId, orderId, handedOverAt: completedAt, reason: null, nextAt: 0 };
  await insertNew(tx, ShippingReport, { ...report, state: 'DUE' });
}

/** Tells WeChat what was handed over, without which it keeps a mini-program's money frozen. */
export interface Shipping {
  report(ctx: Context): Promise<void>;
}

/** Opens the way to the mini-program's server. Its token is kept until it is used up. */
export function shipping(platform: Platform): Shipping {
  const { host, client } = platform;
  const { miniProgramHost, timeoutSeconds } = host.settings;
  let token: { text: string; until: number } | undefined;

  /** Posts to the mini-program's server; it answers 200 also to what it refuses. */
  async function post(path: string, body: object): Promise<Record<string, unknown> & { errcode?: number }> {
    const limit = timeoutSeconds * SECOND;
    const answer = await request(`${miniProgramHost.replace(/\/$/, '')}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(limit),
    });
    if (answer.statusCode !== 200) throw new NotCertain(`the mini-program's server answers ${answer.statusCode}`);
    return (await answer.body.json()) as Record<string, unknown>;
  }

  async function tokenOf(): Promise<string> {
    const now = host.clock.now();
    if (token && token.until > now) return token.text;
    const { appId: appid, appSecret: secret } = await client.credentials();
    const asked = { grant_type: 'client_credential', appid, secret, force_refresh: false };
    const { access_token: text, expires_in: seconds, errcode } = await post('/cgi-bin/stable_token', asked);
    if (typeof text !== 'string') throw new NotCertain(`no token: ${errcode}`);
    token = { text, until: now + (Number(seconds) - 60) * SECOND };
    return text;
  }

  /** The code of the answer: 0 is success. */
  async function upload(trade: Trade, at: number): Promise<number> {
    const { merchantId: mchid } = await client.credentials();
    const body = {
      order_key: { order_number_type: 1, mchid, out_trade_no: trade.outTradeNo },
      // Picked up by the diner, all at once.
      logistics_type: 4,
      delivery_mode: 1,
      shipping_list: [{ item_desc: trade.description }],
      upload_time: new Date(at).toISOString().replace('Z', '+00:00'),
      payer: { openid: trade.openId },
    };
    const path = `/wxa/sec/order/upload_shipping_info?access_token=${encodeURIComponent(await tokenOf())}`;
    return (await post(path, body)).errcode ?? 0;
  }

  async function tell(trade: Trade, report: ShippingReport): Promise<Partial<ShippingReport>> {
    const now = host.clock.now();
    let code = await upload(trade, report.handedOverAt);
    if (TOKEN_CODES.includes(code)) {
      token = undefined;
      code = await upload(trade, report.handedOverAt);
    }
    if (code === 0) return { state: 'REPORTED', reason: null };
    host.log.warn({ paymentId: trade.paymentId, code }, 'WeChat does not take a report of what was handed over');
    const isOver = now > report.handedOverAt + LONGEST;
    return { reason: `errcode ${code}`, ...(isOver ? { state: 'REFUSED' } : { nextAt: now + AGAIN }) };
  }

  return {
    async report(ctx) {
      const due = { state: 'DUE' as const, nextAt: { $lte: host.clock.now() } };
      for (const report of await ctx.em.find(ShippingReport, due, { orderBy: { nextAt: 'asc' }, limit: BATCH })) {
        const { paymentId } = report;
        const trade = await ctx.em.findOneOrFail(Trade, paymentId);
        try {
          const changes = await tell(trade, report);
          await host.transact(ctx, (tx) => tx.em.nativeUpdate(ShippingReport, { paymentId, state: 'DUE' }, changes));
        } catch (error) {
          host.log.warn({ error, paymentId }, 'what was handed over could not be reported yet');
        }
      }
    },
  };
}
