import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compose } from '../gateway/compose.ts';
import { createGateway } from '../gateway/gateway.ts';
import { mountRoutes } from '../gateway/routes.ts';
import { serve } from '../gateway/server.ts';
import { boot, type Running } from '../kernel/boot.ts';
import { localCache } from '../kernel/cache.ts';
import type { Clock } from '../kernel/clock.ts';
import { TokenVerifier } from '../kernel/identity.ts';
import { type LiveChannel, localChannel } from '../kernel/live/live.ts';
import type { Logger } from '../kernel/log.ts';
import type { Module } from '../kernel/module.ts';

export interface ProductOptions {
  modules: readonly Module[];
  dataDir: string;
  host: string;
  port: number;
  development: boolean;
  environment: NodeJS.ProcessEnv;
  clock: Clock;
  log: Logger;
}

/** The product as it runs in one process. */
export interface Product {
  readonly url: string;
  readonly running: Running;
  readonly live: LiveChannel;
  /** Makes sure that headquarters has an account of this name; made with this PIN when there is none. */
  ensureHeadquarters(name: string, pin: string): Promise<void>;
  /** Ends requests, then jobs and deliveries, then closes the databases. */
  stop(): Promise<void>;
}

/** The graph of the product's own modules, as it was composed when it was released. */
const COMMITTED = join(import.meta.dirname, '../schema/supergraph.graphql');

const ENSURE_HEADQUARTERS = `mutation ($name: String!, $pin: String!) {
  ensureStaff(name: $name, pin: $pin, role: "HEADQUARTERS", storeIds: [])
}`;

/** Starts every module and the gateway in this process. */
export async function startProduct(options: ProductOptions): Promise<Product> {
  const { modules, dataDir, environment, clock, log, host, port, development } = options;
  const live = localChannel();
  // What was opened before a step that fails is closed again, last first.
  await using opening = new AsyncDisposableStack();
  const running = await boot({
    modules,
    storage: { kind: 'sqlite', folder: dataDir },
    environment,
    clock,
    log,
    live,
    cache: localCache(clock),
  });
  opening.defer(() => running.stop());
  const executors = new Map(
    [...running.modules].flatMap(([name, { executor }]) => (executor ? [[name, executor] as const] : [])),
  );
  const parts = modules.flatMap(({ name, schema }) => (schema ? [{ name, schema }] : []));
  const supergraph = await compose(parts, existsSync(COMMITTED) ? readFileSync(COMMITTED, 'utf8') : '');
  const gateway = await createGateway({ supergraph, executors, live, log });
  opening.defer(() => gateway.close());
  const routes = mountRoutes(running.modules.values());
  const tokens = running.ports(TokenVerifier).values().next().value;
  const server = await serve({ gateway, routes, tokens, host, port, development, log });
  opening.defer(() => server.close());
  await running.start();
  const opened = opening.move();
  return {
    url: server.url,
    running,
    live,
    async ensureHeadquarters(name, pin) {
      await running.ask('members', ENSURE_HEADQUARTERS, { name, pin });
    },
    stop: () => opened.disposeAsync(),
  };
}
