import type { Logger } from '../kernel/log.ts';
import type { Metrics } from '../kernel/telemetry/metrics.ts';

/** What is done about faults that nobody waits for. */
export interface StrayFaultOptions {
  log: Logger;
  metrics: Metrics;
  /** Ends the process, gently; may be called several times. */
  end(): void;
}

/**
 * Keeps what a plug-in forgot from ending the product. A promise that fails and that nobody waits for raises an alarm in
 * the log, and all goes on. What is thrown where nobody can catch it, in a timer for instance, may have left anything half
 * done: the process answers what it has begun, ends, and is to be started again.
 */
export function watchStrayFaults({ log, metrics, end }: StrayFaultOptions): void {
  const count = metrics.counter('dinegraph_stray_faults_total', 'Faults that nobody waited for.', ['kind']);
  process.on('unhandledRejection', (error) => {
    count({ kind: 'rejection' });
    log.error({ error, alarm: true }, 'a promise failed that nobody waits for');
  });
  process.on('uncaughtException', (error) => {
    count({ kind: 'exception' });
    log.fatal({ error, alarm: true }, 'something was thrown where nobody catches it, and the process ends');
    end();
  });
}
