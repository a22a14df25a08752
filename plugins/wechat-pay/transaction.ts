import { z } from 'zod';
import type { Trade } from './entities.ts';
import type { Credentials } from './keys.ts';

/** A trade as WeChat Pay tells of it, in an answer or a callback; what else it says is left out. */
export const transaction = z.object({
  appid: z.string(),
  mchid: z.string(),
  out_trade_no: z.string(),
  transaction_id: z.string().optional(),
  trade_state: z.string(),
  success_time: z.string().optional(),
  amount: z.object({ total: z.number().int(), currency: z.string().default('CNY') }).optional(),
});
/** A trade as WeChat Pay tells of it. */
export type Transaction = z.infer<typeof transaction>;

/** Why what WeChat Pay tells cannot be about this trade of ours; null when it is. */
export function mismatch(
  told: Transaction,
  trade: Pick<Trade, 'outTradeNo' | 'amount'>,
  { appId, merchantId }: Pick<Credentials, 'appId' | 'merchantId'>,
): string | null {
  if (told.mchid !== merchantId || told.appid !== appId) return 'it is of another merchant';
  if (told.out_trade_no !== trade.outTradeNo) return 'it is of another payment';
  if (!told.amount) return told.trade_state === 'SUCCESS' ? 'it names no amount' : null;
  if (told.amount.currency !== 'CNY' || told.amount.total !== trade.amount) return 'the amount is another';
  return null;
}

/** Our number of a payment or a refund as WeChat Pay takes it: without hyphens a UUID has 32 characters. */
export function numberOf(id: string): string {
  return id.replaceAll('-', '');
}
