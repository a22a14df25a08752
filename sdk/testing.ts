import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { graphClient } from '../cli/client.ts';
import { ensureDemo } from '../cli/demo/seed.ts';
import { modules } from '../cli/modules.ts';
import { startProduct } from '../cli/product.ts';
import { embedded } from '../cli/servers.ts';
import { demoEnvironment } from '../cli/settings.ts';
import { whole } from '../cli/shape.ts';
import { systemClock } from '../kernel/clock.ts';
import { admit } from '../kernel/graph/admission.ts';
import { createLog } from '../kernel/log.ts';
import type { Module } from '../kernel/module.ts';
import { type Restaurant, restaurant } from './restaurant.ts';

export type { OrderWishes, Restaurant, TestOrder } from './restaurant.ts';

/** What a GraphQL answer holds. */
export interface Answer {
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it has asked for
  data: any;
  errors?: { message: string; path?: (string | number)[]; extensions?: Record<string, unknown> }[];
}

/** What a test wants of the product. */
export interface TestAppOptions {
  /** The plug-ins under test. */
  plugins?: readonly Module[];
  /** Their settings, such as `{ HELLO_GREETING: 'Ni hao' }`. */
  environment?: NodeJS.ProcessEnv;
  /** Whether the demonstration's restaurant is there: a menu, a table, people who can sign in. */
  demo?: boolean;
}

/** The whole product with plug-ins, on a free port of this machine, with a database of its own. */
export interface TestApp extends AsyncDisposable {
  readonly url: string;
  /** The demonstration's restaurant: people who sign in, order and pay. Throws without `demo: true`. */
  readonly restaurant: Restaurant;
  /** Posts an operation to /graphql. */
  graph(query: string, variables?: Record<string, unknown>, token?: string): Promise<Answer>;
  /** Like `graph`, and answers with the data; throws when there is an error. */
  ask(query: string, variables?: Record<string, unknown>, token?: string): Promise<Answer['data']>;
  /** Resolves when every event has been applied, with all that followed from it. */
  settled(): Promise<void>;
}

/** Starts it: `await using app = await startTestApp({ plugins: [hello] })`. Throws when a plug-in is left out. */
export async function startTestApp({ plugins = [], environment, demo = false }: TestAppOptions = {}): Promise<TestApp> {
  const admitted = await admit(modules, plugins);
  throwRefusals(admitted.refused);
  const folder = mkdtempSync(join(tmpdir(), 'dinegraph-test-'));
  const product = await startProduct({
    shape: whole(admitted.modules),
    servers: embedded(folder),
    host: '127.0.0.1',
    port: 0,
    development: true,
    drain: 0,
    environment: { ...demoEnvironment, ...environment },
    clock: systemClock,
    log: createLog('error'),
  });
  const client = graphClient(product.url);
  let opened: Restaurant | undefined;
  const app: TestApp = {
    url: product.url,
    get restaurant() {
      if (!opened) throw new Error('the restaurant is there with demo: true alone');
      return opened;
    },
    ask: client.ask,
    async graph(query, variables, token) {
      const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
      const body = JSON.stringify({ query, variables });
      const response = await fetch(`${product.url}/graphql`, { method: 'POST', headers, body });
      return (await response.json()) as Answer;
    },
    settled: () => product.running.settled(),
    async [Symbol.asyncDispose]() {
      await product.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  try {
    throwRefusals(product.running.refused);
    if (demo) opened = restaurant(client, await ensureDemo(product, folder));
  } catch (error) {
    await app[Symbol.asyncDispose]();
    throw error;
  }
  return app;
}

function throwRefusals(refused: ReadonlyMap<string, string>): void {
  for (const [name, reason] of refused) throw new Error(`the plug-in ${name} is left out: ${reason}`);
}
