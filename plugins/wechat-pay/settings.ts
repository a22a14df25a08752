import { z } from 'zod';

const address = (example: string) => z.url({ error: `expected an address like ${example}` });

/** Whether WeChat Pay would send callbacks there; the demonstration's are at home. */
function isTaken(url: string): boolean {
  const { protocol, hostname, search } = new URL(url);
  return search === '' && (protocol === 'https:' || hostname === 'localhost');
}

/** What the environment says, behind WECHAT_PAY. Keys are given as NAME:FILE or NAME:PEM. */
export const settings = z.object({
  /** Whether a WeChat Pay of our own stands in for the real one while none is configured: never in production. */
  simulator: z.stringbool().default(false),
  /** The mini-program or official account that payments belong to. */
  appId: z.string().min(1).optional(),
  /** The merchant number. */
  merchantId: z.string().regex(/^\d+$/, { error: 'expected digits' }).optional(),
  /** The merchant's private keys by certificate serial, the newest first: SERIAL:FILE,OLDER:FILE, or a folder. */
  merchantKeys: z.string().optional(),
  /** WeChat Pay's public keys by public-key id, or its certificates by serial: PUB_KEY_ID_1:FILE,SERIAL:FILE, or a folder. */
  platformKeys: z.string().optional(),
  /** The key of version 3, 32 characters, or a file that holds it; beside it, with a comma, the one before. */
  apiV3Key: z.string().optional(),
  /** The key of version 2, which payment codes may need. */
  apiV2Key: z.string().length(32, { error: 'expected 32 characters' }).optional(),
  /** The merchant's certificate and key for version 2, as one PEM file: taking a payment back there needs it. */
  apiV2Certificate: z.string().optional(),
  /** The mini-program's secret: reports of what was handed over need it. */
  appSecret: z.string().optional(),
  /** Where WeChat Pay sends callbacks: this product's /webhooks/wechat-pay, as the world reaches it. */
  notifyUrl: address('https://example.com/webhooks/wechat-pay')
    .refine(isTaken, { error: 'expected https:// and no query, or WeChat Pay takes no payment' })
    .optional(),
  host: address('https://api.mch.weixin.qq.com').default('https://api.mch.weixin.qq.com'),
  /** Stands in for `host` while that does not answer. */
  backupHost: address('https://api2.mch.weixin.qq.com').default('https://api2.mch.weixin.qq.com'),
  miniProgramHost: address('https://api.weixin.qq.com').default('https://api.weixin.qq.com'),
  /** How long one request may take; each is tried twice, and orders waits ORDERS_PROVIDER_TIMEOUT_SECONDS for both. */
  timeoutSeconds: z.coerce.number().min(0.1).max(30).default(4),
  /** Which version of the protocol payment codes are taken by. */
  codePayment: z.enum(['v3', 'v2'], { error: 'expected v3 or v2' }).default('v3'),
  /** Whether orders of the mini-program are reported when they were handed over. */
  shipping: z.stringbool().default(false),
});
export type WechatPaySettings = z.infer<typeof settings>;

/** What a store sets. */
export const storeSettings = z.object({
  shareReceiver: z
    .string()
    .max(64)
    .default('')
    .describe('Who has a share of each payment: a merchant number, or the openid of a person. Nobody when empty.'),
  shareName: z
    .string()
    .max(64)
    .default('')
    .describe('The name of who has the share, as WeChat knows it; needed for merchants.'),
  sharePercent: z.number().min(0).max(30).default(0).describe('How much of each payment the share is, in per cent.'),
});
export type StoreSettings = z.infer<typeof storeSettings>;
