import type { EntityManager } from '@mikro-orm/sql';
import { CLAIM } from './due.ts';
import { OutboxDelivery, OutboxEvent } from './outbox-entities.ts';

/** How many rows a start looks at, at the most; what is beyond them is left to the next one. */
const MOST = 1_000;

/**
 * Gives what has failed a new chance: what is dead, and what waits longer than a claim lasts. What waits less may be
 * another process's at this moment, and comes by itself.
 */
export async function revive(em: EntityManager, now: number): Promise<void> {
  const hopeless = { $or: [{ state: 'DEAD' }, { attempts: { $gt: 0 }, nextAt: { $gt: now + CLAIM } }] };
  const failed = await em.find(OutboxDelivery, hopeless, { fields: ['eventId', 'consumer'], limit: MOST });
  const byConsumer = Map.groupBy(failed, ({ consumer }) => consumer);
  // By their keys, so that no row is locked that somebody else works on.
  await em.transactional(async (tx) => {
    for (const [consumer, rows] of byConsumer) {
      const eventId = { $in: rows.map((row) => row.eventId) };
      const change = { state: 'PENDING', attempts: 0, nextAt: now };
      await tx.nativeUpdate(OutboxDelivery, { consumer, eventId, ...hopeless }, change);
    }
  });
}

/**
 * Deletes events that nobody waits for any more: a process that ended between the two has left them. They are looked for
 * in one read, where an event is never seen without its deliveries; what is an orphan stays one.
 */
export async function dropOrphans(em: EntityManager): Promise<void> {
  const orphans = await em.execute<{ id: string }[]>(
    `select id from outbox_event where not exists
     (select 1 from outbox_delivery d where d.event_id = outbox_event.id) limit ${MOST}`,
  );
  if (orphans.length > 0) await em.nativeDelete(OutboxEvent, { id: { $in: orphans.map(({ id }) => id) } });
}
