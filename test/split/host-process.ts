import { modules as productModules } from '../../cli/modules.ts';
import { type Product, startProduct } from '../../cli/product.ts';
import { createLog } from '../../kernel/log.ts';
import { declared, type HostConfig, type HostRequest } from './protocol.ts';

/** A process that hosts a share of the product for a test, which tells it what to do and what time it is. */
let product: Product | undefined;
/** Where the clock stands; undefined is the machine's own time. */
let at: number | undefined;
/** How far the clock is ahead of the machine's own time, in milliseconds, while it does not stand. */
let ahead = 0;

async function start(config: HostConfig): Promise<string> {
  const { names, gateway, servers, environment, port, drain } = config;
  at = config.at;
  ahead = config.ahead ?? 0;
  const modules = config.modules.map(
    (one) => productModules.find(({ name }) => names.includes(name) && name === one.name) ?? declared(one),
  );
  product = await startProduct({
    shape: {
      modules,
      hosted: modules.filter(({ name }) => names.includes(name)),
      elsewhere: modules.filter(({ name }) => !names.includes(name)),
      gateway,
    },
    servers,
    host: '127.0.0.1',
    port,
    development: true,
    drain,
    environment,
    clock: { now: () => at ?? Date.now() + ahead },
    log: createLog(process.env['LOG_LEVEL'] ?? 'silent'),
  });
  return product.url;
}

async function carryOut(request: HostRequest): Promise<unknown> {
  if (request.do === 'start') return start(request.config);
  if (!product) throw new Error('not started');
  switch (request.do) {
    case 'settle':
      return product.running.settle();
    case 'job':
      return product.running.runJob(request.job);
    case 'clock':
      at = request.at;
      return undefined;
    case 'ahead':
      ahead = request.ahead;
      return undefined;
    case 'stop':
      return product.stop();
  }
}

process.on('message', async ({ id, request }: { id: number; request?: HostRequest }) => {
  // Meant for what a test has put around this process.
  if (!request) return;
  try {
    process.send?.({ id, answer: await carryOut(request) });
  } catch (error) {
    process.send?.({ id, error: (error as Error).stack });
  }
});
process.on('disconnect', () => process.exit(0));
