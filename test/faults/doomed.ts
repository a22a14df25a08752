import { modules } from '../../cli/modules.ts';
import { startProduct } from '../../cli/product.ts';
import { embedded } from '../../cli/servers.ts';
import { demoEnvironment } from '../../cli/settings.ts';
import { whole } from '../../cli/shape.ts';
import { createLog } from '../../kernel/log.ts';
import type { Host, Module, Parts, ResolverMap } from '../../kernel/module.ts';

/** Where the product is to die: before or after one of its parts has done its share of an order. */
export type Moment = `${'before' | 'after'} ${'holdStock' | 'holdCoupons' | 'charge' | 'refund'}`;

const [dataDir = '', moment = ''] = process.argv.slice(2) as [string, Moment];
const [when, step = ''] = moment.split(' ');

/** The real work, and the end of the process on the one side of it or the other. */
function deadly<A extends unknown[], R>(work: (...args: A) => Promise<R>) {
  return async (...args: A): Promise<R> => {
    if (when === 'after') await work(...args);
    process.kill(process.pid, 'SIGKILL');
    return new Promise(() => {});
  };
}

/** A module as it is, but for the step that kills. */
function withStep(module: Module): Module {
  return {
    ...module,
    async setup(host: Host<never, never>): Promise<Parts> {
      const parts = await module.setup(host);
      const { internal, provides } = parts;
      const mutation: ResolverMap = internal?.['Mutation'] ?? {};
      if (mutation[step])
        return { ...parts, internal: { ...internal, Mutation: { ...mutation, [step]: deadly(mutation[step]) } } };
      const dying = provides?.map((provided) => {
        const provider = provided.implementation as ResolverMap;
        return provider[step]
          ? { ...provided, implementation: { ...provider, [step]: deadly(provider[step]) } }
          : provided;
      });
      return { ...parts, ...(dying && { provides: dying }) };
    },
  };
}

/** The product in a process of its own that kills itself as if the power went: prints its address when it is ready. */
const product = await startProduct({
  shape: whole(modules.map(withStep)),
  servers: embedded(dataDir),
  host: '127.0.0.1',
  port: 0,
  development: true,
  drain: 0,
  environment: demoEnvironment,
  clock: { now: Date.now },
  log: createLog('silent'),
});
console.log(product.url);
