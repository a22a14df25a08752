import type { EntityManager } from '@mikro-orm/sql';
import { type Clock, SECOND } from '../clock.ts';
import type { Labels, Metrics } from '../telemetry/metrics.ts';
import { inTrace, note } from '../telemetry/trace.ts';
import type { EventEnvelope } from './events.ts';

/** A module whose outbox is looked into. */
interface Watched {
  database: { em(): EntityManager };
}

/** The figures of events, and their places in traces. */
export interface EventFigures {
  /** Has a consumer apply an event, as a part of the trace in which the event came about. */
  seen(consumer: string, event: EventEnvelope, apply: () => Promise<boolean>): Promise<void>;
  /** Counts, whenever somebody looks, what the modules' outboxes hold. */
  watch(modules: ReadonlyMap<string, Watched>): void;
}

/** What one consumer has still to apply of one module's events, or has given up. */
interface Waiting {
  consumer: string;
  state: 'PENDING' | 'DEAD';
  count: number;
  /** When the oldest came about, in epoch milliseconds. */
  oldest: number;
}

const WAITING = `
  select d.consumer as consumer, d.state as state, count(*) as count, min(e.at) as oldest
  from outbox_delivery d join outbox_event e on e.id = d.event_id group by d.consumer, d.state`;

/** Makes them. */
export function eventFigures(metrics: Metrics, clock: Clock): EventFigures {
  const count = metrics.counter('dinegraph_events_total', 'Events that came to a consumer.', [
    'consumer',
    'event',
    'outcome',
  ]);
  const lag = metrics.timer('dinegraph_event_lag_seconds', 'From the moment of an event to its being applied.', [
    'consumer',
    'event',
  ]);

  return {
    seen(consumer, event, apply) {
      const { name, aggregate, version, trace: parent } = event;
      const noted = { 'dinegraph.event': name, 'dinegraph.aggregate': aggregate, 'dinegraph.version': version };
      return inTrace(`${consumer} ${name}`, { kind: 'consumer', parent, noted }, async () => {
        let outcome = 'failed';
        try {
          outcome = (await apply()) ? 'applied' : 'known';
          if (outcome === 'applied') lag({ consumer, event: name }, (clock.now() - event.at) / SECOND);
        } finally {
          count({ consumer, event: name, outcome });
          note({ 'dinegraph.outcome': outcome });
        }
      });
    },

    watch(modules) {
      const labels = ['module', 'consumer', 'state'];
      for (const [module, { database }] of modules) {
        const waiting = oneAtATime(() => database.em().execute<Waiting[]>(WAITING));
        const readings = async (value: (row: Waiting) => number) =>
          (await waiting()).map((row): [Labels, number] => {
            const { consumer, state } = row;
            return [{ module, consumer, state: state.toLowerCase() }, value(row)];
          });
        metrics.gauge('dinegraph_outbox_events', 'Events that a consumer has not confirmed.', labels, () =>
          readings(({ count }) => Number(count)),
        );
        metrics.gauge('dinegraph_outbox_oldest_seconds', 'How long ago the oldest of them came about.', labels, () =>
          readings(({ oldest }) => (clock.now() - Number(oldest)) / SECOND),
        );
      }
    },
  };
}

/** Asks once for all who want to know while an answer is under way, so that nothing piles up where none comes. */
function oneAtATime<T>(ask: () => Promise<T>): () => Promise<T> {
  let asking: Promise<T> | undefined;
  const done = () => {
    asking = undefined;
  };
  return () => {
    if (!asking) {
      asking = ask();
      asking.then(done, done);
    }
    return asking;
  };
}
