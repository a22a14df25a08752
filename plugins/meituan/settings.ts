import { z } from 'zod';

const address = (example: string) =>
  z.url({ error: `expected an address like ${example}` }).transform((url) => url.replace(/\/+$/, ''));

/** What the environment says, behind MEITUAN. */
export const settings = z.object({
  /** Whether a Meituan of our own stands in for the real one while none is configured: never in production. */
  simulator: z.stringbool().default(false),
  /** The application's number. */
  appId: z.string().regex(/^\d+$/, { error: 'expected digits' }).optional(),
  /** The application's secret. */
  appSecret: z.string().min(1).optional(),
  /** Where Meituan is called. */
  baseUrl: address('https://waimaiopen.meituan.com/api/v1').default('https://waimaiopen.meituan.com/api/v1'),
  /** This product's /webhooks/meituan, as Meituan is told to reach it: pushes are signed over it, and one word more. */
  callbackUrl: address('https://example.com/webhooks/meituan').optional(),
  /** How long Meituan waits for an order to be confirmed before it cancels it. */
  confirmMinutes: z.coerce.number().min(1).max(60).default(5),
  /** How long one request may take; each is tried twice, and orders waits ORDERS_PROVIDER_TIMEOUT_SECONDS for both. */
  timeoutSeconds: z.coerce.number().min(0.1).max(30).default(4),
});
export type MeituanSettings = z.infer<typeof settings>;

/** What a store sets. */
export const storeSettings = z.object({
  shopCode: z
    .string()
    .max(64)
    .default('')
    .describe('The code by which Meituan knows the store (app_poi_code). Without one the store is not joined to it.'),
  confirmsItself: z
    .boolean()
    .default(true)
    .describe('Whether orders are confirmed as soon as their stock is held; otherwise staff confirm them.'),
  agreesToRefunds: z
    .boolean()
    .default(false)
    .describe('Whether a diner who wants the money back gets it at once where the kitchen has not begun.'),
});
export type StoreSettings = z.infer<typeof storeSettings>;
