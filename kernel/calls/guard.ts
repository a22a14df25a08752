import { readBody } from '../body.ts';
import type { Cache } from '../cache.ts';
import type { Clock } from '../clock.ts';
import { targetOf } from './headers.ts';
import type { CallKeys } from './keys.ts';
import { nonceMemory } from './nonces.ts';
import { Refusal, unsigned } from './refusal.ts';
import { digestOf, IDENTITY_HEADER, SIGNATURE_HEADER, verify, WINDOW } from './signature.ts';

export interface GuardOptions {
  keys: CallKeys;
  /** Remembers for every replica which calls have come. */
  cache: Cache;
  clock: Clock;
  /** How far the caller's clock may be from ours, in milliseconds. */
  window?: number | undefined;
}

/** A call that one of our processes made. */
export interface GuardedCall {
  body: Uint8Array<ArrayBuffer>;
  /** The plug-in that calls, when it is one that may do little; see `CallKey.owner`. */
  plugin: string | undefined;
}

/** The body of a call that one of our processes made just now, once. Throws a Refusal for any other. */
export type Guard = (request: Request, maxBody: number) => Promise<GuardedCall>;

/** Lets nothing but our own calls through. What is not signed is refused before its body is read. */
export function guard({ keys, cache, clock, window = WINDOW }: GuardOptions): Guard {
  const nonces = nonceMemory(window);
  return async (request, maxBody) => {
    const { method, headers } = request;
    const head = { method, path: targetOf(request), identity: headers.get(IDENTITY_HEADER) ?? '' };
    const { time, nonce, digest, owner } = verify(keys, head, headers.get(SIGNATURE_HEADER), clock.now(), window);
    const body = await readBody(request, maxBody);
    if (!body) throw new Refusal(413, 'BAD_INPUT', `The body has more than ${maxBody} bytes.`);
    if (digestOf(body) !== digest) throw unsigned('The signature is not of this body.');
    const known = !nonces.take(nonce, time, clock.now()) || !(await cache.claim(`call:${nonce}`, 2 * window));
    if (known) throw unsigned('The call has come before.');
    // What such a plug-in's own process is sent comes from the product, by the same key.
    return { body, plugin: owner === keys.signing.owner ? undefined : owner };
  };
}
