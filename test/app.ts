import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client, createClient } from 'graphql-ws';
import { modules as productModules } from '../cli/modules.ts';
import { type Product, startProduct } from '../cli/product.ts';
import { embedded } from '../cli/servers.ts';
import { demoEnvironment } from '../cli/settings.ts';
import { whole } from '../cli/shape.ts';
import type { Clock } from '../kernel/clock.ts';
import { createLog } from '../kernel/log.ts';
import type { Module } from '../kernel/module.ts';

/** A clock that stands at the moment a test sets; it begins at the machine's own time. */
export interface TestClock extends Clock {
  set(at: number): void;
  advance(milliseconds: number): void;
}

export interface AppOptions {
  modules?: readonly Module[];
  /** Keeps the data of an earlier app, to try a restart; left out, a new folder that goes with the app. */
  dataDir?: string;
  clock?: Clock;
  /** Beside what switches the demonstration on. */
  environment?: NodeJS.ProcessEnv;
}

/** What a GraphQL answer holds. Tests read any shape. */
// biome-ignore lint/suspicious/noExplicitAny: a test asks for what it wants and then reads it
export type Answer = { data: any; errors?: { message: string; path?: (string | number)[]; extensions: any }[] };

/** The whole product on a free port, reached as its users reach it. */
export interface App extends AsyncDisposable {
  readonly url: string;
  readonly dataDir: string;
  readonly product: Product;
  /** Posts an operation to /graphql. */
  graph(query: string, variables?: Record<string, unknown>, token?: string): Promise<Answer>;
  /** Like `graph`, and throws when there is an error: answers with the data. */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  ask(query: string, variables?: Record<string, unknown>, token?: string): Promise<any>;
  /** A graphql-ws client, signed in by connection_init; closed with the app. */
  sockets(token?: string): Client;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A clock for tests. */
export function testClock(start = Date.now()): TestClock {
  let now = start;
  return {
    now: () => now,
    set: (at) => {
      now = at;
    },
    advance: (milliseconds) => {
      now += milliseconds;
    },
  };
}

/** Starts the product for a test: `await using app = await startApp()`. */
export async function startApp(options: AppOptions = {}): Promise<App> {
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
    log: createLog(process.env['LOG_LEVEL'] ?? 'silent'),
  });
  const clients: Client[] = [];

  const graph: App['graph'] = async (query, variables, token) => {
    const response = await fetch(`${product.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as Answer;
  };

  return {
    url: product.url,
    dataDir,
    product,
    graph,
    async ask(query, variables, token) {
      const { data, errors } = await graph(query, variables, token);
      if (errors)
        throw new Error(errors.map(({ message, extensions }) => `${extensions?.code}: ${message}`).join('; '));
      return data;
    },
    sockets(token) {
      const client = createClient({
        url: `${product.url.replace('http', 'ws')}/graphql`,
        webSocketImpl: WebSocket,
        ...(token && { connectionParams: { authorization: `Bearer ${token}` } }),
        retryAttempts: 0,
      });
      clients.push(client);
      return client;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(clients.map((client) => client.dispose()));
      await product.stop();
      if (!options.dataDir) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
