import { createHmac, randomBytes } from 'node:crypto';
import { SECOND } from './clock.ts';
import { newId } from './ids.ts';

const PREFIX = 'whsec_';
const BYTES = 32;

/** A secret that a remote plug-in and the product share: `whsec_` and 32 random bytes, base64. */
export function newWebhookSecret(): string {
  return PREFIX + randomBytes(BYTES).toString('base64');
}

/** A message to a remote plug-in. */
export interface SignedMessage {
  /** One of a kind; a message that is sent again has the same. Left out, it gets a new one. */
  id?: string;
  /** When it is sent, in epoch seconds; left out, now. */
  at?: number;
  body: string;
}

/**
 * The headers by which a remote plug-in knows that a message is from the product, not altered, and of this moment:
 * Standard Webhooks, HMAC-SHA256 of `id.at.body` by each secret that is good just now, so that one can be replaced.
 */
export function webhookHeaders(
  { id = newId(), at = Math.floor(Date.now() / SECOND), body }: SignedMessage,
  secrets: readonly string[],
): Record<string, string> {
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${at}.${body}`).digest('base64')}`;
  });
  return { 'webhook-id': id, 'webhook-timestamp': String(at), 'webhook-signature': signatures.join(' ') };
}
