import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { budgets } from '../../gateway/guards/budgets.ts';
import type { Cache } from '../../kernel/cache.ts';
import { MINUTE } from '../../kernel/clock.ts';
import { createLog } from '../../kernel/log.ts';
import { redisCache } from '../../kernel/redis/cache.ts';
import { testClock } from '../app.ts';
import { startRedis } from '../servers/redis.ts';
import type { Server } from '../servers/server.ts';
import { describeOnServers } from '../servers/suite.ts';

describeOnServers('the cache in Redis', () => {
  let redis: Server;
  let cache: Cache;
  let other: Cache;
  const log = createLog('silent');

  beforeAll(async () => {
    redis = await startRedis();
    cache = redisCache({ url: redis.url, namespace: 'test', log });
    other = redisCache({ url: redis.url, namespace: 'test', log });
    await Promise.all([holds(cache), holds(other)]);
  });
  afterAll(async () => {
    await Promise.all([cache.close(), other.close()]);
    await redis.stop();
  });

  /** Resolves when a cache has its server. */
  async function holds(one: Cache): Promise<void> {
    const key = crypto.randomUUID();
    while ((await one.get(key)) !== 'there') {
      await one.put(key, 'there', 60_000);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  test('what one process puts all others find, until it is dropped or its time is over', async () => {
    await cache.put('menu:book', { name: 'Noodles', prices: [1200, null] }, 60_000);
    expect(await other.get('menu:book')).toEqual({ name: 'Noodles', prices: [1200, null] });
    await other.drop(['menu:book', 'menu:never']);
    expect(await cache.get('menu:book')).toBeUndefined();
    await cache.put('menu:short', 1, 1);
    while ((await other.get('menu:short')) !== undefined);
  });

  test('attempts are counted over all processes', async () => {
    expect(await cache.count('spent', 60_000, 40)).toBe(40);
    expect(await other.count('spent', 60_000, 5)).toBe(45);
    expect(await cache.count('guesses', 60_000)).toBe(1);
    expect(await other.count('guesses', 60_000)).toBe(2);
    expect(await Promise.all([cache.count('guesses', 60_000), other.count('guesses', 60_000)])).toEqual(
      expect.arrayContaining([3, 4]),
    );
    expect(await cache.get('guesses')).toBe(4);
  });

  test('what a caller may ask for in a minute is one share for all gateways', async () => {
    const clock = testClock();
    const gateways = [budgets(cache, clock), budgets(other, clock)] as const;
    const spend = (gateway: 0 | 1, asked: number) =>
      gateways[gateway]('diner:7', [{ limit: 'costPerMinute', allowed: 100, asked }]);
    await spend(0, 60);
    await spend(1, 40);
    await expect(spend(0, 1)).rejects.toMatchObject({ extensions: { code: 'RATE_LIMITED', allowed: 100, asked: 101 } });
    clock.advance(MINUTE);
    await spend(1, 100);
  });

  test('products that share a server do not find each other', async () => {
    const stranger = redisCache({ url: redis.url, namespace: 'stranger', log });
    await holds(stranger);
    await cache.put('menu:book', 1, 60_000);
    expect(await stranger.get('menu:book')).toBeUndefined();
    await stranger.close();
  });

  test('a server that hangs holds nobody up, and is used again when it goes on', async () => {
    await cache.put('hung', 1, 60_000);
    process.kill(redis.pid ?? 0, 'SIGSTOP');
    try {
      const found = await Promise.all(Array.from({ length: 1_000 }, () => cache.get('hung')));
      expect(found.every((value) => value === undefined)).toBe(true);
      // Would each wait for its tenth of a second, this test would not come to its end.
      for (let turn = 0; turn < 1_000; turn += 1) {
        await cache.get('hung');
        await cache.put('hung', 2, 60_000);
        await cache.drop(['hung']);
      }
      expect(await cache.count('hung attempts', 60_000)).toBe(1);
      expect(await cache.count('hung attempts', 60_000)).toBe(2);
    } finally {
      process.kill(redis.pid ?? 0, 'SIGCONT');
    }
    await holds(cache);
  });

  test('a server that is killed is done without, and used again when it is there', async () => {
    await redis.kill();
    expect(await cache.get('gone')).toBeUndefined();
    await cache.put('gone', 1, 60_000);
    await cache.drop(['gone']);
    expect([await cache.count('tries', 60_000), await cache.count('tries', 60_000, 3)]).toEqual([1, 4]);
    await redis.start();
    await holds(cache);
  });

  test('what somebody else put there in a shape of their own is not found', async () => {
    const { createClient } = await import('redis');
    const client = await createClient({ url: redis.url }).connect();
    await client.set('test:cache:odd', '{');
    expect(await cache.get('odd')).toBeUndefined();
    client.destroy();
  });
});
