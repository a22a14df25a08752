import { LockMode } from '@mikro-orm/core';
import { z } from 'zod';
import { SECOND } from '../../kernel/clock.ts';
import type { Context } from '../../kernel/module.ts';
import type { ChargeRequest } from '../../subgraphs/orders/ports.ts';
import { NotCertain } from './client.ts';
import { ProfitShare, Trade } from './entities.ts';
import type { Platform } from './platform.ts';
import type { StoreSettings } from './settings.ts';
import { sealedFor } from './signing.ts';
import { numberOf } from './transaction.ts';

/** How many shares are looked at in one run. */
const BATCH = 50;
/** How long it is before one is asked about again, in milliseconds. */
const AGAIN = 30 * SECOND;

/** What WeChat Pay tells of a share. */
const told = z.object({
  out_order_no: z.string(),
  state: z.string(),
  receivers: z.array(
    z.object({
      account: z.string(),
      amount: z.number().int(),
      result: z.enum(['PENDING', 'SUCCESS', 'CLOSED']),
      fail_reason: z.string().optional(),
    }),
  ),
});

/** What is to be shared of a payment, by what the store has set; null when nothing is. */
export function newShare(
  { paymentId, orderId, storeId, amount }: ChargeRequest,
  { shareReceiver, sharePercent }: StoreSettings,
): ProfitShare | null {
  const share = portion(amount, sharePercent);
  if (shareReceiver === '' || share === 0) return null;
  return {
    paymentId,
    orderId,
    storeId,
    outOrderNo: `S${numberOf(paymentId)}`,
    amount: share,
    returned: 0,
    receiverType: /^\d+$/.test(shareReceiver) ? 'MERCHANT_ID' : 'PERSONAL_OPENID',
    receiver: shareReceiver,
    state: 'WAITING',
    reason: null,
    dueAt: 0,
  };
}

/** So many per cent of an amount, to the fen below: WeChat Pay refuses a fen too much. */
const portion = (amount: number, percent: number) => Math.floor((amount * Math.round(percent * 100)) / 10_000);

/** Asks for the shares whose time has come, and about those that were asked for. */
export async function shareProfits(platform: Platform, ctx: Context): Promise<void> {
  const { host } = platform;
  const due = { state: { $in: ['DUE' as const, 'PENDING' as const] }, dueAt: { $lte: host.clock.now() } };
  const shares = await ctx.em.find(ProfitShare, due, { orderBy: { dueAt: 'asc' }, limit: BATCH });
  for (const share of shares)
    await shareOne(platform, share).catch((error) =>
      host.log.warn({ error, paymentId: share.paymentId }, 'a share is not certain yet'),
    );
}

async function shareOne(platform: Platform, share: ProfitShare): Promise<void> {
  const { host, client } = platform;
  const now = await host.transact(host.context(), async (tx) => {
    const { paymentId } = share;
    // The trade's row, which refunds change first: what is given back from now on finds that it was shared.
    const trade = await tx.em.findOneOrFail(Trade, paymentId, { lockMode: LockMode.PESSIMISTIC_WRITE });
    const dueAt = host.clock.now() + AGAIN;
    const amount = Math.floor((share.amount * (trade.amount - trade.refunded)) / trade.amount);
    const changes = amount > 0 ? { state: 'PENDING' as const, amount, dueAt } : { state: 'DROPPED' as const };
    if (share.state === 'DUE') await tx.em.nativeUpdate(ProfitShare, { paymentId, state: 'DUE' }, changes);
    else await tx.em.nativeUpdate(ProfitShare, { paymentId, state: 'PENDING' }, { dueAt });
    return { share: await tx.em.findOneOrFail(ProfitShare, paymentId, { refresh: true }), trade };
  });
  if (now.share.state !== 'PENDING') return;
  const { outOrderNo, receiverType: type, receiver: account, amount } = now.share;
  const transactionId = now.trade.transactionId ?? '';
  const path = `/v3/profitsharing/orders/${outOrderNo}?transaction_id=${transactionId}`;
  const known = share.state === 'PENDING' ? await client.call({ method: 'GET', path }) : undefined;
  if (known?.ok) return note(platform, now.share, known.data);
  await introduce(platform, now.share);
  const { appId: appid } = await client.credentials();
  const receivers = [{ type, account, amount, description: now.trade.description.slice(0, 80) }];
  const answer = await client.call({
    method: 'POST',
    path: '/v3/profitsharing/orders',
    body: { appid, transaction_id: transactionId, out_order_no: outOrderNo, receivers, unfreeze_unsplit: true },
  });
  if (answer.ok) return note(platform, now.share, answer.data);
  if (answer.status === 401) throw new NotCertain('WeChat Pay does not believe us');
  // What is not shared is frozen until somebody says so.
  const freed = { transaction_id: transactionId, out_order_no: `U${numberOf(now.share.paymentId)}` };
  const body = { ...freed, description: now.trade.description.slice(0, 80) };
  await client.call({ method: 'POST', path: '/v3/profitsharing/orders/unfreeze', body });
  await end(platform, now.share, { state: 'FAILED', reason: answer.code });
}

/** Makes a receiver known to WeChat Pay; one that is known already stays so. */
async function introduce({ host, client }: Platform, share: ProfitShare): Promise<void> {
  const { settings } = await host.atStore(share.storeId);
  const { appId: appid, platformKeys } = await client.credentials();
  const [key] = platformKeys.values();
  const { receiverType: type, receiver: account } = share;
  const name = key && settings.shareName ? { name: sealedFor(key, settings.shareName) } : {};
  const body = { appid, type, account, ...name, relation_type: type === 'MERCHANT_ID' ? 'STORE' : 'STORE_OWNER' };
  const answer = await client.call({ method: 'POST', path: '/v3/profitsharing/receivers/add', body });
  if (!answer.ok) host.log.warn({ storeId: share.storeId, code: answer.code }, 'a receiver of shares was refused');
}

/** Writes down how a share went. That WeChat Pay has finished says nothing: each receiver has a result. */
async function note(platform: Platform, share: ProfitShare, data: unknown): Promise<void> {
  const { success, data: now } = told.safeParse(data);
  const ours = success && now.receivers.find(({ account }) => account === share.receiver);
  if (!ours || now.out_order_no !== share.outOrderNo || ours.amount !== share.amount)
    throw new NotCertain('what WeChat Pay tells of a share is of another');
  if (ours.result === 'SUCCESS') await end(platform, share, { state: 'SUCCEEDED' });
  if (ours.result === 'CLOSED') await end(platform, share, { state: 'FAILED', reason: ours.fail_reason ?? 'CLOSED' });
}

async function end({ host }: Platform, { paymentId }: ProfitShare, changes: Partial<ProfitShare>): Promise<void> {
  if (changes.state === 'FAILED')
    host.log.error({ paymentId, reason: changes.reason, alarm: true }, 'a share of a payment came to nothing');
  await host.transact(host.context(), (tx) =>
    tx.em.nativeUpdate(ProfitShare, { paymentId, state: 'PENDING' }, changes),
  );
}
