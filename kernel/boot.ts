import { PRODUCT } from './asking.ts';
import type { Cache } from './cache.ts';
import type { Remote } from './calls/remote.ts';
import type { Clock } from './clock.ts';
import type { Transaction } from './context.ts';
import type { Storage } from './database/database.ts';
import { type Broker, type Bus, type EventEnvelope, type EventName, NotApplied } from './events/events.ts';
import { eventFigures } from './events/figures.ts';
import { enterInbox } from './events/outbox.ts';
import { refusal } from './events/refusal.ts';
import type { Executor } from './executor.ts';
import { type Health, healthOf } from './health.ts';
import { askInternal } from './host.ts';
import { anonymous } from './identity.ts';
import { type JobEntry, JobRunner } from './jobs.ts';
import type { LiveChannel } from './live/live.ts';
import type { Logger } from './log.ts';
import type { Module } from './module.ts';
import { placeOfMistake } from './place.ts';
import type { AtStore } from './plugin-settings.ts';
import { PortRegistry } from './ports.ts';
import { type RunningModule, setUp } from './set-up.ts';
import { createMetrics, type Metrics } from './telemetry/metrics.ts';
import { ownMetrics } from './telemetry/own-metrics.ts';
import { plainMessage } from './telemetry/plain-error.ts';

export interface BootOptions {
  /** What this process hosts. */
  modules: readonly Module[];
  /** What other processes host, and how they are reached; nothing when this process hosts the whole product. */
  elsewhere?: Elsewhere | undefined;
  storage: Storage;
  environment: NodeJS.ProcessEnv;
  clock: Clock;
  log: Logger;
  live: LiveChannel;
  cache: Cache;
  /** The figures of the process; of nobody's when left out. */
  metrics?: Metrics | undefined;
}

/** The modules of other processes. */
export interface Elsewhere {
  modules: readonly Module[];
  remote: Remote;
  /** Not needed by a process that hosts no module. */
  broker: Broker | undefined;
}

/** The modules of a process, set up and ready to be asked. */
export interface Running {
  readonly modules: ReadonlyMap<string, RunningModule>;
  /** The plug-ins that could not be set up, each with the reason: the product runs without them. */
  readonly refused: ReadonlyMap<string, string>;
  /** Every implementation of every port, here and in other processes. */
  readonly ports: PortRegistry;
  /** Asks a module's internal field as the product itself, on behalf of nobody. */
  ask<T>(module: string, query: string, variables: Record<string, unknown>): Promise<T>;
  /** Runs a job now: `orders.recover`. */
  runJob(name: string): Promise<void>;
  /** Resolves when every event that can be delivered now has been applied, with all that followed from it. */
  settled(): Promise<void>;
  /** Delivers what can be delivered now; false when there was nothing. */
  settle(): Promise<boolean>;
  /** Whether the modules here can do their work. */
  health(): Promise<Health>;
  /** Begins deliveries and jobs. */
  start(): Promise<void>;
  /** Ends jobs, then deliveries, then the modules, then the databases. */
  stop(): Promise<void>;
}

