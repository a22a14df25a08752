import type { EntityManager } from '@mikro-orm/sql';
import { OutboxDelivery } from './outbox-entities.ts';

/** A delivery that was given up. It blocks its own aggregate for its own consumer. */
export interface DeadLetter {
  eventId: string;
  name: string;
  aggregate: string;
  version: number;
  consumer: string;
  attempts: number;
  error: string;
  /** When it was given up, in epoch milliseconds. */
  since: number;
  /** How many later events of its aggregate wait for it. */
  waiting: number;
}

/** The dead letters of a module's outbox, the oldest first. */
export async function listDeadLetters(em: EntityManager): Promise<DeadLetter[]> {
  const rows = await em.execute<DeadLetter[]>(
    `select d.event_id as eventId, e.name as name, d.aggregate as aggregate, d.version as version,
       d.consumer as consumer, d.attempts as attempts, d.error as error, d.next_at as since,
       (select count(*) from outbox_delivery w where w.aggregate = d.aggregate and w.consumer = d.consumer
         and w.state = 'PENDING') as waiting
     from outbox_delivery d join outbox_event e on e.id = d.event_id
     where d.state = 'DEAD' order by d.event_id, d.consumer`,
  );
  return rows.map((row) => ({ ...row, since: Number(row.since), waiting: Number(row.waiting) }));
}

/** Gives an event's dead letters, or all, a new chance; answers how many. A running product finds them by itself. */
export function replayDeadLetters(em: EntityManager, now: number, eventId?: string): Promise<number> {
  const dead = { state: 'DEAD', ...(eventId && { eventId }) };
  return em.nativeUpdate(OutboxDelivery, dead, { state: 'PENDING', attempts: 0, nextAt: now });
}
