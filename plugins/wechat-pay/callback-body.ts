import { z } from 'zod';
import { transaction } from './transaction.ts';

/** A callback as it is sent; what it tells is sealed. */
export const callback = z.object({
  id: z.string().min(1).max(64),
  event_type: z.string().min(1).max(64),
  resource: z.object({
    algorithm: z.string(),
    ciphertext: z.string(),
    nonce: z.string(),
    associated_data: z.string().optional(),
  }),
});

/** What a callback about a payment tells. */
export const aboutPayment = transaction;

/** What a callback about a refund tells. */
export const aboutRefund = z.object({
  mchid: z.string(),
  out_trade_no: z.string(),
  out_refund_no: z.string(),
  refund_status: z.string(),
  amount: z.object({ total: z.number().int(), refund: z.number().int() }),
});

/** What a callback about a share tells. */
export const aboutShare = z.object({ mchid: z.string(), out_order_no: z.string() });

/** The most that a callback has, in bytes. */
const MOST = 65_536;

/** Reads a request's body as it is, byte for byte; null when it is longer than any callback. */
export async function rawBody(request: Request): Promise<string | null> {
  if (Number(request.headers.get('content-length') ?? 0) > MOST) return null;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.length;
    if (size > MOST) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
