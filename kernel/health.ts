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
}

/** How long a database may take to answer at all, in milliseconds. */
const PATIENCE = 1_000;

/** A process is ready when the database of each of its modules answers. */
export async function healthOf(modules: Iterable<RunningModule>): Promise<Health> {
  const faults: Record<string, string> = {};
  await Promise.all(
    [...modules].map(async ({ module, database }) => {
      const fault = await faultOf(database);
      if (fault) faults[module.name] = fault;
    }),
  );
  return Object.keys(faults).length === 0 ? { ready: true } : { ready: false, faults };
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
