import { MINUTE } from '../../kernel/clock.ts';
import { insertNew } from '../../kernel/database/insert-new.ts';
import type { ChargeRequest, ChargeResult } from '../../subgraphs/orders/ports.ts';
import { ask } from './asking.ts';
import { ProfitShare, Trade } from './entities.ts';
import { type Instrument, instrumentOf } from './instruments.ts';
import type { Platform } from './platform.ts';
import { prepay, refused } from './prepaying.ts';
import { newShare } from './sharing.ts';
import { findTrade, note, standing } from './trades.ts';
import { numberOf } from './transaction.ts';

/** How long a request may lie about and still be believed by WeChat Pay, in milliseconds, and some more. */
const ARRIVES_WITHIN = 6 * MINUTE;
/** What WeChat Pay takes of a description. */
const LONGEST = 127;

/** Begins to take money. The trade is stored before WeChat Pay is asked, so that it can be asked about ever after. */
export async function charge(platform: Platform, request: ChargeRequest): Promise<ChargeResult> {
  const { host } = platform;
  const instrument = instrumentOf(request.instrument);
  const known = await findTrade(host, request.paymentId);
  if (known) return goOn(platform, known);
  const { enabled, settings } = await host.atStore(request.storeId);
  if (!enabled) return declined('WeChat Pay is not taken at this store.');
  if (request.currency !== 'CNY') return declined('WeChat Pay takes yuan alone.');
  if (!instrument) return declined('This is not a payment code of WeChat Pay.');
  const share = newShare(request, settings);
  const trade = newTrade(host.clock.now(), request, instrument, share !== null);
  const isFirst = await host.transact(host.context(), async (tx) => {
    if (!(await insertNew(tx, Trade, trade))) return false;
    if (share) await tx.em.insert(ProfitShare, share);
    return true;
  });
  // Somebody asks for the same at the same moment, or has closed it.
  if (!isFirst) return goOn(platform, (await findTrade(host, request.paymentId)) ?? trade);
  const begun = instrument.code ? await showCode(platform, trade, instrument.code) : await prepay(platform, trade);
  return charged(begun);
}

/** A charge that was asked for before: what has become of it. */
async function goOn(platform: Platform, trade: Trade): Promise<ChargeResult> {
  if (trade.state !== 'OPEN' || trade.action) return charged(trade);
  if (trade.kind !== 'CODE') return charged(await prepay(platform, trade));
  const { trade: now } = await ask(platform, trade);
  return charged(now);
}

/** Takes money by the code on the payer's telephone. */
async function showCode(platform: Platform, trade: Trade, code: string): Promise<Trade> {
  const { codes, client, host } = platform;
  const answer = await codes.pay(trade, code);
  if (answer.is === 'told') return note(host, trade, answer.data, await client.credentials());
  return answer.is === 'refused' ? refused(platform, trade, answer.code) : trade;
}

function newTrade(now: number, request: ChargeRequest, { kind, openId }: Instrument, isShared: boolean): Trade {
  const { paymentId, orderId, storeId, amount, description, expiresAt } = request;
  return {
    paymentId,
    orderId,
    storeId,
    amount,
    kind,
    openId,
    isShared,
    outTradeNo: numberOf(paymentId),
    description: [...description].slice(0, LONGEST).join(''),
    expiresAt: expiresAt ?? null,
    state: 'OPEN',
    action: null,
    transactionId: null,
    declineReason: null,
    refunded: 0,
    createdAt: now,
    watchedUntil: kind === 'CODE' ? now + ARRIVES_WITHIN : null,
    paidAt: null,
  };
}

/** How a trade stands, for whoever asks for it to be paid: what is closed is declined. */
const charged = (trade: Trade): ChargeResult => standing(trade) ?? declined('The payment was closed.');

const declined = (reason: string): ChargeResult => ({ outcome: 'declined', reason });
