import { setTimeout as wait } from 'node:timers/promises';
import { SECOND, systemClock } from '../kernel/clock.ts';
import { CodedError } from '../kernel/errors.ts';
import { createLog } from '../kernel/log.ts';
import { ConfigurationError, readSettings } from '../kernel/settings.ts';
import { createMetrics } from '../kernel/telemetry/metrics.ts';
import './own-name.ts';
import { GraphFailure } from './client.ts';
import { takeDataFolder } from './data-folder.ts';
import { ensureDemo, pairingCode } from './demo/seed.ts';
import { productWith, sayLeftOut } from './plugins.ts';
import { assertPortFree } from './port.ts';
import { type Product, startProduct } from './product.ts';
import { serversOf } from './servers.ts';
import { moduleEnvironment, processSettings } from './settings.ts';
import { serviceOf, shapeOf } from './shape.ts';
import { startOptions } from './start-options.ts';
import { watchStrayFaults } from './stray-faults.ts';
import { startTracing } from './tracing.ts';
import { hosting, welcome } from './welcome.ts';

/** How long a process of several answers on while the others turn away from it. */
const DRAIN = 3 * SECOND;
/** How long a process may take to end after that. */
const GRACE = 20 * SECOND;
/** How many seconds the modules of other processes may take to start. */
const PATIENCE = 120;

/** `npm start`: the whole product in one process, or the modules that are named, until Ctrl-C. */
async function start(): Promise<void> {
  /** What there is to end; nothing yet. */
  let end = async () => {};
  let drain = 0;
  let asked = 0;
  const finish = async (code: number) => {
    asked = performance.now();
    // What hangs with its database is found again by the next start.
    setTimeout(() => process.exit(1), drain + GRACE).unref();
    try {
      await end();
      process.exit(code);
    } catch (error) {
      console.error('The product did not end as it should:', error);
      process.exit(1);
    }
  };
  const stop = () => {
    // A second Ctrl-C does not wait. One that comes at once is the first: npm and the shell both pass it on.
    if (asked > 0 && performance.now() - asked > SECOND) process.exit(1);
    if (asked === 0) void finish(0);
  };
  // From the first moment on: the first process of a container has no other way to end.
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);

  const command = startOptions();
  const settings = readSettings(processSettings, process.env);
  const log = createLog(settings.logLevel);
  const metrics = createMetrics();
  metrics.watchProcess();
  const failed = () => {
    if (asked === 0) void finish(1);
  };
  watchStrayFaults({ log, metrics, end: failed });
  const { modules, refused } = await productWith([...settings.plugins, ...command.plugins]);
  const shape = shapeOf(modules, command.names);
  const { port, host, nodeEnv, adminName, adminPin } = settings;
  if (Boolean(adminName) !== Boolean(adminPin))
    throw new ConfigurationError('ADMIN_NAME and ADMIN_PIN belong together: set both, or neither.');
  const development = nodeEnv !== 'production';
  await assertPortFree(host, port);
  // The databases of a server are shared; a folder belongs to one process.
  const folder = settings.databaseUrl || shape.hosted.length === 0 ? undefined : takeDataFolder(settings.dataDir);
  drain = settings.drainMs ?? (shape.elsewhere.length === 0 ? 0 : DRAIN);
  const servers = serversOf(settings, folder?.path ?? '');
  const tracing = await startTracing(process.env, serviceOf(shape), log);
  const product = await startProduct({
    shape,
    servers,
    host,
    port,
    development,
    drain,
    environment: moduleEnvironment(process.env, settings),
    clock: systemClock,
    metrics,
    metricsToken: settings.metricsToken,
    log,
  });

  sayLeftOut([...refused, ...product.running.refused]);

  end = async () => {
    await product.stop();
    await tracing.close();
    folder?.release();
  };
  if (!shape.gateway) {
    console.log(hosting(product, shape, servers));
    return;
  }
  try {
    if (adminName && adminPin) await whenReached(() => product.ensureHeadquarters(adminName, adminPin));
    const demo = development ? await whenReached(() => demonstration(product, folder?.path)) : undefined;
    console.log(welcome(product, shape, servers, demo));
  } catch (error) {
    // Told to end meanwhile: what it needs for this is being closed.
    if (asked === 0) throw error;
  }
}

/** The demonstration, with a code that pairs a kitchen screen. */
async function demonstration(product: Product, folder: string | undefined) {
  const demo = await ensureDemo(product, folder);
  return { ...demo, pairing: await pairingCode(product, demo) };
}

/** Tries again while the modules of other processes are still starting. */
async function whenReached<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === PATIENCE || !isAway(error)) throw error;
      await wait(SECOND);
    }
  }
}

/** Whether a module could not be reached, as the product or the graph's client says it. */
function isAway(error: unknown): boolean {
  return (error instanceof CodedError || error instanceof GraphFailure) && error.code === 'UNAVAILABLE';
}

try {
  await start();
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  console.error(error.message);
  process.exit(1);
}
