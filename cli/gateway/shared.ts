import { type Cache, localCache } from '../../kernel/cache.ts';
import { systemClock } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/log.ts';
import { readSettings } from '../../kernel/settings.ts';
import { processSettings } from '../settings.ts';

/** Where a gateway counts and keeps: in REDIS_URL's server, together with its replicas, or in itself. */
export async function gatewayCache(environment: NodeJS.ProcessEnv, log: Logger): Promise<Cache> {
  const { redisUrl: url, namespace } = readSettings(
    processSettings.pick({ redisUrl: true, namespace: true }),
    environment,
  );
  if (!url) return localCache(systemClock);
  const { redisCache } = await import('../../kernel/redis/cache.ts');
  return redisCache({ url, namespace, log });
}
