import { z } from 'zod';
import { askedWithinScopes } from './asking.ts';
import type { Cache } from './cache.ts';
import type { Clock } from './clock.ts';
import { type Contained, contain } from './containment.ts';
import type { Context } from './context.ts';
import { type Database, openDatabase, type Storage } from './database/database.ts';
import { contextFactory } from './database/transact.ts';
import { assertDeclared, assertParts } from './declared.ts';
import type { Bus, EventName } from './events/events.ts';
import { Outbox } from './events/outbox.ts';
import { type Executor, localExecutor } from './executor.ts';
import { createHost } from './host.ts';
import type { Identity } from './identity.ts';
import type { LiveChannel } from './live/live.ts';
import type { Logger } from './log.ts';
import type { Host, Module, Parts } from './module.ts';
import { storeSettings } from './plugin-settings.ts';
import type { PortRegistry } from './ports.ts';
import { readInternal, subgraphSdl } from './sdl.ts';
import { readSettings } from './settings.ts';
import type { Metrics } from './telemetry/metrics.ts';
import type { OpenMetrics } from './telemetry/own-metrics.ts';
import { within } from './within.ts';

/** A module that is set up. */
export interface RunningModule {
  readonly module: Module;
  readonly parts: Parts;
  readonly host: Host;
  readonly outbox: Outbox;
  readonly database: Database;
  /** Of its part of the public graph, when it has one. */
  readonly executor: Executor | undefined;
  /** Of what sister modules may ask, when there is anything. */
  readonly internal: Executor | undefined;
  /** Of a plug-in: how it is. */
  health?: Contained['health'];
  /** A unit of work for somebody. */
  context(identity: Identity, signal?: AbortSignal): Context;
}

/** What a process gives to each of its modules. */
export interface Surroundings {
  storage: Storage;
  environment: NodeJS.ProcessEnv;
  clock: Clock;
  log: Logger;
  live: LiveChannel;
  cache: Cache;
  metrics: Metrics;
  openMetrics: OpenMetrics;
  bus: Bus;
  ports: PortRegistry;
  /** Every module of the product. */
  modules(): readonly Module[];
  consumersOf(event: EventName): readonly string[];
  internal(module: string): Executor | undefined;
}

/** How long `setup` may take, in milliseconds. */
const PATIENCE = 30_000;
/** How long its `close` may. */
const CLOSING = 5_000;

/**
 * Sets a module up: settings, database, host, parts. What it opened is closed by `opened`, or at once when a step fails;
 * then it has left nothing behind. Throws what it failed with.
 */
export async function setUp(
  module: Module,
  around: Surroundings,
  opened: AsyncDisposableStack,
): Promise<RunningModule> {
  const { name } = module;
  const { clock, live, cache, storage, environment, metrics, bus, consumersOf, ports, internal } = around;
  const settings = readSettings(module.settings ?? z.object({}), environment, name);
  const log = around.log.child({ module: name });
  await using opening = new AsyncDisposableStack();
  const entities = module.entities ?? [];
  const database = await openDatabase({ name, storage, entities, migrations: module.migrations, metrics, log });
  opening.defer(() => database.close());
  const outbox = new Outbox({ em: database.em, shared: database.shared, bus, clock, log, consumersOf });
  const own = around.openMetrics(module);
  opening.defer(() => own.close());
  const atStore = storeSettings({ module, ports, live, log });
  const host = createHost({
    module,
    settings,
    log,
    clock,
    cache,
    database,
    outbox,
    live,
    ports,
    internal,
    modules: around.modules,
    metrics: own,
    atStore,
  });
  const given: unknown = await within(Promise.resolve(module.setup(host as Host<never, never>)), PATIENCE);
  assertParts(name, given);
  opening.defer(() => closed(given, log));
  assertDeclared(module, given);
  const contained = module.contract === undefined ? undefined : contain(name, given, { metrics, log });
  const parts = contained?.parts ?? given;
  const context = contextFactory(database.em);
  const executors = executorsOf(module, parts, context, log, contained, around.modules);
  for (const provided of parts.provides ?? []) ports.add(provided);
  opened.use(opening.move());
  return {
    module,
    parts,
    host,
    outbox,
    database,
    context,
    ...executors,
    ...(contained && { health: contained.health }),
  };
}

/** Closes what a module has opened. One that cannot costs nobody else their end. */
async function closed(parts: Parts, log: Logger): Promise<void> {
  const closing = async () => parts.close?.();
  await within(closing(), CLOSING).catch((error) => log.error({ error }, 'a module did not close as it should'));
}

/** Of the module's part of the public graph, and of what sister modules may ask. */
function executorsOf(
  module: Module,
  parts: Parts,
  context: RunningModule['context'],
  log: Logger,
  contained: Contained | undefined,
  modules: Surroundings['modules'],
): Pick<RunningModule, 'executor' | 'internal'> {
  const { name, schema, internal } = module;
  const kept = (executor: Executor) => contained?.executor(executor) ?? executor;
  const { resolvers = {}, live = {} } = parts;
  const asked = { name: `${name} internal`, resolvers: parts.internal ?? {}, live: {}, context, log };
  return {
    executor: schema
      ? kept(localExecutor({ name, typeDefs: subgraphSdl(schema), resolvers, live, context, log }))
      : undefined,
    internal: internal
      ? askedWithinScopes(kept(localExecutor({ ...asked, typeDefs: readInternal(internal) })), module, modules)
      : undefined,
  };
}
