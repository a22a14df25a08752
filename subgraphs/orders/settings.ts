import { z } from 'zod';
import type { Host } from '../../kernel/module.ts';

/** What a chain may set for its orders, as ORDERS_HOLD_MINUTES and ORDERS_PROVIDER_TIMEOUT_SECONDS. */
export const settings = z.object({
  /** How long an order waits for its payment, with its stock and coupons held. */
  holdMinutes: z.coerce.number().int().min(1).max(1_440).default(15),
  /** How long a payment provider may take to answer before its answer counts as unknown. */
  providerTimeoutSeconds: z.coerce.number().int().min(1).max(60).default(10),
});

/** The kernel as this module sees it. */
export type OrdersHost = Host<z.infer<typeof settings>>;
