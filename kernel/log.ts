import { type Logger, pino } from 'pino';
import { plainError } from './telemetry/plain-error.ts';
import { traceIds } from './telemetry/trace.ts';

/**
 * Pino's: `log.info({ orderId }, 'a box was opened')`, and `error`, `warn`, `debug` alike. `LOG_LEVEL` says from which
 * level on lines are written: `warn`, unless it is set.
 */
export type { Logger } from 'pino';

/**
 * The product's log: JSON lines on standard error, so that standard output stays free for what people read. A line that
 * belongs to a trace bears its `trace_id`; none holds what people have written, or who they are.
 */
export function createLog(level: string): Logger {
  return pino(
    {
      level,
      base: null,
      redact: ['*.pin', '*.password', '*.token'],
      serializers: { error: plainError },
      mixin: () => traceIds() ?? {},
    },
    pino.destination({ fd: 2, sync: true }),
  );
}
