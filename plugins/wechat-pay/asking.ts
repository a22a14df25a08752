import { SECOND } from '../../kernel/clock.ts';
import { isAbsent, NotCertain } from './client.ts';
import type { Trade } from './entities.ts';
import type { Platform } from './platform.ts';
import { decide, note } from './trades.ts';

/** For so long after a payment code was shown WeChat Pay does not want to be asked to take it back, in milliseconds. */
const REVERSIBLE_AFTER = 15 * SECOND;

/** A trade as it is by now, and whether WeChat Pay knows of it. */
interface Asked {
  trade: Trade;
  isThere: boolean;
}

/** Asks WeChat Pay how a trade stands and writes it down. Throws NotCertain when it cannot say. */
export async function ask({ host, client, codes }: Platform, trade: Trade): Promise<Asked> {
  const keys = await client.credentials();
  if (trade.kind === 'CODE') {
    const answer = await codes.query(trade);
    if (answer.is === 'absent') return { trade, isThere: false };
    if (answer.is === 'refused') throw new NotCertain(`a query was refused: ${answer.code}`);
    return { trade: answer.is === 'told' ? await note(host, trade, answer.data, keys) : trade, isThere: true };
  }
  const path = `/v3/pay/transactions/out-trade-no/${trade.outTradeNo}?mchid=${keys.merchantId}`;
  const answer = await client.call({ method: 'GET', path });
  if (answer.ok) return { trade: await note(host, trade, answer.data, keys), isThere: true };
  if (isAbsent(answer)) return { trade, isThere: false };
  throw new NotCertain(`a query was refused: ${answer.code}`);
}

/** Closes a trade at WeChat Pay, and here when it is closed there. Throws NotCertain. */
export async function closeThere(platform: Platform, trade: Trade): Promise<Trade> {
  const { host, client } = platform;
  if (trade.kind === 'CODE') return takeBack(platform, trade);
  const { merchantId: mchid } = await client.credentials();
  const path = `/v3/pay/transactions/out-trade-no/${trade.outTradeNo}/close`;
  const answer = await client.call({ method: 'POST', path, body: { mchid } });
  // What has not arrived yet closes itself: nobody is shown how to pay it, see `prepay`.
  if (answer.ok || isAbsent(answer)) return decide(host, trade, { state: 'CLOSED' });
  const { trade: now } = await ask(platform, trade);
  if (now.state === 'OPEN') throw new NotCertain(`a payment could not be closed: ${answer.code}`);
  return now;
}

/** Takes a payment by code back, unless it has succeeded. Throws NotCertain while WeChat Pay cannot say. */
export async function takeBack(platform: Platform, trade: Trade): Promise<Trade> {
  const { host, codes } = platform;
  const { trade: now } = await ask(platform, trade);
  if (now.state !== 'OPEN') return now;
  if (host.clock.now() < trade.createdAt + REVERSIBLE_AFTER)
    throw new NotCertain('the payer is paying: it cannot be taken back yet');
  const answer = await codes.reverse(now);
  if (answer.is === 'undecided' || answer.is === 'refused')
    throw new NotCertain(`a payment could not be taken back: ${answer.is === 'refused' ? answer.code : 'again'}`);
  // One that is not there may arrive yet: it is watched, see `watchCodes`.
  const watchedUntil = answer.is === 'absent' ? trade.watchedUntil : null;
  return decide(host, now, { state: 'CLOSED', watchedUntil });
}
