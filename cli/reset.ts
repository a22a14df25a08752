import { systemClock } from '../kernel/clock.ts';
import { createLog } from '../kernel/log.ts';
import { ConfigurationError, readSettings } from '../kernel/settings.ts';
import { commandLine } from './command-line.ts';
import { takeDataFolder } from './data-folder.ts';
import { ensureDemo } from './demo/seed.ts';
import { modules } from './modules.ts';
import { startProduct } from './product.ts';
import { embedded } from './servers.ts';
import { moduleEnvironment, processSettings } from './settings.ts';
import { whole } from './shape.ts';

const HELP = `usage: dinegraph reset

Throws away all data in DATA_DIR (data), and makes the demonstration anew. The product must be stopped. Refused in
production, and where DATABASE_URL is set.`;

/** `npm run reset`: throws the data away and makes the demonstration anew. Never in production. */
async function reset(): Promise<void> {
  commandLine({ help: HELP });
  const settings = readSettings(processSettings, process.env);
  if (settings.nodeEnv === 'production')
    throw new ConfigurationError('NODE_ENV=production: the data is not thrown away.');
  if (settings.databaseUrl)
    throw new ConfigurationError('DATABASE_URL is set: only the data of a data folder is thrown away by this command.');
  const folder = takeDataFolder(settings.dataDir);
  folder.clear();
  const product = await startProduct({
    shape: whole(modules),
    servers: embedded(folder.path),
    host: '127.0.0.1',
    port: 0,
    development: true,
    drain: 0,
    environment: moduleEnvironment(process.env, settings),
    clock: systemClock,
    log: createLog(settings.logLevel),
  });
  await ensureDemo(product, folder.path);
  await product.stop();
  folder.release();
  console.log(`The demonstration is back in ${folder.path}.`);
}

try {
  await reset();
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  console.error(error.message);
  process.exit(1);
}
