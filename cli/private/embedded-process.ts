import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../kernel/clock.ts';
import { createLog } from '../../kernel/log.ts';
import { demoPeople } from '../demo/people.ts';
import { modules } from '../modules.ts';
import { startProduct } from '../product.ts';
import { embedded } from '../servers.ts';
import { demoEnvironment } from '../settings.ts';
import { whole } from '../shape.ts';

/**
 * A product of the replay's own, in a process of its own: tells its address and its data folder to the parent, ends with
 * it, however that ends, and takes the folder along. Ctrl-C reaches both processes, so it is left to the parent.
 */
const parentGone = new Promise<void>((resolve) => {
  process.once('disconnect', resolve);
  if (!process.connected) resolve();
});
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});
const dataDir = mkdtempSync(join(tmpdir(), 'dinegraph-replay-'));
process.once('exit', () => rmSync(dataDir, { recursive: true, force: true }));

const product = await startProduct({
  shape: whole(modules),
  servers: embedded(dataDir),
  host: '127.0.0.1',
  port: 0,
  development: false,
  drain: 0,
  environment: demoEnvironment,
  clock: systemClock,
  log: createLog('warn'),
});
await product.ensureHeadquarters(demoPeople.headquarters.name, demoPeople.headquarters.pin);
if (process.connected) process.send?.({ url: product.url, dataDir });
await parentGone;
await product.stop();
process.exit(0);
