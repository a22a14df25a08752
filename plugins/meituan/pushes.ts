import { readBody } from '../../kernel/body.ts';
import { MINUTE, SECOND } from '../../kernel/clock.ts';
import { firstOrderPush, MeituanOrder, type PushKind, pushKinds } from './entities.ts';
import { keepPush, orderOf, Refusal } from './keeping.ts';
import { orderContent } from './order-content.ts';
import { foodsOf, keyOf, partContent } from './part-content.ts';
import type { Platform } from './platform.ts';
import { isSigned, type Params, readingsOf } from './signing.ts';
import type { Worker } from './work.ts';

/** The most that a push has, in bytes. */
const MOST = 262_144;
/** How far a push's moment may be from now, in ms; what Meituan sends later than that is found out by asking. */
const TOLERANCE = 10 * MINUTE;

/** What may become of a diner's wish to have all of the money back. */
const wishNews = new Set(['apply', 'agree', 'reject', 'cancelRefund', 'cancelRefundComplaint']);

/**
 * Answers a push of Meituan: `{ data: 'ok' }` when it is kept, else `{ data: 'ng', error: { code, msg } }` and a line in
 * the log, and nothing was changed. It is acted upon afterwards. A probe, which is empty, is answered and forgotten.
 */
export async function answerPush(
  platform: Platform,
  worker: Worker,
  kind: string,
  request: Request,
): Promise<Response> {
  const { host } = platform;
  try {
    const known = pushKinds.find((one) => one === kind);
    if (!known) throw new Refusal(701, 'unknown kind');
    const params = await believed(platform, known, request);
    if (params) {
      const orderNo = await keep(platform, known, params);
      void worker.kick(orderNo);
    }
    return Response.json({ data: 'ok' });
  } catch (error) {
    const { code, message: msg } = error instanceof Refusal ? error : new Refusal(700, 'not now');
    if (!(error instanceof Refusal)) host.log.error({ error, kind }, 'a push of Meituan could not be taken');
    else host.log.warn({ reason: msg, code, kind }, 'a push of Meituan was refused');
    return Response.json({ data: 'ng', error: { code, msg } });
  }
}

/** The parameters of a push that Meituan has signed in these minutes; null for a probe. */
async function believed(platform: Platform, kind: PushKind, request: Request): Promise<Params | null> {
  const raw = (await readBody(request, MOST))?.toString() ?? null;
  if (raw === null) throw new Refusal(705, 'too large');
  if (request.method === 'GET' || raw === '') return null;
  if (!/^application\/x-www-form-urlencoded\b/i.test(request.headers.get('content-type') ?? ''))
    throw new Refusal(705, 'not a form');
  const url = `${platform.callbackUrl}/${kind}`;
  const params = readingsOf(raw).find((reading) => isSigned(url, reading, platform.appSecret));
  if (!params) throw new Refusal(703, raw.includes('sig=') ? 'forged' : 'unsigned');
  if (params['app_id'] !== platform.appId) throw new Refusal(702, 'of another application');
  const at = Number(params['timestamp']) * SECOND;
  if (!(Math.abs(platform.host.clock.now() - at) <= TOLERANCE)) throw new Refusal(703, 'stale');
  return params;
}

/** Keeps a push that fits what we have, once; answers the number of the order that it is about. */
async function keep(platform: Platform, kind: PushKind, params: Params): Promise<string> {
  const { host } = platform;
  const orderNo = params['order_id'] ?? '';
  if (!/^\d{1,32}$/.test(orderNo)) throw new Refusal(701, 'of no order');
  const known = await host.context().em.findOne(MeituanOrder, orderNo);
  const fresh = kind === 'order' ? await orderOf(platform, params, known) : null;
  if (!known && !fresh) throw new Refusal(806, 'unknown order');
  if (kind === 'refund' && !wishNews.has(params['notify_type'] ?? '')) throw new Refusal(705, 'it makes no sense');
  if (known && kind === 'part-refund') await checkPart(platform, params, known);
  const { sig, timestamp, ...content } = params;
  await keepPush(host, { kind, orderNo, told: content, content: params }, fresh);
  return orderNo;
}

/** A refund of a part is of dishes of the order, and of no more than was paid for it. */
async function checkPart({ host }: Platform, params: Params, { orderNo, total }: MeituanOrder): Promise<void> {
  const { success, data } = partContent.safeParse(params);
  if (!success) throw new Refusal(705, 'it makes no sense');
  if (!('foods' in data)) return;
  if (data.money > total) throw new Refusal(705, 'the amount is of another order');
  const push = await firstOrderPush(host.context(), orderNo);
  const { data: ordered } = orderContent.safeParse(push && JSON.parse(push.content));
  // What was pushed in part, orders knows better.
  if (!ordered) return;
  const counts = foodsOf(ordered.detail.map((food) => ({ ...food, count: food.quantity })));
  const fits = data.foods.every((food) => counts.some((one) => keyOf(one) === keyOf(food) && one.count >= food.count));
  if (!fits) throw new Refusal(705, 'the dishes are of another order');
}
