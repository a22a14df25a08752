import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { modules as productModules } from '../cli/modules.ts';
import { type Product, startProduct } from '../cli/product.ts';
import { embedded } from '../cli/servers.ts';
import { demoEnvironment } from '../cli/settings.ts';
import { whole } from '../cli/shape.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Executor } from '../kernel/executor.ts';
import { type PersonIdentity, TokenVerifier } from '../kernel/identity.ts';
import { createLog, type Logger } from '../kernel/log.ts';
import type { Module } from '../kernel/module.ts';
import { type Clients, clientsOf } from './clients.ts';

export type { Answer } from './clients.ts';

/** A clock that stands at the moment a test sets; it begins at the machine's own time. */
export interface TestClock extends Clock {
  set(at: number): void;
  advance(milliseconds: number): void;
  /** Tells whoever has to keep other processes' clocks at the same moment. */
  follow(moved: (at: number) => void): void;
}

export interface AppOptions {
  modules?: readonly Module[];
  /** Keeps the data of an earlier app, to try a restart; left out, a new folder that goes with the app. */
  dataDir?: string;
  clock?: TestClock;
  /** Beside what switches the demonstration on. */
  environment?: NodeJS.ProcessEnv;
  /** Of a product in one process; left out, what LOG_LEVEL says. */
  log?: Logger;
}

/** The whole product on a free port, reached as its users reach it, and looked into as only tests may. */
export interface App extends Clients, AsyncDisposable {
  readonly dataDir: string;
  /** Resolves when every event that can be delivered now has been applied, with all that followed from it. */
  settled(): Promise<void>;
  /** Runs a job now: `orders.recover`. */
  runJob(name: string): Promise<void>;
  /** Asks a module's internal field as the product itself, on behalf of nobody. */
  internal<T>(module: string, query: string, variables: Record<string, unknown>): Promise<T>;
  /** A module's part of the graph, as the gateway reaches it. */
  subgraph(module: string): Executor;
  /** Whom a token stands for. */
  verify(token: string): Promise<PersonIdentity>;
  /** Runs SQL on a module's database; answers the rows. */
  sql<Row>(module: string, statement: string, params?: readonly unknown[]): Promise<Row[]>;
  /** The product itself, for tests of what only a single process has. */
  readonly product: Product;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A clock for tests. */
export function testClock(start = Date.now()): TestClock {
  const followers: ((at: number) => void)[] = [];
  let now = start;
  const set = (at: number) => {
    now = at;
    for (const moved of followers) moved(at);
  };
  return {
    now: () => now,
    set,
    advance: (milliseconds) => set(now + milliseconds),
    follow: (moved) => void followers.push(moved),
  };
}

/**
 * Starts the product for a test: `await using app = await startApp()`. In one process on SQLite; with TEST_SHAPE=split
 * in many processes, on the servers that DATABASE_URL, RABBITMQ_URL and REDIS_URL name.
 */
export async function startApp(options: AppOptions = {}): Promise<App> {
  if (process.env['TEST_SHAPE'] === 'split') return (await import('./split/app.ts')).startSplitApp(options);
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'dinegraph-test-'));
  const product = await startProduct({
    shape: whole(options.modules ?? productModules),
    servers: embedded(dataDir),
    host: '127.0.0.1',
    port: 0,
    development: true,
    drain: 0,
    environment: { ...demoEnvironment, ...options.environment },
    clock: options.clock ?? { now: Date.now },
    log: options.log ?? createLog(process.env['LOG_LEVEL'] ?? 'silent'),
  });
  const { running } = product;
  const hosted = (name: string) => {
    const module = running.modules.get(name);
    if (!module) throw new Error(`there is no module ${name}`);
    return module;
  };
  const clients = clientsOf(product.url);
  return {
    ...clients,
    dataDir,
    product,
    settled: () => running.settled(),
    runJob: (name) => running.runJob(name),
    internal: (module, query, variables) => running.ask(module, query, variables),
    subgraph: (name) => hosted(name).executor as Executor,
    verify: async (token) => (running.ports.only(TokenVerifier) as TokenVerifier).verify(token),
    sql: (module, statement, params = []) =>
      hosted(module)
        .database.em()
        .execute(statement, [...params]),
    async [Symbol.asyncDispose]() {
      await clients.close();
      await product.stop();
      if (!options.dataDir) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
