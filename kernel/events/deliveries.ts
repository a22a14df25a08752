import type { InferEntity } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/sql';
import { type Clock, MINUTE, SECOND } from '../clock.ts';
import { outsideTransaction } from '../database/transaction-guard.ts';
import type { Logger } from '../log.ts';
import type { Bus, EventEnvelope } from './events.ts';
import { OutboxDelivery, OutboxEvent } from './outbox-entities.ts';

/** What deliveries need of their module. */
export interface DeliveryOptions {
  em: () => EntityManager;
  bus: Bus;
  clock: Clock;
  log: Logger;
}

type Delivery = Pick<InferEntity<typeof OutboxDelivery>, 'eventId' | 'aggregate' | 'version' | 'attempts'>;

/** After so many failures a delivery is dead: it blocks its own aggregate for its own consumer, and nothing else. */
const MAX_ATTEMPTS = 12;
/** How many deliveries to a consumer are under way at once. */
const BATCH = 50;
/** How long a consumer may take over an event, in ms. */
const PATIENCE = 30 * SECOND;
/** How long a stop waits for answers, in ms. */
const GRACE = 5 * SECOND;
/** How soon it looks for what is due when nothing wakes it. */
const POLL = 5 * SECOND;

/**
 * Delivers a module's events to one consumer, in rounds: the first unconfirmed event of each aggregate, side by side.
 * Each consumer has rounds of its own, so a slow one holds up no other.
 */
export class Deliveries {
  readonly #consumer: string;
  readonly #options: DeliveryOptions;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #awake = false;
  #draining: Promise<void> | undefined;
  /** How many deliveries were tried. */
  #tried = 0;
  /** When the next failed delivery may be tried again, by the process's own clock. */
  #retryAt = Number.POSITIVE_INFINITY;

  constructor(consumer: string, options: DeliveryOptions) {
    this.#consumer = consumer;
    this.#options = options;
  }

  /** Delivers what is due. */
  wake(): void {
    this.#awake = true;
    if (this.#stopped || this.#draining) return;
    this.#draining = outsideTransaction(() => this.#drain()).finally(() => {
      this.#draining = undefined;
      if (this.#awake) this.wake();
      else this.#sleep();
    });
  }

  /** Delivers what is due and waits until nothing is; false when there was nothing. */
  async settle(): Promise<boolean> {
    const busy = this.#draining !== undefined;
    const tried = this.#tried;
    this.wake();
    while (this.#draining) await this.#draining;
    return busy || this.#tried !== tried;
  }

  /** Delivers what is due, then stops; an answer that does not come in time leaves its event to the next start. */
  async stop(): Promise<void> {
    await within(this.settle(), GRACE).catch(() => {});
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #sleep(): void {
    clearTimeout(this.#timer);
    if (this.#stopped) return;
    const now = performance.now();
    if (this.#retryAt <= now) this.#retryAt = Number.POSITIVE_INFINITY;
    this.#timer = setTimeout(() => this.wake(), Math.min(this.#retryAt - now, POLL));
  }

  async #drain(): Promise<void> {
    while (this.#awake && !this.#stopped) {
      this.#awake = false;
      try {
        if (await this.#round()) this.#awake = true;
      } catch (error) {
        this.#options.log.error({ error, consumer: this.#consumer }, 'the outbox could not be worked on');
      }
    }
  }

  /** Tries what is due, side by side, and notes what came of it; false when nothing was due. */
  async #round(): Promise<boolean> {
    const { em, bus } = this.#options;
    const due = await this.#due();
    if (due.length === 0) return false;
    this.#tried += due.length;
    const events = await em().find(OutboxEvent, { id: { $in: due.map(({ eventId }) => eventId) } });
    const byId = new Map(events.map((event) => [event.id, event as unknown as EventEnvelope]));
    const results = await Promise.allSettled(
      due.map(({ eventId }) => within(bus.deliver(this.#consumer, byId.get(eventId) as EventEnvelope), PATIENCE)),
    );
    // One transaction for all of them. Should it be lost, they are delivered again, and the inbox knows them.
    await em().transactional(async (tx) => {
      const confirmed = due.filter((_, index) => results[index]?.status === 'fulfilled');
      if (confirmed.length > 0) await this.#confirm(tx, confirmed);
      for (const [index, delivery] of due.entries()) {
        const result = results[index];
        if (result?.status === 'rejected') await this.#postpone(tx, delivery, result.reason);
      }
    });
    return true;
  }

  /** The first unconfirmed event of each aggregate, where it is due; the oldest first. */
  async #due(): Promise<Delivery[]> {
    const rows = await this.#options.em().execute<Record<string, never>[]>(
      `select event_id as "eventId", aggregate, version, attempts from outbox_delivery d
       where consumer = ? and state = 'PENDING' and next_at <= ?
         and not exists (select 1 from outbox_delivery e where e.aggregate = d.aggregate and e.consumer = d.consumer
           and (e.version < d.version or (e.version = d.version and e.event_id < d.event_id)))
       order by event_id limit ${BATCH}`,
      [this.#consumer, this.#options.clock.now()],
    );
    return rows as unknown as Delivery[];
  }

  async #confirm(tx: EntityManager, confirmed: readonly Delivery[]): Promise<void> {
    const ids = confirmed.map(({ eventId }) => eventId);
    await tx.nativeDelete(OutboxDelivery, { consumer: this.#consumer, eventId: { $in: ids } });
    await tx.execute(
      `delete from outbox_event where id in (${ids.map(() => '?').join(', ')})
       and not exists (select 1 from outbox_delivery d where d.event_id = outbox_event.id)`,
      ids,
      'run',
    );
  }

  async #postpone(tx: EntityManager, delivery: Delivery, error: unknown): Promise<void> {
    const { log, clock } = this.#options;
    const consumer = this.#consumer;
    const attempts = delivery.attempts + 1;
    const state = attempts < MAX_ATTEMPTS ? 'PENDING' : 'DEAD';
    const wait = Math.min(2 ** attempts * 100, 5 * MINUTE);
    log[state === 'DEAD' ? 'error' : 'warn'](
      { ...delivery, consumer, error, attempts, state },
      'an event was not applied',
    );
    const change = { attempts, state, nextAt: clock.now() + wait, error: String(error) };
    await tx.nativeUpdate(OutboxDelivery, { eventId: delivery.eventId, consumer }, change);
    if (state === 'PENDING') this.#retryAt = Math.min(this.#retryAt, performance.now() + wait);
  }
}

/** An answer that never comes counts as a failure, so that the consumer's other events go on. */
function within<T>(answer: Promise<T>, milliseconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${milliseconds} ms`)), milliseconds);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
