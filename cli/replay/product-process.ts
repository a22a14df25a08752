import { systemClock } from '../../kernel/clock.ts';
import { createLog } from '../../kernel/log.ts';
import { demoPeople } from '../demo/people.ts';
import { modules } from '../modules.ts';
import { startProduct } from '../product.ts';
import { demoEnvironment } from '../settings.ts';

/** A product of the replay's own, in a process of its own: tells its address to the parent and ends with it. */
const product = await startProduct({
  modules,
  dataDir: process.argv[2] ?? '',
  host: '127.0.0.1',
  port: 0,
  development: false,
  environment: demoEnvironment,
  clock: systemClock,
  log: createLog('warn'),
});
await product.ensureHeadquarters(demoPeople.headquarters.name, demoPeople.headquarters.pin);
process.once('disconnect', async () => {
  await product.stop();
  process.exit(0);
});
process.send?.(product.url);
