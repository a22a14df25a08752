import type { Cache } from '../../kernel/cache.ts';
import { type Clock, MINUTE, SECOND } from '../../kernel/clock.ts';
import { refusal } from './refusal.ts';

/** Something of which a caller may have so much in a minute. */
export interface Use {
  /** Its name in the settings, and of what: `fieldPerMinute:Query.table`. */
  limit: string;
  allowed: number;
  /** How much of it this operation uses. */
  asked: number;
}

/**
 * Counts what callers use, together with every other gateway that shares the cache. Throws RATE_LIMITED with
 * `retryAfter` seconds when one of the limits of a caller is passed, also by this operation alone.
 */
export type Spend = (caller: string, uses: readonly Use[]) => Promise<void>;

/** Counts by minutes of the clock. */
export function budgets(cache: Cache, clock: Clock): Spend {
  return async (caller, uses) => {
    const now = clock.now();
    const minute = Math.floor(now / MINUTE);
    const counts = await Promise.all(
      uses.map(({ limit, asked }) => cache.count(`guards:${minute}:${caller}:${limit}`, MINUTE, asked)),
    );
    for (const [index, { limit, allowed }] of uses.entries()) {
      const asked = counts[index] ?? 0;
      if (asked <= allowed) continue;
      const retryAfter = Math.ceil(((minute + 1) * MINUTE - now) / SECOND);
      throw refusal('RATE_LIMITED', { limit, allowed, asked, retryAfter });
    }
  };
}
