import type { Cache } from './cache.ts';
import { type Clock, DAY, SECOND } from './clock.ts';
import { digest } from './crypto.ts';
import type { PersonIdentity, TokenVerifier } from './identity.ts';
import { newId } from './ids.ts';

/** How long an answer is good for when nothing more is heard of its session, in milliseconds. */
const LIFETIME = 4 * SECOND;

/** An answer that is kept. */
interface Kept {
  identity: PersonIdentity;
  /** The principal's mark when the answer was asked for; null when there was none. */
  mark: string | null;
  until: number;
}

const markOf = (principalId: string) => `sessions:ended:${principalId}`;

/**
 * Asks the module that knows sessions, in another process, only every few seconds about the same token. An answer is good
 * while its principal bears the mark it bore before the question; whoever ends sessions changes the mark. So an ended one is
 * refused at once, or within LIFETIME when the cache could not be told. Refusals are not kept.
 */
export function cachedTokens(tokens: TokenVerifier, cache: Cache, clock: Clock): TokenVerifier {
  return {
    async verify(token) {
      const principalId = subjectOf(token);
      if (principalId === undefined) return tokens.verify(token);
      const key = `sessions:token:${digest(token)}`;
      const [found, mark = null] = await Promise.all([cache.get(key), cache.get(markOf(principalId))]);
      const kept = found as Kept | undefined;
      const now = clock.now();
      // By the clock too: a cache that hangs may take what it was given much later.
      if (kept && kept.mark === mark && now < kept.until && now >= kept.until - LIFETIME) return kept.identity;
      const identity = await tokens.verify(token);
      const fresh: Kept = { identity, mark: mark as string | null, until: now + LIFETIME };
      await cache.put(key, fresh, LIFETIME);
      return identity;
    },
  };
}

/** Has every process ask anew about a principal's tokens; to be called once the end of a session is committed. */
export async function sessionsEnded(cache: Cache, principalId: string): Promise<void> {
  await cache.put(markOf(principalId), newId(), DAY);
}

/** Whom a token claims to be of. Nothing is believed by it: an answer is found by the whole token alone. */
function subjectOf(token: string): string | undefined {
  try {
    const { sub } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    return typeof sub === 'string' ? sub : undefined;
  } catch {
    return undefined;
  }
}
