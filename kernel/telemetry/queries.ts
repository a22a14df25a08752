import type { Logger as OrmLogger } from '@mikro-orm/core';
import type { Logger } from '../log.ts';
import type { Metrics } from './metrics.ts';
import { wasDone } from './trace.ts';

/** Where the statements of a database are seen. */
export interface QueryWatch {
  /** The module whose database it is. */
  module: string;
  /** As OpenTelemetry calls the kind of database. */
  system: 'sqlite' | 'mysql';
  metrics: Metrics;
  log: Logger;
}

/** The longest statement that is noted, in characters; one with many rows repeats itself. */
const LONGEST = 1_000;

/**
 * The ORM's logger, by which each statement becomes a part of the trace it belongs to and counts into the module's
 * figures. Statements are noted with their placeholders, and never with the values.
 */
export function queryWatch({ module, system, metrics, log }: QueryWatch): OrmLogger {
  const took = metrics.timer('dinegraph_database_query_seconds', 'How long statements of a module took.', ['module']);
  const say: OrmLogger['log'] = (namespace, message) => log.debug({ namespace }, message);
  return {
    log: say,
    error: say,
    warn: say,
    setDebugMode() {},
    isEnabled: () => false,
    logQuery({ query = '', took: milliseconds = 0, level }) {
      took({ module }, milliseconds / 1_000);
      const verb = /^\s*(\w+)/.exec(query)?.[1]?.toLowerCase() ?? 'query';
      const noted = { 'db.system.name': system, 'db.namespace': module, 'db.query.text': query.slice(0, LONGEST) };
      wasDone(`${verb} ${module}`, { kind: 'client', milliseconds, noted, failed: level === 'error' });
    },
  };
}
