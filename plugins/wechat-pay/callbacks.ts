import { readBody } from '../../kernel/body.ts';
import { digest } from '../../kernel/crypto.ts';
import { insertNew } from '../../kernel/database/insert-new.ts';
import type { Transaction } from '../../kernel/module.ts';
import { aboutPayment, aboutRefund, aboutShare, callback } from './callback-body.ts';
import { Callback, ProfitShare, Trade, TradeRefund } from './entities.ts';
import type { Credentials } from './keys.ts';
import type { Platform } from './platform.ts';
import { paymentReported, refundReported } from './reporting.ts';
import { doubtOf, signatureHeaders, unsealed } from './signing.ts';
import { reopen } from './trades.ts';
import { mismatch } from './transaction.ts';

/** The most that a callback has, in bytes. */
const MOST = 65_536;

/** Why a callback is refused: an HTTP status and a few words. */
class Refusal extends Error {
  readonly status: number;

  constructor(status: number, reason: string) {
    super(reason);
    this.status = status;
  }
}

/** What a callback is about, and what is done about it. */
interface Matter {
  /** Our number of it. */
  subject: string;
  act(tx: Transaction): Promise<unknown>;
}

/**
 * Answers a callback of WeChat Pay: 204 when it was taken, else `{ code: 'FAIL' }` and a line in the log, and nothing was
 * changed. A callback decides nothing either: it is WeChat Pay's word that something has happened, upon which it is asked.
 */
export async function answerCallback(platform: Platform, request: Request): Promise<Response> {
  const { host } = platform;
  try {
    const keys = await platform.client.credentials();
    const { body, delivery } = await believed(request, keys, host.clock.now());
    const { id: eventId, event_type: eventType, resource } = body;
    const matter = await matterOf(platform, eventType, opened(resource, keys), keys);
    const row = { id: delivery, eventId, eventType, subject: matter?.subject ?? '', receivedAt: host.clock.now() };
    const isNew = await host.transact(host.context(), async (tx) => {
      const isRepeat = (await tx.em.count(Callback, { eventId })) > 0;
      if (!(await insertNew(tx, Callback, row))) return false;
      // Sent again, because our answer was lost: it was acted upon.
      if (!isRepeat) await matter?.act(tx);
      return true;
    });
    if (!isNew) throw new Refusal(409, 'replayed');
    return new Response(null, { status: 204 });
  } catch (error) {
    const { status, message } = error instanceof Refusal ? error : new Refusal(500, 'not now');
    if (!(error instanceof Refusal)) host.log.error({ error }, 'a callback of WeChat Pay could not be taken');
    else host.log.warn({ reason: message, status }, 'a callback of WeChat Pay was refused');
    return Response.json({ code: 'FAIL', message }, { status });
  }
}

/** A callback whose signature stands over its raw body, and what tells its delivery from every other one. */
async function believed(request: Request, { platformKeys }: Credentials, now: number) {
  if (!/^application\/json\b/i.test(request.headers.get('content-type') ?? '')) throw new Refusal(415, 'not JSON');
  const raw = (await readBody(request, MOST))?.toString() ?? null;
  if (raw === null) throw new Refusal(413, 'too large');
  const headers = signatureHeaders((name) => request.headers.get(name));
  const doubt = doubtOf(platformKeys, headers, raw, now);
  if (doubt || !headers) throw new Refusal(401, doubt ?? 'unsigned');
  const { success, data } = callback.safeParse(jsonIn(raw));
  if (!success) throw new Refusal(400, 'not a callback');
  return { body: data, delivery: digest(`${headers.serial} ${headers.timestamp} ${headers.nonce}`) };
}

function opened(resource: Parameters<typeof unsealed>[0], { apiV3Keys }: Credentials): unknown {
  for (const key of apiV3Keys) {
    const text = openedBy(resource, key);
    if (text !== null) return jsonIn(text);
  }
  throw new Refusal(400, 'not sealed with our key');
}

function openedBy(resource: Parameters<typeof unsealed>[0], key: string): string | null {
  try {
    return unsealed(resource, key);
  } catch {
    return null;
  }
}

/** What a callback is about, once it fits what we have; null for news that nobody here waits for. */
async function matterOf({ host }: Platform, type: string, data: unknown, keys: Credentials): Promise<Matter | null> {
  const { em } = host.context();
  if (type.startsWith('TRANSACTION.')) {
    const told = read(aboutPayment, data);
    const trade = await em.findOne(Trade, { outTradeNo: told.out_trade_no });
    if (!trade) throw new Refusal(404, 'unknown payment');
    refuseIf(mismatch(told, trade, keys));
    return {
      subject: trade.outTradeNo,
      async act(tx) {
        if (told.trade_state === 'SUCCESS') await reopen(tx, trade);
        await paymentReported(host, tx, trade);
      },
    };
  }
  if (type.startsWith('REFUND.')) {
    const told = read(aboutRefund, data);
    const refund = await em.findOne(TradeRefund, { outRefundNo: told.out_refund_no });
    const trade = refund && (await em.findOne(Trade, refund.paymentId));
    if (!refund || !trade) throw new Refusal(404, 'unknown refund');
    refuseIf(told.mchid !== keys.merchantId && 'it is of another merchant');
    refuseIf(told.out_trade_no !== trade.outTradeNo && 'it is of another payment');
    refuseIf((told.amount.refund !== refund.amount || told.amount.total !== trade.amount) && 'the amount is another');
    return { subject: refund.outRefundNo, act: (tx) => refundReported(host, tx, refund) };
  }
  if (type.startsWith('PROFITSHARING')) {
    const told = read(aboutShare, data);
    const share = await em.findOne(ProfitShare, { outOrderNo: told.out_order_no });
    if (!share) throw new Refusal(404, 'unknown share');
    // It is asked about at its next turn: now.
    const open = { paymentId: share.paymentId, state: 'PENDING' as const };
    return { subject: share.outOrderNo, act: (tx) => tx.em.nativeUpdate(ProfitShare, open, { dueAt: 0 }) };
  }
  host.log.info({ type }, 'a callback of WeChat Pay that nobody waits for');
  return null;
}

function refuseIf(wrong: string | false | null): void {
  if (wrong) throw new Refusal(400, wrong);
}

function read<T>(schema: { safeParse(data: unknown): { success: boolean; data?: T } }, data: unknown): T {
  const { success, data: told } = schema.safeParse(data);
  if (!success || told === undefined) throw new Refusal(400, 'it makes no sense');
  return told;
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, 'not JSON');
  }
}
