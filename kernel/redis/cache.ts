import { type Cache, localCache } from '../cache.ts';
import { systemClock } from '../clock.ts';
import { within } from '../within.ts';
import { type RedisClient, type RedisOptions, redisConnection } from './connection.ts';

/** How long an answer is waited for, in milliseconds: what is cached is worked out anew in less than that. */
const PATIENCE = 100;

/** The cache that all processes share, in Redis. While it is away nothing is found, and each process counts for itself. */
export function redisCache(options: RedisOptions): Cache {
  const connection = redisConnection(options);
  const alone = localCache(systemClock);
  const named = (key: string) => `${options.namespace}:cache:${key}`;

  /** Answers undefined when the server does not. */
  async function tried<T>(work: (client: RedisClient) => Promise<T>): Promise<T | undefined> {
    const client = connection.client();
    if (!client) return undefined;
    try {
      return await within(work(client), PATIENCE);
    } catch {
      connection.doubt();
      return undefined;
    }
  }

  return {
    isShared: true,
    async get(key) {
      const text = await tried((client) => client.get(named(key)));
      return text == null ? undefined : parsed(text);
    },
    async put(key, value, ttl) {
      await tried((client) =>
        client.set(named(key), JSON.stringify(value), { expiration: { type: 'PX', value: ttl } }),
      );
    },
    async drop(keys) {
      if (keys.length > 0) await tried((client) => client.del(keys.map(named)));
    },
    async count(key, window, by = 1) {
      const first = { condition: 'NX', expiration: { type: 'PX', value: window } } as const;
      const counted = await tried((client) => client.multi().set(named(key), '0', first).incrBy(named(key), by).exec());
      return counted ? Number(counted[1]) : alone.count(key, window, by);
    },
    async claim(key, window) {
      const first = { condition: 'NX', expiration: { type: 'PX', value: window } } as const;
      const answer = await tried(async (client) => ({ set: await client.set(named(key), '', first) }));
      return answer === undefined || answer.set !== null;
    },
    async close() {
      await connection.close();
      await alone.close();
    },
  };
}

/** What somebody else has put there in a shape of their own counts as not found. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
