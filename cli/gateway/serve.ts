import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import { gatewayFace } from '../../gateway/face.ts';
import { createGateway, type Gateway, type GraphSource } from '../../gateway/gateway.ts';
import { guardsOf } from '../../gateway/guards/guards.ts';
import { type Identify, identifyBy } from '../../gateway/identify.ts';
import { type HttpExecutor, httpExecutor } from '../../gateway/remote/http-executor.ts';
import { thirdPartyTokens } from '../../gateway/rights/third-party-tokens.ts';
import { systemClock } from '../../kernel/clock.ts';
import { serveHttp } from '../../kernel/http-server.ts';
import { anonymous } from '../../kernel/identity.ts';
import { localChannel } from '../../kernel/live/live.ts';
import type { Logger } from '../../kernel/log.ts';
import { ConfigurationError, readSettings } from '../../kernel/settings.ts';
import { createMetrics } from '../../kernel/telemetry/metrics.ts';
import { accessSettings, metricsRoute } from '../../kernel/telemetry/metrics-route.ts';
import type { GatewayCommand, TokenOptions } from './options.ts';
import { gatewayCache } from './shared.ts';

/** A gateway over any graph. */
export interface AnyGraph {
  readonly url: string;
  stop(): Promise<void>;
}

/** How often the file is looked at, in milliseconds. */
const LOOK = 500;

/** Serves a supergraph from a file, and each later one that the file comes to hold. Throws a ConfigurationError. */
export async function serveGraph(command: GatewayCommand, development: boolean, log: Logger): Promise<AnyGraph> {
  const { file, host, port } = command;
  const identify = identifyWith(command.tokens);
  const guards = guardsOf({ ...process.env, ...command.guards }, development);
  const subgraphs = connections(command, guards.fetchTimeoutMs, log);
  const cache = await gatewayCache(process.env, log);
  const live = localChannel();
  const metrics = createMetrics();
  metrics.watchProcess();
  const { metricsToken } = readSettings(accessSettings, process.env);
  const gateway = firstGraph(
    () => createGateway({ ...subgraphs.over(readFileSync(file, 'utf8')), live, metrics, log }),
    file,
  );
  const face = gatewayFace({
    gateway,
    routes: async () => null,
    identify,
    guards,
    cache,
    clock: systemClock,
    development,
    log,
  });
  const http = await serveHttp({
    host,
    port,
    drain: 0,
    handlers: [metricsRoute(metrics, { token: metricsToken, local: development }), face.handle],
    health: async () => ({ ready: true }),
    log,
  });
  face.takeSockets(http.server);
  watchFile(file, { interval: LOOK }, () => follow(gateway, subgraphs.over, file, log));
  return {
    url: http.url,
    async stop() {
      unwatchFile(file);
      await http.drain();
      await face.close();
      await http.close();
      await subgraphs.close();
      await cache.close();
    },
  };
}

/** Without keys a subgraph alone may know who asks, by the headers that it is sent. */
function identifyWith(tokens: TokenOptions | undefined): Identify {
  if (!tokens) return async () => anonymous;
  const { keys, issuer, audience } = tokens;
  try {
    const set = /^https?:/.test(keys) ? new URL(keys) : JSON.parse(readFileSync(keys, 'utf8'));
    return identifyBy(thirdPartyTokens({ keys: set, issuer, audience }));
  } catch {
    throw new ConfigurationError(`--jwks is the address or the file of a JSON Web Key Set, which ${keys} is not`);
  }
}

function firstGraph(make: () => Gateway, file: string): Gateway {
  try {
    return make();
  } catch (error) {
    throw new ConfigurationError(`${file} cannot be served: ${(error as Error).message}`);
  }
}

/** Takes what the file has become; what is no graph changes nothing. */
function follow(gateway: Gateway, over: (supergraph: string) => GraphSource, file: string, log: Logger): void {
  try {
    gateway.update(over(readFileSync(file, 'utf8')));
    log.info({ file }, 'a new graph is served');
  } catch (error) {
    log.error({ error, file }, 'the file cannot be served, and the graph before it goes on');
  }
}

/** Keeps one executor for each address, over all graphs that come to name it. */
function connections({ addresses, subscriptions: followed, forward }: GatewayCommand, limit: number, log: Logger) {
  const known = new Map<string, HttpExecutor>();
  const executorOf = (name: string, given: string) => {
    const url = addresses.get(name) ?? given;
    if (!URL.canParse(url)) throw new Error(`the subgraph ${name} has no address; --subgraph ${name}=URL gives it one`);
    const subscriptions = followed.get(name) ?? url.replace(/^http/, 'ws');
    const key = `${url} ${subscriptions}`;
    const executor = known.get(key) ?? httpExecutor({ url, forward, subscriptions, limit, log });
    known.set(key, executor);
    return executor;
  };
  return {
    over: (supergraph: string): GraphSource => ({ supergraph, executorOf }),
    close: async () => void (await Promise.all([...known.values()].map((executor) => executor.close()))),
  };
}
