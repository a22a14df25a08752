import type { Gateway, GraphSource } from '../gateway/gateway.ts';
import { SECOND } from '../kernel/clock.ts';
import type { PluginHealth } from '../kernel/containment.ts';
import type { Executor } from '../kernel/executor.ts';
import { admitParts, type ComposedGraph } from '../kernel/graph/admit-parts.ts';
import type { Health } from '../kernel/health.ts';
import type { LiveChannel } from '../kernel/live/live.ts';
import type { Logger } from '../kernel/log.ts';
import type { Module } from '../kernel/module.ts';
import { PluginSettings, SETTINGS_CHANGED } from '../kernel/plugin-settings.ts';
import type { PortRegistry } from '../kernel/ports.ts';
import { REMOTE_PLUGINS_CHANGED, type RemotePart, RemotePlugins } from '../kernel/remote-plugins.ts';
import type { Metrics } from '../kernel/telemetry/metrics.ts';
import { plainMessage } from '../kernel/telemetry/plain-error.ts';
import { remoteExecutors } from './remote-executors.ts';

/** How often a gateway looks by itself whether its graph has changed, in milliseconds; it is told of most changes before. */
const LOOK = 30 * SECOND;
/** How soon it looks again when it could not; each time twice as late, up to the former. */
const AGAIN = 2 * SECOND;

/** What a gateway says of itself then; why is in the log, since anybody may look here. */
const BEHIND = 'what its graph is now cannot be known, and the one before is served';

export interface ServedGraphOptions {
  /** The modules of the product, each with its part. */
  modules: readonly Module[];
  /** Reaches a module's part of the graph. */
  executorOf(module: string): Executor | undefined;
  /** A supergraph that was composed before. */
  known: string;
  ports: PortRegistry;
  live: LiveChannel;
  /** How long a remote plug-in may take to answer, in milliseconds. */
  limit: number;
  metrics: Metrics;
  log: Logger;
}

/** The graph of a gateway: the parts of the modules that are switched on, and of remote plug-ins. */
export interface ServedGraph {
  /** As it is at the start. */
  readonly source: GraphSource;
  /** Whether a module of the product is switched on. */
  isServed(module: string): boolean;
  /** Has a gateway serve what the graph comes to be, while it runs. */
  follow(gateway: Gateway): Promise<void>;
  /** How the remote plug-ins are, and those that are left out; and whether it is behind what there is to serve. */
  health(): Promise<Pick<Health, 'faults' | 'plugins'>>;
  close(): Promise<void>;
}

/** Composes what there is to serve. A plug-in whose part does not fit is left out, with a line in the log. */
export async function servedGraph(options: ServedGraphOptions): Promise<ServedGraph> {
  const { modules, ports, live, metrics, log } = options;
  const remote = remoteExecutors(options);
  const leftOut = new Map<string, string>();
  let supergraph = options.known;
  let parts: readonly RemotePart[] = [];
  let off: ReadonlySet<string> = new Set();
  let last: { of: string; admitted: ComposedGraph } | undefined;
  let wantsAgain = false;
  let looking: Promise<void> | undefined;
  /** Why it cannot be known what is to be served; undefined when it is. */
  let unknown: string | undefined;
  let wait = AGAIN;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  /** To find out who is to be left out takes several compositions, so it is not done again for the same parts. */
  async function admittedOnce(own: readonly Module[], theirs: readonly RemotePart[]): Promise<ComposedGraph> {
    const of = JSON.stringify([
      own.map(({ name }) => name),
      theirs.map((part) => [part.name, part.schema, part.scopes]),
    ]);
    if (last?.of !== of) last = { of, admitted: await admitParts(own, theirs, supergraph) };
    return last.admitted;
  }

  /** What is to be served now. Rejects when it cannot be known. */
  async function read(): Promise<string> {
    // By itself: who cannot be asked for remote plug-ins switches nothing on again.
    off = new Set(await ports.only(PluginSettings)?.switchedOff());
    parts = (await ports.only(RemotePlugins)?.parts()) ?? [];
    const own = modules.filter(({ name }) => !off.has(name));
    const admitted = await admittedOnce(own, parts);
    for (const [name, reason] of admitted.refused)
      if (leftOut.get(name) !== reason) log.warn({ plugin: name, reason }, 'a plug-in is left out of the graph');
    leftOut.clear();
    for (const [name, reason] of admitted.refused) leftOut.set(name, reason);
    return admitted.supergraph;
  }

  const source = (): GraphSource => ({
    supergraph,
    executorOf: (name) => options.executorOf(name) ?? remote.get(parts.find((part) => part.name === name)),
  });

  async function look(gateway: Gateway): Promise<void> {
    let next = LOOK;
    try {
      const found = await read();
      const isNew = found !== supergraph;
      if (isNew || remote.haveMoved(parts)) {
        const before = supergraph;
        supergraph = found;
        try {
          gateway.update(source());
        } catch (error) {
          supergraph = before;
          throw error;
        }
        if (isNew) log.info({ plugins: parts.map(({ name }) => name) }, 'a new graph is served');
        remote.keep(parts);
      }
      if (unknown !== undefined) log.info('what the graph is now is known again');
      unknown = undefined;
      wait = AGAIN;
    } catch (error) {
      const reason = plainMessage(error);
      if (reason !== unknown)
        log.warn({ error }, 'what the graph is now cannot be known, and the one before it goes on');
      unknown = reason;
      next = wait;
      wait = Math.min(2 * wait, LOOK);
    }
    clearTimeout(timer);
    if (!isClosed) timer = setTimeout(() => refresh(gateway), next).unref();
  }

  /** One look at a time; what is heard during one is looked at after it. */
  function refresh(gateway: Gateway): void {
    if (isClosed) return;
    if (looking) {
      wantsAgain = true;
      return;
    }
    looking = look(gateway).finally(() => {
      looking = undefined;
      const again = wantsAgain;
      wantsAgain = false;
      if (again) refresh(gateway);
    });
  }

  supergraph = await read().catch(async () => {
    // The modules that know are still to start; the first look tries again.
    const own = modules.filter(({ name }) => !off.has(name));
    return (await admitParts(own, [], supergraph)).supergraph;
  });
  metrics.gauge('dinegraph_graph_behind', 'Whether a graph is served that may be an old one: 1, else 0.', [], () => [
    [{}, unknown === undefined ? 0 : 1],
  ]);
  let unlisten = () => {};
  return {
    source: source(),
    isServed: (module) => !off.has(module),
    async follow(gateway) {
      const heard = () => refresh(gateway);
      unlisten = await live.listen([REMOTE_PLUGINS_CHANGED, SETTINGS_CHANGED], { heard, missed: heard });
      heard();
    },
    health: async () => ({
      ...(unknown !== undefined && { faults: { gateway: BEHIND } }),
      plugins: { ...(await remote.health()), ...failing(leftOut.keys()) },
    }),
    async close() {
      isClosed = true;
      unlisten();
      clearTimeout(timer);
      await looking;
      await remote.close();
    },
  };
}

/** A plug-in whose part is not in the graph. */
function failing(names: Iterable<string>): Record<string, PluginHealth> {
  return Object.fromEntries([...names].map((name) => [name, { state: 'failing', failures: { graph: 1 } }]));
}
