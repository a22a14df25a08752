import { createHmac, type KeyObject } from 'node:crypto';
import type { Cache } from './cache.ts';
import { type Clock, DAY, MINUTE, SECOND } from './clock.ts';
import { digest } from './crypto.ts';
import type { PersonIdentity, TokenVerifier } from './identity.ts';
import { newId } from './ids.ts';
import { isAway } from './public-error.ts';

/** How long an answer is good for when nothing more is heard of its session, in milliseconds. */
const LIFETIME = 4 * SECOND;
/** How long it is good for while the module that knows sessions is away, so that nobody can end one either. */
const GRACE = 5 * MINUTE;

/** An answer that is kept. */
interface Kept {
  identity: PersonIdentity;
  /** The principal's mark when the answer was asked for; null when there was none. */
  mark: string | null;
  /** When it was given, in Unix milliseconds. */
  at: number;
  /** Shows that a process of the product wrote this, and not somebody else who reaches the cache. */
  seal: string;
}

/** What a token says of itself: whose it is, and until when it is good in Unix seconds. */
interface Claim {
  sub: string;
  exp: number;
}

const markOf = (principalId: string) => `sessions:ended:${principalId}`;

/**
 * Asks the module that knows sessions, in another process, only every few seconds about the same token. An answer is good
 * while its principal bears the mark it bore before the question; whoever ends sessions changes the mark. So an ended one is
 * refused at once, or within LIFETIME when the cache could not be told. Refusals are not kept. While that module is away,
 * whoever was let in within GRACE stays in, as long as the token itself is good. `secret` is what the processes share.
 */
export function cachedTokens(tokens: TokenVerifier, cache: Cache, clock: Clock, secret: KeyObject): TokenVerifier {
  const sealOf = (key: string, { identity, mark, at }: Omit<Kept, 'seal'>) =>
    createHmac('sha256', secret)
      .update(JSON.stringify(['session', key, identity, mark, at]))
      .digest('base64url');
  return {
    async verify(token) {
      const claim = claimOf(token);
      if (!claim) return tokens.verify(token);
      const key = `sessions:token:${digest(token)}`;
      const [found, mark = null] = await Promise.all([cache.get(key), cache.get(markOf(claim.sub))]);
      const kept = found as Kept | undefined;
      const now = clock.now();
      // By the clock too: a cache that hangs may take what it was given much later.
      const isGood = (time: number): boolean =>
        kept !== undefined &&
        kept.mark === mark &&
        now >= kept.at &&
        now < Math.min(kept.at + time, claim.exp * SECOND) &&
        kept.seal === sealOf(key, kept);
      if (kept && isGood(LIFETIME)) return kept.identity;
      try {
        const identity = await tokens.verify(token);
        const fresh = { identity, mark: mark as string | null, at: now };
        await cache.put(key, { ...fresh, seal: sealOf(key, fresh) } satisfies Kept, GRACE);
        return identity;
      } catch (error) {
        if (!isAway(error)) await cache.drop([key]);
        // Who has not been told of ended sessions cannot let anybody in for long.
        else if (kept && cache.isShared && isGood(GRACE)) return kept.identity;
        throw error;
      }
    },
  };
}

/** Has every process ask anew about a principal's tokens; to be called once the end of a session is committed. */
export async function sessionsEnded(cache: Cache, principalId: string): Promise<void> {
  await cache.put(markOf(principalId), newId(), DAY);
}

/** What a token claims. Nothing is believed by it: an answer is found by the whole token alone. */
function claimOf(token: string): Claim | undefined {
  try {
    const { sub, exp } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    return typeof sub === 'string' && typeof exp === 'number' ? { sub, exp } : undefined;
  } catch {
    return undefined;
  }
}
