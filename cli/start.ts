import { systemClock } from '../kernel/clock.ts';
import { createLog } from '../kernel/log.ts';
import { ConfigurationError, readSettings } from '../kernel/settings.ts';
import { takeDataFolder } from './data-folder.ts';
import { ensureDemo, pairingCode } from './demo/seed.ts';
import { modules } from './modules.ts';
import { assertPortFree } from './port.ts';
import { startProduct } from './product.ts';
import { moduleEnvironment, processSettings } from './settings.ts';
import { welcome } from './welcome.ts';

/** `npm start`: the whole product in one process, until Ctrl-C. */
async function start(): Promise<void> {
  const settings = readSettings(processSettings, process.env);
  const { port, host, nodeEnv, adminName, adminPin } = settings;
  if (Boolean(adminName) !== Boolean(adminPin))
    throw new ConfigurationError('ADMIN_NAME and ADMIN_PIN belong together: set both, or neither.');
  const development = nodeEnv !== 'production';
  await assertPortFree(host, port);
  const folder = takeDataFolder(settings.dataDir);
  const product = await startProduct({
    modules,
    dataDir: folder.path,
    host,
    port,
    development,
    environment: moduleEnvironment(process.env, settings),
    clock: systemClock,
    log: createLog(settings.logLevel),
  });

  let stopping = false;
  const stop = async () => {
    // A second Ctrl-C does not wait.
    if (stopping) process.exit(1);
    stopping = true;
    await product.stop();
    folder.release();
    process.exit(0);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);

  if (adminName && adminPin) await product.ensureHeadquarters(adminName, adminPin);
  const demo = development ? await ensureDemo(product, folder.path) : undefined;
  const pairing = demo && (await pairingCode(product, demo));
  console.log(welcome(product, folder.path, demo && pairing ? { ...demo, pairing } : undefined));
}

try {
  await start();
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  console.error(error.message);
  process.exit(1);
}
