import { type DocumentNode, print } from 'graphql';
import type { Cache } from './cache.ts';
import type { Clock } from './clock.ts';
import type { Database } from './database/database.ts';
import { contextFactory, transactions } from './database/transact.ts';
import { assertOutsideTransaction } from './database/transaction-guard.ts';
import { CodedError } from './errors.ts';
import type { Outbox } from './events/outbox.ts';
import type { Executor } from './executor.ts';
import { forget, once, outcomeOf } from './idempotency.ts';
import { anonymous, type Identity, outerOf } from './identity.ts';
import type { LiveChannel } from './live/live.ts';
import type { Logger } from './log.ts';
import type { Host, Module } from './module.ts';
import type { StoreSettings } from './plugin-settings.ts';
import type { PortRegistry } from './ports.ts';
import type { OwnMetrics } from './telemetry/own-metrics.ts';

export interface HostOptions {
  module: Module;
  settings: unknown;
  log: Logger;
  metrics: OwnMetrics;
  clock: Clock;
  database: Database;
  outbox: Outbox;
  live: LiveChannel;
  cache: Cache;
  ports: PortRegistry;
  modules(): readonly Module[];
  atStore: StoreSettings;
  /** Reaches a sister module's internal schema. */
  internal(module: string): Executor | undefined;
}

/** Makes what the kernel offers to one module. */
export function createHost({
  module: { name, emits = [] },
  settings,
  log,
  metrics,
  clock,
  database,
  outbox,
  live,
  cache,
  ports,
  modules,
  atStore,
  internal,
}: HostOptions): Host {
  const context = contextFactory(database.em);
  const write = transactions(name, outbox, live);
  return {
    name,
    settings,
    modules,
    async atStore(storeId) {
      assertOutsideTransaction('reading the settings of a store');
      return atStore(storeId);
    },
    log,
    metrics,
    clock,
    cache,
    ...write,
    async emit(tx, event, subject, payload) {
      if (!emits.includes(event)) throw new Error(`${name} emits ${event}, which its declaration does not list`);
      return write.emit(tx, event, subject, payload);
    },
    once: (tx, claim, work) => once(tx, clock, claim, work),
    outcomeOf,
    forget,
    ask: (ctx, module, document, variables) => {
      assertOutsideTransaction(`asking ${module}`);
      const identity: Identity = { kind: 'service', name, for: outerOf(ctx.identity) };
      return askInternal(internal(module), module, {
        query: textOf(document),
        variables,
        identity,
        signal: ctx.signal,
      });
    },
    port: (token, name) => ports.find(token, name),
    context: () => context({ kind: 'service', name, for: anonymous }),
  };
}

/** Asks an internal schema; the sister's coded error is thrown here as it was there. */
export async function askInternal<T>(
  executor: Executor | undefined,
  module: string,
  request: Parameters<Executor['execute']>[0],
): Promise<T> {
  if (!executor) throw new Error(`there is no module ${module} to ask`);
  const { data, errors } = await executor.execute(request);
  const error = errors?.[0];
  if (error) throw new CodedError(String(error.extensions?.['code']), error.message, error.extensions);
  return data as T;
}

const texts = new WeakMap<DocumentNode, string>();

function textOf(document: DocumentNode): string {
  const known = texts.get(document);
  if (known) return known;
  const text = print(document);
  texts.set(document, text);
  return text;
}
