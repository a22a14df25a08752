import { SECOND } from '../../kernel/clock.ts';
import type { Context } from '../../kernel/module.ts';
import { ask, takeBack } from './asking.ts';
import { Trade } from './entities.ts';
import type { Platform } from './platform.ts';
import { reportPayment } from './reporting.ts';
import { readTransaction } from './trades.ts';

/** How long a payer has to type in a password, in milliseconds; then the payment is taken back. */
const PATIENCE = 30 * SECOND;
/** How many are looked at in one run. */
const BATCH = 100;

/**
 * Follows payments by code, of which WeChat Pay tells nothing by itself: until the payer has paid, or for half a minute.
 * And looks after those that were given up while a request was on its way: what arrives late is taken back.
 */
export async function watchCodes(platform: Platform, ctx: Context): Promise<void> {
  const open = { kind: 'CODE' as const, state: 'OPEN' as const };
  const waiting = await ctx.em.find(Trade, open, { orderBy: { createdAt: 'asc' }, limit: BATCH });
  const givenUp = { state: 'CLOSED' as const, watchedUntil: { $ne: null } };
  const late = await ctx.em.find(Trade, givenUp, { orderBy: { watchedUntil: 'asc' }, limit: BATCH });
  const each = (work: (platform: Platform, trade: Trade) => Promise<void>) => async (trade: Trade) =>
    work(platform, trade).catch((error) =>
      platform.host.log.warn({ error, paymentId: trade.paymentId }, 'a payment by code is not certain yet'),
    );
  await Promise.all([...waiting.map(each(follow)), ...late.map(each(lookAfter))]);
}

async function follow(platform: Platform, trade: Trade): Promise<void> {
  const { host } = platform;
  const isOver = host.clock.now() >= trade.createdAt + PATIENCE;
  const now = isOver ? await takeBack(platform, trade) : (await ask(platform, trade)).trade;
  if (now.state !== 'OPEN') await reportPayment(host, now);
}

async function lookAfter({ host, codes }: Platform, { paymentId, ...trade }: Trade): Promise<void> {
  const isOver = host.clock.now() > (trade.watchedUntil ?? 0);
  const answer = await codes.query({ paymentId, ...trade });
  const state = answer.is === 'told' ? readTransaction(answer.data).trade_state : answer.is;
  const hasEnded = ['REVOKED', 'CLOSED', 'PAYERROR'].includes(state);
  const isAbsent = state === 'absent';
  if (!hasEnded && !isAbsent) {
    host.log.warn({ paymentId, state }, 'a payment by code that was given up has arrived, and is taken back');
    await codes.reverse({ paymentId, ...trade });
  } else if (hasEnded || isOver) {
    await host.transact(host.context(), (tx) => tx.em.nativeUpdate(Trade, { paymentId }, { watchedUntil: null }));
  }
}
