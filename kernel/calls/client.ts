import type { Logger } from '../log.ts';
import type { Module } from '../module.ts';
import { type Caller, callerOf } from './caller.ts';
import type { CallKeys } from './keys.ts';
import type { Remote } from './remote.ts';
import { remoteExecutor } from './remote-executor.ts';
import { isProvided, remotePort } from './remote-port.ts';
import { passOn } from './remote-route.ts';
import { repeatableBy, repeatableFields } from './repeatable.ts';
import { replicasOf } from './replicas.ts';
import { openTarget, type Target } from './target.ts';

export interface RemoteOptions {
  /** Their declarations, which say what may be repeated; what is not declared is not. */
  modules?: readonly Module[];
  /** Where each is reached: the origins of its replicas, such as http://orders:4000. */
  addresses: ReadonlyMap<string, readonly string[]>;
  keys: CallKeys;
  log: Logger;
  timeouts?: Partial<Timeouts>;
  /** The largest body of a request that is passed on, in bytes. */
  maxBody?: number;
}

/** How long calls may take in all, with every retry, in milliseconds. */
export interface Timeouts {
  /** Of a graph, and until the answer of a route begins. */
  call: number;
  /** Of a port, which calls out of the product in turn. */
  port: number;
  /** Of a port that only looks something up: a whole request waits for it. */
  look: number;
}

/** Reaches the modules of other processes. No connection is made before it is needed. */
export function remoteModules(options: RemoteOptions): Remote {
  const { addresses, keys, log, timeouts, maxBody = 1_000_000 } = options;
  const { call, port, look }: Timeouts = { call: 10_000, port: 30_000, look: 4_000, ...timeouts };
  const targets = new Map<string, Target>();
  const targetAt = (origin: string): Target => {
    const target = targets.get(origin) ?? openTarget(origin, log);
    targets.set(origin, target);
    return target;
  };
  const callers = new Map<string, Caller>();
  for (const [module, origins] of addresses) {
    if (origins.length > 0)
      callers.set(module, callerOf(module, replicasOf(origins.map(targetAt)), keys.signingTo(module), log));
  }
  const callerFor = (module: string): Caller => {
    const caller = callers.get(module);
    if (!caller) throw new Error(`there is no address of ${module}`);
    return caller;
  };
  const executor = (module: string, kind: 'graph' | 'internal', fields: ReadonlySet<string>) =>
    remoteExecutor({ module, kind, caller: callerFor(module), repeatable: repeatableBy(fields), limit: call });

  return {
    subgraph: (module) => executor(module, 'graph', new Set()),
    internal(module) {
      const declaration = options.modules?.find(({ name }) => name === module);
      return executor(module, 'internal', repeatableFields(declaration?.internal));
    },
    port: (module, offer) => remotePort(offer, callerFor(module), offer.token.looksUp ? look : port),
    provides: (module, offer) => isProvided(offer, callerFor(module), call),
    route: (module, request, identity) =>
      passOn(request, identity, { caller: callerFor(module), limit: call, maxBody, log }),
    async close() {
      await Promise.all([...targets.values()].map((target) => target.close()));
    },
  };
}
