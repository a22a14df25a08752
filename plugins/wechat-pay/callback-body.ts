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