/** Sets modules up: settings, database, host, parts. Nothing is delivered and no job runs before `start`. */
export async function boot(options: BootOptions): Promise<Running> {
  const { elsewhere, metrics = createMetrics() } = options;
  const events = eventFigures(metrics, options.clock);
  const modules = new Map<string, RunningModule>();
  const ports = new PortRegistry();
  const bus: Bus = {
    async deliver(consumer, event) {
      const here = modules.get(consumer);
      if (!here && elsewhere?.broker) return elsewhere.broker.deliver(consumer, event);
      await apply(consumer, here, event);
    },
    bury: async (consumer, event, failure) => elsewhere?.broker?.bury(consumer, event, failure),
  };
  /** Hands an event to its consumer, in one transaction with the note that it was applied. Rejects as `Bus.deliver` does. */
  const apply = (consumer: string, running: RunningModule | undefined, event: EventEnvelope) =>
    events.seen(consumer, event, () => handled(running, event, options.clock));

  const refused = new Map<string, string>();
  const everywhere = [...options.modules, ...(elsewhere?.modules ?? [])];
  const consumersOf = (event: EventName) =>
    everywhere.flatMap(({ name, consumes }) => (consumes?.includes(event) && !refused.has(name) ? [name] : []));

  const asked = new Map<string, Executor>();
  if (elsewhere) {
    for (const { name, internal, provides = [] } of elsewhere.modules) {
      if (internal) asked.set(name, elsewhere.remote.internal(name));
      for (const offer of provides)
        ports.add({ ...offer, implementation: elsewhere.remote.port(name, offer) }, () =>
          elsewhere.remote.provides(name, offer),
        );
    }
  }
  const internal = (name: string) => modules.get(name)?.internal ?? asked.get(name);
  // A module that cannot be set up must not leave the databases of the others open.
  await using opening = new AsyncDisposableStack();
  const present = () => everywhere.filter(({ name }) => !refused.has(name));
  const openMetrics = ownMetrics(metrics);
  const around = { ...options, metrics, openMetrics, bus, ports, modules: present, consumersOf, internal };
  for (const module of options.modules) {
    if (modules.has(module.name)) throw new Error(`two modules are called ${module.name}`);
    try {
      modules.set(module.name, await setUp(module, around, opening));
    } catch (error) {
      if (module.contract === undefined) throw error;
      const place = placeOfMistake(error);
      refused.set(module.name, `${place ? `${place}: ` : ''}${plainMessage(error)}`);
    }
  }

  events.watch(modules);
  const jobs = new JobRunner(jobsOf(modules), metrics);
  const settle = async () => {
    for (const { outbox } of modules.values()) if (await outbox.settle()) return true;
    return false;
  };
  const opened = opening.move();
  return {
    modules,
    refused,
    ports,
    ask: (name, query, variables) =>
      askInternal(internal(name), name, {
        query,
        variables,
        identity: { kind: 'service', name: PRODUCT, for: anonymous },
      }),
    runJob: (name) => jobs.run(name),
    settle,
    async settled() {
      // A handler may emit in turn, so look until a whole round finds nothing under way.
      while (await settle());
    },
    health: () => healthOf(modules.values()),
    async start() {
      for (const [name, { module, outbox }] of modules) {
        if (module.consumes?.length)
          await elsewhere?.broker?.consume(name, (event) => apply(name, modules.get(name), event));
        await outbox.start();
      }
      jobs.start();
    },
    async stop() {
      await jobs.stop();
      await elsewhere?.broker?.stopConsuming();
      await Promise.all([...modules.values()].map(({ outbox }) => outbox.stop()));
      await opened.disposeAsync();
    },
  };
}

/** Has an event applied, once; answers whether it was new. */
async function handled(consumer: RunningModule | undefined, event: EventEnvelope, clock: Clock): Promise<boolean> {
  const handle = consumer?.parts.on?.[event.name] as
    | ((tx: Transaction, event: EventEnvelope, store: AtStore | undefined) => Promise<void>)
    | undefined;
  if (!consumer || !handle) throw new NotApplied(`nobody here handles ${event.name}`);
  const store = await storeOf(consumer, event).catch((error) => {
    throw refusal(error);
  });
  const applied = consumer.host.transact(consumer.host.context(), async (tx) => {
    const isNew = await enterInbox(tx, clock, event);
    // A plug-in that is switched off at a store is not told of what happens there.
    if (isNew && store?.enabled !== false) await handle(tx, event, store);
    return isNew;
  });
  return applied.catch((error) => {
    throw refusal(error);
  });
}

/** How a plug-in is set at the store that an event is of; undefined for one of no store, and for other modules. */
async function storeOf({ module, host }: RunningModule, { payload }: EventEnvelope): Promise<AtStore | undefined> {
  const { storeId } = payload as { storeId?: unknown };
  if (module.contract === undefined || typeof storeId !== 'string') return undefined;
  return host.atStore(storeId) as Promise<AtStore>;
}

function jobsOf(modules: ReadonlyMap<string, RunningModule>) {
  const jobs = new Map<string, JobEntry>();
  for (const [name, { parts, host, database }] of modules) {
    for (const [job, definition] of Object.entries(parts.jobs ?? {})) {
      jobs.set(`${name}.${job}`, {
        job: definition,
        context: host.context,
        exclusively: database.exclusively,
        log: host.log,
      });
    }
  }
  return jobs;
}
