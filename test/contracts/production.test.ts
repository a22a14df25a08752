import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { modules } from '../../cli/modules.ts';
import { moduleEnvironment, processSettings } from '../../cli/settings.ts';
import { boot } from '../../kernel/boot.ts';
import { localCache } from '../../kernel/cache.ts';
import { systemClock } from '../../kernel/clock.ts';
import { localChannel } from '../../kernel/live/live.ts';
import { createLog } from '../../kernel/log.ts';
import type { PortToken } from '../../kernel/ports.ts';
import { readSettings } from '../../kernel/settings.ts';
import { IdentityProvider } from '../../subgraphs/members/ports.ts';
import { PaymentProvider } from '../../subgraphs/orders/ports.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'dinegraph-production-'));
afterAll(() => rmSync(dataDir, { recursive: true }));

/** Which payments and sign-ins the product offers in an environment. */
async function offered(environment: NodeJS.ProcessEnv) {
  const running = await boot({
    modules: modules.filter(({ name }) => name.startsWith('demo-') || name === 'cash-payment'),
    storage: { kind: 'sqlite', folder: dataDir },
    environment: moduleEnvironment(environment, readSettings(processSettings, environment)),
    clock: systemClock,
    log: createLog('silent'),
    live: localChannel(),
    cache: localCache(systemClock),
  });
  try {
    const { ports } = running;
    const among = async (port: PortToken<unknown>, names: string[]) => {
      const found = await Promise.all(names.map((name) => ports.find(port, name)));
      return names.filter((_, index) => found[index] !== undefined);
    };
    return [await among(PaymentProvider, ['cash', 'demo']), await among(IdentityProvider, ['demo'])];
  } finally {
    await running.stop();
  }
}

test('in production nobody pays with nothing, nor signs in by a mere name', async () => {
  expect(await offered({ NODE_ENV: 'production' })).toEqual([['cash'], []]);
});

test('the demonstration offers both, and so does a production that asks for them by name', async () => {
  const both = [['cash', 'demo'], ['demo']];
  expect(await offered({})).toEqual(both);
  const byName = { NODE_ENV: 'production', DEMO_PAYMENT_ENABLED: 'true', DEMO_SIGN_IN_ENABLED: 'true' };
  expect(await offered(byName)).toEqual(both);
});
