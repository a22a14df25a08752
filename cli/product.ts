import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Face, gatewayFace } from '../gateway/face.ts';
import { createGateway } from '../gateway/gateway.ts';
import { withDeadline } from '../gateway/guards/deadline.ts';
import { guardsOf } from '../gateway/guards/guards.ts';
import { identifyBy } from '../gateway/identify.ts';
import { mountRoutes } from '../gateway/routes.ts';
import { boot, type Running } from '../kernel/boot.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Health } from '../kernel/health.ts';
import { serveHttp } from '../kernel/http-server.ts';
import { TokenVerifier } from '../kernel/identity.ts';
import type { LiveChannel } from '../kernel/live/live.ts';
import type { Logger } from '../kernel/log.ts';
import { cachedTokens } from '../kernel/session-cache.ts';
import { createMetrics, type Metrics } from '../kernel/telemetry/metrics.ts';
import { metricsRoute } from '../kernel/telemetry/metrics-route.ts';
import { type Connections, connect } from './connections.ts';
import { type ServedGraph, servedGraph } from './served-graph.ts';
import type { Servers } from './servers.ts';
import { guardedFields } from './settings.ts';
import type { Shape } from './shape.ts';

export interface ProductOptions {
  /** What this process hosts, and what others do. */
  shape: Shape;
  servers: Servers;
  host: string;
  port: number;
  development: boolean;
  /** How long it goes on answering, not ready, when it stops, in milliseconds. */
  drain: number;
  environment: NodeJS.ProcessEnv;
  clock: Clock;
  /** The figures of the process; its own when left out. */
  metrics?: Metrics | undefined;
  /** Who may read them; see `MetricsAccess`. */
  metricsToken?: string | undefined;
  log: Logger;
}

/** One process of the product: all of it, some modules, the gateway. */
export interface Product {
  readonly url: string;
  readonly running: Running;
  readonly live: LiveChannel;
  /** Makes sure that headquarters has an account of this name; made with this PIN when there is none. */
  ensureHeadquarters(name: string, pin: string): Promise<void>;
  /** Tells the world that it is about to end, ends requests, then jobs and deliveries, then closes the databases. */
  stop(): Promise<void>;
}

/** The graph of the product's own modules, as it was composed when it was released. */
const COMMITTED = join(import.meta.dirname, '../schema/supergraph.graphql');

const ENSURE_HEADQUARTERS = `mutation ($name: String!, $pin: String!) {
  ensureStaff(name: $name, pin: $pin, role: "HEADQUARTERS", storeIds: [])
}`;

/** Starts what this process is to host. */
export async function startProduct(options: ProductOptions): Promise<Product> {
  const { shape, host, port, drain, environment, clock, metrics = createMetrics(), log } = options;
  // What was opened before a step that fails is closed again, last first.
  await using opening = new AsyncDisposableStack();
  const connections = await connect(options);
  opening.defer(() => connections.close());
  const { live, cache, elsewhere } = connections;
  const { storage } = options.servers;
  const { hosted: modules } = shape;
  const running = await boot({ modules, elsewhere, storage, environment, clock, metrics, log, live, cache });
  opening.defer(() => running.stop());
  const { face, graph } = shape.gateway ? await openGateway({ ...options, metrics }, connections, running) : NOT_HERE;
  const calls = connections.answerCalls(running);
  const http = await serveHttp({
    host,
    port,
    drain,
    handlers: [
      metricsRoute(metrics, { token: options.metricsToken, local: options.development }),
      ...(calls ? [calls] : []),
      ...(face ? [face.handle] : []),
    ],
    health: async () => withGraph(await running.health(), await graph?.health()),
    log,
  });
  opening.defer(async () => {
    await http.drain();
    await graph?.close();
    await face?.close();
    await http.close();
  });
  face?.takeSockets(http.server);
  await running.start();
  const opened = opening.move();
  return {
    url: http.url,
    running,
    live,
    async ensureHeadquarters(name, pin) {
      await running.ask('members', ENSURE_HEADQUARTERS, { name, pin });
    },
    stop: () => opened.disposeAsync(),
  };
}

const NOT_HERE = { face: undefined, graph: undefined };

/** The health of a process, with that of its gateway's graph and of the remote plug-ins that it reaches. */
function withGraph(health: Health, { faults, plugins = {} }: Pick<Health, 'faults' | 'plugins'> = {}): Health {
  return {
    ...health,
    ...(faults && { faults: { ...health.faults, ...faults } }),
    ...(Object.keys(plugins).length > 0 && { plugins: { ...health.plugins, ...plugins } }),
  };
}

/** The gateway over the modules of this process, of the others, and of remote plug-ins. */
async function openGateway(
  { shape, development, environment, clock, metrics, log }: ProductOptions & { metrics: Metrics },
  connections: Connections,
  running: Running,
): Promise<{ face: Face; graph: ServedGraph }> {
  const { live, cache, elsewhere } = connections;
  const guards = guardsOf({ ...guardedFields, ...environment }, development);
  const modules = shape.modules.filter(({ name }) => !running.refused.has(name));
  const known = existsSync(COMMITTED) ? readFileSync(COMMITTED, 'utf8') : '';
  const executorOf = (name: string) => {
    if (!modules.some((module) => module.name === name)) return undefined;
    const executor = running.modules.get(name)?.executor ?? elsewhere?.remote.subgraph(name);
    return executor && withDeadline(executor, guards.fetchTimeoutMs);
  };
  const { ports } = running;
  const limit = guards.fetchTimeoutMs;
  const graph = await servedGraph({ modules, executorOf, known, ports, live, limit, metrics, log });
  const gateway = createGateway({ ...graph.source, live, metrics, log });
  await graph.follow(gateway);
  const routes = mountRoutes(modules, running, elsewhere, graph.isServed);
  const identify = identifyBy(tokensOf(running, connections, clock));
  const face = gatewayFace({ gateway, routes, identify, guards, cache, clock, development, log });
  return { face, graph };
}

/** Who checks tokens. What another process has answered is kept for some seconds. */
function tokensOf(running: Running, { cache, elsewhere, keys }: Connections, clock: Clock): TokenVerifier | undefined {
  const tokens = running.ports.only(TokenVerifier);
  const far = elsewhere?.modules.some(({ provides }) =>
    provides?.some(({ token }) => token.name === TokenVerifier.name),
  );
  return tokens && far && keys ? cachedTokens(tokens, cache, clock, keys.signing.secret) : tokens;
}
