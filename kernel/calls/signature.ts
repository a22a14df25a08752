import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { CallKey, CallKeys } from './keys.ts';
import { unsigned } from './refusal.ts';

/** Bears a call's signature: `KEY.TIME.NONCE.DIGEST.MAC`, each of A-Z, a-z, 0-9, _ and -. */
export const SIGNATURE_HEADER = 'x-dinegraph-signature';
/** Bears the person for whom the gateway passes a request on: JSON, base64url. It is signed too. */
export const IDENTITY_HEADER = 'x-dinegraph-identity';

/** What of a call is signed beside its body. */
export interface CallHead {
  method: string;
  /** With its query, as it stands in the request. */
  path: string;
  /** The identity header, or nothing. */
  identity: string;
}

/** A signature that is genuine; whether body and nonce are as they should be is still to be seen. */
export interface Signature {
  /** Epoch milliseconds by the caller's clock. */
  time: number;
  nonce: string;
  /** The SHA-256 of the body, base64url. */
  digest: string;
}

/** A signature, and whose key it was made with; see `CallKey.owner`. */
export interface Signed extends Signature {
  owner: string | undefined;
}

/** How far the clocks of two processes may be apart, with the way of a call between them, in milliseconds. */
export const WINDOW = 60_000;

const SHAPE = /^([\w-]{1,20})\.([1-9]\d{0,15})\.([\w-]{22})\.([\w-]{43})\.([\w-]{43})$/;

/** The SHA-256 of a body, base64url. */
export function digestOf(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('base64url');
}

/** The signature header of a call, good for one call. */
export function sign(signing: CallKey, head: CallHead, digest: string, time: number): string {
  const signature = { time, nonce: randomBytes(16).toString('base64url'), digest };
  return [signing.id, time, signature.nonce, digest, macOf(signing, head, signature)].join('.');
}

/** Checks a signature header. Throws UNSIGNED_CALL when it is none of ours, not of this call, or not of this minute. */
export function verify(keys: CallKeys, head: CallHead, header: string | null, now: number, window = WINDOW): Signed {
  if (!header) throw unsigned('The call is not signed.');
  const [, id = '', time, nonce = '', digest = '', mac = ''] = SHAPE.exec(header) ?? [];
  const key = keys.find(id);
  if (!key) throw unsigned('The call is signed by no key that is known here.');
  const signature = { time: Number(time), nonce, digest };
  // As text: its last letter has bits that would be lost, and altered unseen.
  if (!timingSafeEqual(Buffer.from(macOf(key, head, signature)), Buffer.from(mac)))
    throw unsigned('The signature is not of this call.');
  if (Math.abs(now - signature.time) > window) throw unsigned('The call was signed too long ago, or by a wrong clock.');
  return { ...signature, owner: key.owner };
}

/** None of what is joined can hold a line break: HTTP forbids it, and the rest is digits and base64url. */
function macOf({ id, secret }: CallKey, { method, path, identity }: CallHead, { time, nonce, digest }: Signature) {
  return createHmac('sha256', secret)
    .update(['dinegraph-call-1', id, time, nonce, method, path, digest, identity].join('\n'))
    .digest('base64url');
}
