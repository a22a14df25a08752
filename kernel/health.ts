import type { PluginHealth } from './containment.ts';
import type { Database } from './database/database.ts';
import type { RunningModule } from './set-up.ts';
import { Late, within } from './within.ts';

/** Whether a process may be sent requests, and what speaks against it. */
export interface Health {
  ready: boolean;
  /** It is about to end. */
  draining?: boolean;
  /** What does not work, by the module it belongs to. */
  faults?: Record<string, string>;
  /** How the plug-ins here are; one that fails is no reason to turn requests away from all others. */
  plugins?: Record<string, PluginHealth>;
}

/** How long a database may take to answer at all, in milliseconds. */
const PATIENCE = 1_000;

/**
 * A process is ready when the database of each of its modules answers; those of plug-ins count where it hosts nothing
 * else.
 */
export async function healthOf(modules: Iterable<RunningModule>): Promise<Health> {
  const all = [...modules];
  const needed = all.filter(({ module }) => module.contract === undefined);
  const faults: Record<string, string> = {};
  const plugins: Record<string, PluginHealth> = {};
  await Promise.all(
    all.map(async ({ module, database, health }) => {
      // Asked at the same time: whoever waits for the answer waits a second at the most.
      const [fault, state] = await Promise.all([faultOf(database), health?.()]);
      if (fault) faults[module.name] = fault;
      if (state) plugins[module.name] = state;
    }),
  );
  const ready = !(needed.length > 0 ? needed : all).some(({ module }) => faults[module.name]);
  return {
    ready,
    ...(Object.keys(faults).length > 0 && { faults }),
    ...(Object.keys(plugins).length > 0 && { plugins }),
  };
}

/** The answer of /readyz: 200 or 503, with the reasons. */
export function healthResponse(health: Health): Response {
  return Response.json(health, { status: health.ready ? 200 : 503, headers: { 'cache-control': 'no-store' } });
}

async function faultOf(database: Database): Promise<string | undefined> {
  try {
    await within(database.answers(), PATIENCE);
    return undefined;
  } catch (error) {
    return error instanceof Late ? 'its database is slow to answer' : 'its database does not answer';
  }
}
