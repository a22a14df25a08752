import type { Clock } from './clock.ts';

/** How many entries a process keeps; the oldest go first. */
const CAPACITY = 10_000;

/**
 * Holds what may be lost, for every process of the product: what is not there is worked out anew. It never throws; when
 * its server is gone, nothing is found and nothing is kept.
 */
export interface Cache {
  /** Whether every process has the same; otherwise each keeps to itself. */
  readonly isShared: boolean;
  /** What was put under a key, or undefined. */
  get(key: string): Promise<unknown>;
  /** Keeps a JSON value for at most some milliseconds. */
  put(key: string, value: unknown, ttl: number): Promise<void>;
  drop(keys: readonly string[]): Promise<void>;
  /** Counts an attempt under a key, or `by` at once; answers how many there were within `window` milliseconds of the first. */
  count(key: string, window: number, by?: number): Promise<number>;
  /** Whether nobody has claimed this key within `window` milliseconds; true also where that cannot be known. */
  claim(key: string, window: number): Promise<boolean>;
  close(): Promise<void>;
}

/** The cache within one process. */
export function localCache(clock: Clock): Cache {
  const entries = new Map<string, { value: unknown; until: number }>();
  // Apart, because there are many, and they must not push out what is worth keeping.
  const claims = new Map<string, number>();
  const counts = new Map<string, { value: number; until: number }>();
  const find = (key: string) => {
    const entry = entries.get(key);
    if (entry && entry.until > clock.now()) return entry;
    entries.delete(key);
    return undefined;
  };
  const keep = (key: string, entry: { value: unknown; until: number }) => {
    entries.delete(key);
    entries.set(key, entry);
    dropOldest(entries);
  };
  return {
    isShared: false,
    get: async (key) => find(key)?.value,
    put: async (key, value, ttl) => keep(key, { value, until: clock.now() + ttl }),
    async drop(keys) {
      for (const key of keys) entries.delete(key);
    },
    async count(key, window, by = 1) {
      const now = clock.now();
      const known = counts.get(key);
      const counter = known && known.until > now ? known : { value: 0, until: now + window };
      counts.delete(key);
      counts.set(key, { value: counter.value + by, until: counter.until });
      dropOldest(counts);
      return counter.value + by;
    },
    async claim(key, window) {
      const now = clock.now();
      if ((claims.get(key) ?? 0) > now) return false;
      claims.delete(key);
      claims.set(key, now + window);
      dropOldest(claims);
      return true;
    },
    async close() {},
  };
}

function dropOldest(kept: Map<string, unknown>): void {
  const [oldest] = kept.keys();
  if (kept.size > CAPACITY && oldest !== undefined) kept.delete(oldest);
}
