import { type PluginExecutor, type PluginExecutorOptions, pluginExecutor } from '../gateway/remote/plugin-executor.ts';
import type { PluginHealth } from '../kernel/containment.ts';
import type { Executor } from '../kernel/executor.ts';
import type { RemotePart } from '../kernel/remote-plugins.ts';

/** Reaches the remote plug-ins of a gateway. */
export interface RemoteExecutors {
  get(part: RemotePart | undefined): Executor | undefined;
  /** Whether one of them is reached in another way than so far. */
  haveMoved(parts: readonly RemotePart[]): boolean;
  /** Lets go of all others. */
  keep(parts: readonly RemotePart[]): void;
  health(): Promise<Record<string, PluginHealth>>;
  close(): Promise<void>;
}

/**
 * For how many times the limit of a request one that was let go of is still there: what was planned before may come to
 * ask it after something else.
 */
const LINGERS = 2;

/** Keeps one executor for each remote plug-in as long as its address, secrets and scopes stay the same. */
export function remoteExecutors(options: PluginExecutorOptions): RemoteExecutors {
  const known = new Map<string, { name: string; executor: PluginExecutor }>();
  const leaving = new Map<PluginExecutor, NodeJS.Timeout>();
  const keyOf = ({ name, url, secrets, scopes }: RemotePart) => JSON.stringify([name, url, secrets, scopes]);

  function letGo(executor: PluginExecutor): void {
    const end = () => executor.finish().finally(() => leaving.delete(executor));
    leaving.set(executor, setTimeout(end, LINGERS * options.limit).unref());
  }

  return {
    get(part) {
      if (!part) return undefined;
      const key = keyOf(part);
      const found = known.get(key) ?? { name: part.name, executor: pluginExecutor(part, options) };
      known.set(key, found);
      return found.executor;
    },
    haveMoved: (parts) => parts.some((part) => !known.has(keyOf(part))),
    keep(parts) {
      const kept = new Set(parts.map(keyOf));
      for (const [key, { executor }] of known) {
        if (kept.has(key)) continue;
        known.delete(key);
        letGo(executor);
      }
    },
    async health() {
      const all = [...known.values()].map(async ({ name, executor }) => [name, await executor.health()] as const);
      return Object.fromEntries(await Promise.all(all));
    },
    async close() {
      for (const timer of leaving.values()) clearTimeout(timer);
      const all = [...leaving.keys(), ...[...known.values()].map(({ executor }) => executor)];
      await Promise.all(all.map((executor) => executor.close()));
    },
  };
}
