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
  /** Counts an attempt under a key; answers how many there were within `window` milliseconds of the first. */
  count(key: string, window: number): Promise<number>;
  /** Whether nobody has claimed this key within `window` milliseconds; true also where that cannot be known. */
  claim(key: string, window: number): Promise<boolean>;
  close(): Promise<void>;
}

/** The cache within one process. */
export function localCache(clock: Clock): Cache {
  const entries = new Map<string, { value: unknown; until: number }>();
  // Apart, because there are many, and they must not push out what is worth keeping.
  const claims = new Map<string, number>();
  const find = (key: string) => {
    const entry = entries.get(key);
    if (entry && entry.until > clock.now()) return entry;
    entries.delete(key);
    return undefined;
  };
  const keep = (key: string, entry: { value: unknown; until: number }) => {
    entries.delete(key);
    entries.set(key, entry);
    const [oldest] = entries.keys();
    if (entries.size > CAPACITY && oldest !== undefined) entries.delete(oldest);
  };
  return {
    isShared: false,
    get: async (key) => find(key)?.value,
    put: async (key, value, ttl) => keep(key, { value, until: clock.now() + ttl }),
    async drop(keys) {
      for (const key of keys) entries.delete(key);
    },
    async count(key, window) {
      const counter = find(key) as { value: number; until: number } | undefined;
      const next = { value: (counter?.value ?? 0) + 1, until: counter?.until ?? clock.now() + window };
      keep(key, next);
      return next.value;
    },
    async claim(key, window) {
      const now = clock.now();
      if ((claims.get(key) ?? 0) > now) return false;
      claims.delete(key);
      claims.set(key, now + window);
      const [oldest] = claims.keys();
      if (claims.size > CAPACITY && oldest !== undefined) claims.delete(oldest);
      return true;
    },
    async close() {},
  };
}
