import { type InferEntity, IsolationLevel } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/sql';
import { SECOND } from '../clock.ts';
import { OutboxDelivery } from './outbox-entities.ts';

/** One consumer's share of an event, as far as delivering it goes. */
export type Delivery = Pick<InferEntity<typeof OutboxDelivery>, 'eventId' | 'aggregate' | 'version' | 'attempts'>;

/** How long a process has a delivery to itself, in ms, unless it renews the claim. A killed one's work waits no longer. */
export const CLAIM = 10 * SECOND;

/** How long a delivery waits after so many failures, in ms. */
export const waitAfter = (attempts: number): number => 100 * 2 ** attempts;

/** How many deliveries to a consumer are under way at once. */
const BATCH = 50;

// A wait that is longer than any that is ever given means that the clock has gone back since: then it is over.
const isDue = `state = 'PENDING' and (next_at <= ? or next_at > ? + (100 << attempts))`;
// MySQL knows an outbox as nearly empty, and would read all of a consumer's rows for each. To SQLite this is a comment.
const HINT = '/*! force index (outbox_delivery_aggregate_consumer_version_index) */';
const columns = 'event_id as eventId, aggregate, version, attempts';
const marks = (list: readonly unknown[]) => list.map(() => '?').join(', ');

/** The first unconfirmed event of each aggregate, where it is due; the oldest first. */
export async function firstDue(em: EntityManager, consumer: string, now: number): Promise<Delivery[]> {
  const rows = await em.execute(
    `select ${columns} from outbox_delivery d
     where consumer = ? and ${isDue}
       and not exists (select 1 from outbox_delivery e ${HINT} where e.aggregate = d.aggregate and e.consumer = d.consumer
         and (e.version < d.version or (e.version = d.version and e.event_id < d.event_id)))
     order by event_id limit ${BATCH}`,
    [consumer, now, now + CLAIM],
  );
  return rows as unknown as Delivery[];
}

/**
 * Takes deliveries for this process alone, and answers which it got. They were found by a read of one moment, where each
 * was the first of its aggregate; a lock on them is all that is needed now, since no earlier one can come.
 */
export function claim(em: EntityManager, consumer: string, found: Delivery[], now: number): Promise<Delivery[]> {
  const ids = found.map(({ eventId }) => eventId);
  return em.transactional(
    async (tx) => {
      const rows = await tx.execute(
        `select ${columns} from outbox_delivery
         where consumer = ? and event_id in (${marks(ids)}) and ${isDue} for update skip locked`,
        [consumer, ...ids, now, now + CLAIM],
      );
      const got = rows as unknown as Delivery[];
      if (got.length > 0) await renew(tx as EntityManager, consumer, got, now);
      return got;
    },
    { isolationLevel: IsolationLevel.READ_COMMITTED },
  );
}

/** Keeps a claim for as long again. */
export async function renew(em: EntityManager, consumer: string, claimed: Delivery[], now: number): Promise<void> {
  const eventId = { $in: claimed.map((delivery) => delivery.eventId) };
  await em.nativeUpdate(OutboxDelivery, { consumer, eventId, state: 'PENDING' }, { nextAt: now + CLAIM });
}

/** Deletes those of these events that no consumer waits for any more. */
export async function forgetConfirmed(em: EntityManager, ids: readonly string[]): Promise<void> {
  await em.execute(
    `delete from outbox_event where id in (${marks(ids)})
     and not exists (select 1 from outbox_delivery d where d.event_id = outbox_event.id)`,
    [...ids],
    'run',
  );
}
