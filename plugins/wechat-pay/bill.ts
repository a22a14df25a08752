import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { DAY, HOUR } from '../../kernel/clock.ts';
import { kernelError } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import type { Context } from '../../kernel/module.ts';
import { type Bill, type BillLine, emptyBill, readBill } from './bill-file.ts';
import { NotCertain } from './client.ts';
import { BillDay, BillDifference, Callback, type DifferenceKind, Trade, TradeRefund } from './entities.ts';
import type { Platform } from './platform.ts';
import { paymentReported } from './reporting.ts';
import { reopen } from './trades.ts';

const inflated = promisify(gunzip);
/** China's time is so far ahead, in milliseconds; WeChat Pay's days are China's. */
const AHEAD = 8 * HOUR;
/** At this hour of the next day a bill is there. */
const THERE_AT = 10 * HOUR;
/** How many days back bills are compared that were not. */
const DAYS = 7;
/** So long after a day has begun a bill that there is not is none, in milliseconds. */
const LATEST = 4 * DAY;
/** How long callbacks are remembered, in milliseconds. */
const REMEMBERED = 30 * DAY;

/** When a day of China's begins, in epoch ms. */
const beginningOf = (day: string): number => Date.parse(`${day}T00:00:00Z`) - AHEAD;

/** Compares the bills of the last days that were not compared yet. */
export async function compareBills(platform: Platform, ctx: Context): Promise<void> {
  const { host } = platform;
  const now = host.clock.now();
  for (let back = DAYS; back >= 1; back -= 1) {
    const day = new Date(now + AHEAD - THERE_AT - back * DAY).toISOString().slice(0, 10);
    if (await ctx.em.findOne(BillDay, day)) continue;
    await compareBill(platform, day).catch((error) =>
      host.log.warn({ error, day }, 'a bill could not be compared yet'),
    );
  }
  const receivedAt = { $lt: now - REMEMBERED };
  await host.transact(ctx, (tx) => tx.em.nativeDelete(Callback, { receivedAt }));
}

/** Compares a day's bill with our books and lists every difference. Throws NotCertain, or UNAVAILABLE without a bill. */
export async function compareBill(platform: Platform, day: string): Promise<void> {
  const { host } = platform;
  const fetched = await fetchBill(platform, day);
  // Where we have sold something a bill may only be late.
  const isLate = host.clock.now() < beginningOf(day) + LATEST && (await hasSold(platform, day));
  if (!fetched && isLate) throw kernelError('UNAVAILABLE');
  const bill = fetched ?? emptyBill;
  const found = [...(await payments(platform, day, bill)), ...(await refunds(platform, day, bill))];
  const sum = (lines: readonly BillLine[]) => lines.reduce((total, { amount }) => total + amount, 0);
  const comparedAt = host.clock.now();
  const row = { day, comparedAt, paid: sum(bill.payments), refunded: sum(bill.refunds) };
  await host.transact(host.context(), async (tx) => {
    await tx.em.nativeDelete(BillDifference, { day });
    await tx.em.upsert(BillDay, row);
    for (const { trade, ...difference } of found) {
      await tx.em.insert(BillDifference, { id: newId(), day, ...difference });
      // Paid there and not here: orders is to ask, so that the money is used or goes back.
      if (!trade || difference.kind !== 'STATE') continue;
      await reopen(tx, trade);
      await paymentReported(host, tx, trade);
    }
  });
  if (found.length > 0) host.log.error({ day, differences: found.length, alarm: true }, 'WeChat Pay’s bill differs');
}

async function hasSold({ host }: Platform, day: string): Promise<boolean> {
  const from = beginningOf(day);
  return (await host.context().em.count(Trade, { state: 'SUCCEEDED', paidAt: { $gte: from, $lt: from + DAY } })) > 0;
}

