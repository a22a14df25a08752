import { SECOND } from '../../kernel/clock.ts';
import { ConfigurationError } from '../../kernel/settings.ts';
import { booksIn } from '../../kernel/simulator/books.ts';
import { meituanClient } from './client.ts';
import { SimulatorMemory } from './entities.ts';
import type { MeituanHost, Platform } from './platform.ts';
import { shopsOf } from './shops.ts';
import { type Simulator, startSimulator } from './simulator/index.ts';

/** Everything that is open while the plug-in runs. */
export interface Opened {
  platform: Platform;
  /** What stands in for Meituan, when it does. */
  simulator?: Simulator;
  close(): Promise<void>;
}

/** Where pushes go while nothing is said. */
const NOWHERE = 'http://localhost/webhooks/meituan';

/** Opens the way to Meituan, or to the simulator; undefined when neither is configured. */
export async function openPlatform(host: MeituanHost): Promise<Opened | undefined> {
  const { settings, clock, log } = host;
  const { appId, appSecret, baseUrl, callbackUrl, timeoutSeconds } = settings;
  const limit = timeoutSeconds * SECOND;
  if (appId && appSecret && callbackUrl) {
    const client = meituanClient({ appId, appSecret, baseUrl, limit, clock, log });
    const shops = shopsOf(host, { everyStore: false });
    return { platform: { host, client, shops, appId, appSecret, callbackUrl }, close: () => client.close() };
  }
  const needed = { APP_ID: appId, APP_SECRET: appSecret };
  const missing = Object.entries(needed).flatMap(([name, value]) => (value ? [] : [name]));
  if (missing.length === 1) throw new ConfigurationError(`MEITUAN_${missing[0]} is not set, and others of Meituan are`);
  if (missing.length === 0) throw new ConfigurationError('MEITUAN_CALLBACK_URL is not set, and others of Meituan are');
  if (!settings.simulator) {
    log.info('Meituan is not configured, so that no orders come from it: MEITUAN_APP_ID is not set');
    return undefined;
  }
  const simulator = await startSimulator({
    clock,
    callbackUrl: callbackUrl ?? NOWHERE,
    memory: booksIn(host, SimulatorMemory),
  });
  const known = simulator.credentials;
  const client = meituanClient({ ...known, baseUrl: simulator.baseUrl, limit, clock, log });
  const shops = shopsOf(host, { everyStore: true });
  return {
    platform: { host, client, shops, ...known, callbackUrl: callbackUrl ?? NOWHERE },
    simulator,
    async close() {
      await simulator.close();
      await client.close();
    },
  };
}
