import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { ConfigurationError } from '../../kernel/settings.ts';
import { isWebhookSecret } from '../../kernel/webhook-signature.ts';

const secret = z.string().refine(isWebhookSecret, { error: 'expected whsec_ and 24 bytes or more as base64' });
const loopback = /^http:\/\/(127\.0\.0\.1|localhost)(:\d+)?\//;

/** How one supplier is reached. Several secrets are good at once, so that one can be replaced. */
const account = z.strictObject({
  /** Where our Orders are posted to. */
  endpoint: z.url().refine((url) => url.startsWith('https://') || loopback.test(url), { error: 'expected https://' }),
  /** We sign with these. */
  ours: z.array(secret).min(1).max(5),
  /** The supplier signs with one of these. */
  theirs: z.array(secret).min(1).max(5),
});
export type Account = z.infer<typeof account>;

const accounts = z.record(z.string().regex(/^[a-z0-9][a-z0-9-]{0,59}$/), account);

/** Every supplier by the name of its account. */
export type Accounts = ReadonlyMap<string, Account>;

/**
 * What SUPPLIER_UBL_SUPPLIERS says, JSON or the name of a file of it:
 * `{ "flour-mill": { "endpoint": "https://...", "ours": ["whsec_..."], "theirs": ["whsec_..."] } }`.
 * Throws ConfigurationError without repeating what it holds, since that is secret.
 */
export function accountsIn(text: string): Accounts {
  const name = 'SUPPLIER_UBL_SUPPLIERS';
  let json: unknown;
  try {
    json = JSON.parse(text.trim().startsWith('{') ? text : readFileSync(text, 'utf8'));
  } catch {
    throw new ConfigurationError(`${name}: expected JSON, or a file of JSON`);
  }
  const { success, data, error } = accounts.safeParse(json);
  if (success) return new Map(Object.entries(data));
  const [issue] = error.issues;
  throw new ConfigurationError(`${name}: ${issue?.path.join('.')}: ${issue?.message}`);
}