/** A day's bill; null when there is none. */
async function fetchBill({ client }: Platform, day: string): Promise<Bill | null> {
  const path = `/v3/bill/tradebill?bill_date=${day}&bill_type=ALL&tar_type=GZIP`;
  const answer = await client.call({ method: 'GET', path });
  if (!answer.ok && answer.code === 'NO_STATEMENT_EXIST') return null;
  if (!answer.ok) throw kernelError('UNAVAILABLE', { code: answer.code });
  const { download_url: address, hash_value: hash } = answer.data as { download_url: string; hash_value: string };
  const file = await inflated(await client.download(address));
  if (createHash('sha1').update(file).digest('hex') !== hash.toLowerCase())
    throw new NotCertain('the bill is not the one that was announced');
  return readBill(file.toString());
}

type Found = Omit<BillDifference, 'id' | 'day'> & { trade?: Trade };

async function payments({ host }: Platform, day: string, bill: Bill): Promise<Found[]> {
  const { em } = host.context();
  const from = beginningOf(day);
  const ours = await em.find(Trade, { state: 'SUCCEEDED', paidAt: { $gte: from, $lt: from + DAY } });
  const others = await inBatches(bill.payments, (numbers) => em.find(Trade, { outTradeNo: { $in: numbers } }));
  const known = new Map(others.map((trade) => [trade.outTradeNo, trade]));
  const theirs = bill.payments.flatMap(({ number, amount }): Found[] => {
    const trade = known.get(number);
    const kind = kindOf(trade, trade?.state === 'SUCCEEDED', amount);
    return kind ? [{ ...found('PAYMENT', number, kind, trade?.amount, amount), ...(trade && { trade }) }] : [];
  });
  const there = new Set(bill.payments.map(({ number }) => number));
  const missing = ours.filter(({ outTradeNo }) => !there.has(outTradeNo));
  return [...theirs, ...missing.map((one) => found('PAYMENT', one.outTradeNo, 'NOT_THERE', one.amount))];
}

async function refunds({ host }: Platform, day: string, bill: Bill): Promise<Found[]> {
  const { em } = host.context();
  const from = beginningOf(day);
  // What WeChat Pay has not taken on is in no bill.
  const taken = { platformId: { $ne: null }, createdAt: { $gte: from, $lt: from + DAY } };
  const ours = await em.find(TradeRefund, taken);
  const others = await inBatches(bill.refunds, (numbers) => em.find(TradeRefund, { outRefundNo: { $in: numbers } }));
  const known = new Map(others.map((refund) => [refund.outRefundNo, refund]));
  const theirs = bill.refunds.flatMap(({ number, amount }): Found[] => {
    const refund = known.get(number);
    const kind = kindOf(refund, refund?.state !== 'FAILED', amount);
    return kind ? [found('REFUND', number, kind, refund?.amount, amount)] : [];
  });
  const there = new Set(bill.refunds.map(({ number }) => number));
  const missing = ours.filter(({ outRefundNo, state }) => state !== 'FAILED' && !there.has(outRefundNo));
  return [...theirs, ...missing.map((one) => found('REFUND', one.outRefundNo, 'NOT_THERE', one.amount))];
}

/** How something in the bill differs from ours; null when it does not. */
function kindOf(ours: { amount: number } | undefined, hasCome: boolean, amount: number): DifferenceKind | null {
  if (!ours) return 'NOT_HERE';
  if (!hasCome) return 'STATE';
  return ours.amount === amount ? null : 'AMOUNT';
}

const found = (
  subject: 'PAYMENT' | 'REFUND',
  number: string,
  kind: DifferenceKind,
  ours: number | undefined,
  theirs?: number,
): Found => ({ subject, number, kind, ours: ours ?? null, theirs: theirs ?? null });

/** Reads what belongs to lines of a bill, some hundreds at once: databases take no more parameters than so many. */
async function inBatches<T>(lines: readonly BillLine[], read: (numbers: string[]) => Promise<T[]>): Promise<T[]> {
  const rows: T[] = [];
  for (let start = 0; start < lines.length; start += 500)
    rows.push(...(await read(lines.slice(start, start + 500).map(({ number }) => number))));
  return rows;
}
