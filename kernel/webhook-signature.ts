import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { MINUTE, SECOND } from './clock.ts';
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
  const signatures = secrets.map((secret) => `v1,${signatureOf(secret, `${id}.${at}.`, body).toString('base64')}`);
  return { 'webhook-id': id, 'webhook-timestamp': String(at), 'webhook-signature': signatures.join(' ') };
}

function signatureOf(secret: string, stamp: string, body: string | Uint8Array): Buffer {
  const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
  return createHmac('sha256', key).update(stamp).update(body).digest();
}

/** Whether a text is a secret that messages can be signed with: `whsec_` and at least 24 bytes, base64. */
export function isWebhookSecret(text: string): boolean {
  return /^whsec_[A-Za-z0-9+/]{32,}={0,2}$/.test(text);
}

/** Why a message is not believed. */
export type WebhookDoubt = 'unsigned' | 'stale' | 'forged';

/** A message that somebody has sent to the product, with its body as it came, byte for byte. */
export interface ReceivedMessage {
  /** The header of a name, or null. */
  header(name: string): string | null;
  body: Uint8Array;
}

/** How far the clock of who has signed may be off, in milliseconds. */
const TOLERANCE = 5 * MINUTE;
const MOST_SIGNATURES = 20;

/**
 * The other half: who has signed a message with one of the secrets, within five minutes of `now` (epoch milliseconds), is
 * believed, and its id and moment (epoch seconds) are answered; else why not. Whoever calls keeps out what comes twice, by
 * the id.
 */
export function verifyWebhook(
  { header, body }: ReceivedMessage,
  secrets: readonly string[],
  now: number,
): { id: string; at: number } | WebhookDoubt {
  const [id, stamp, signed] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map(header);
  if (!id || id.length > 200 || !stamp || !/^\d{1,12}$/.test(stamp) || !signed) return 'unsigned';
  const at = Number(stamp);
  if (Math.abs(now - at * SECOND) > TOLERANCE) return 'stale';
  const given = signed.split(' ', MOST_SIGNATURES).flatMap((one) => {
    const [, text] = /^v1,([A-Za-z0-9+/]{43}=)$/.exec(one) ?? [];
    return text ? [Buffer.from(text, 'base64')] : [];
  });
  const wanted = secrets.map((secret) => signatureOf(secret, `${id}.${stamp}.`, body));
  return given.some((one) => wanted.some((other) => timingSafeEqual(one, other))) ? { id, at } : 'forged';
}
