import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/sql';
import { type Clock, MINUTE, SECOND } from './clock.ts';
import type { Transaction } from './context.ts';
import type { Bus, EventEnvelope, EventName, Events, Subject } from './events.ts';
import { newId } from './ids.ts';
import type { Logger } from './log.ts';
import { outsideTransaction } from './transaction-guard.ts';

/** An event that was made true, kept until every consumer has confirmed it. */
export const OutboxEvent = defineEntity({
  name: 'OutboxEvent',
  tableName: 'outbox_event',
  properties: {
    id: p.string().primary(),
    name: p.string(),
    aggregate: p.string(),
    version: p.integer(),
    at: p.bigint('number'),
    payload: p.json(),
  },
});

/** One consumer's share of an event. Rows are taken by their state and aggregate, never by `id > cursor`. */
export const OutboxDelivery = defineEntity({
  name: 'OutboxDelivery',
  tableName: 'outbox_delivery',
  properties: {
    eventId: p.string().primary(),
    consumer: p.string().primary(),
    aggregate: p.string(),
    version: p.integer(),
    /** PENDING until confirmed (then the row goes), DEAD when it failed too often. */
    state: p.string(),
    attempts: p.integer(),
    nextAt: p.bigint('number'),
    error: p.text().nullable(),
  },
  indexes: [{ properties: ['state', 'nextAt'] }, { properties: ['aggregate', 'consumer', 'version'] }],
});
type Delivery = InferEntity<typeof OutboxDelivery>;

/** The events that this module has applied as a consumer. */
export const InboxEvent = defineEntity({
  name: 'InboxEvent',
  tableName: 'inbox_event',
  properties: { eventId: p.string().primary(), at: p.bigint('number') },
});

/** After so many failures a delivery is dead: it blocks its own aggregate for its own consumer, and nothing else. */
const MAX_ATTEMPTS = 12;
/** How many deliveries are under way at once. */
const BATCH = 200;
/** How soon the outbox looks for what is due when nothing wakes it. */
const POLL = 5 * SECOND;

export interface OutboxOptions {
  em: () => EntityManager;
  bus: Bus;
  clock: Clock;
  log: Logger;
  /** The modules that handle an event. */
  consumersOf(name: string): readonly string[];
}

/** A module's outbox: takes events in within transactions, and delivers them until each consumer has confirmed. */
export class Outbox {
  readonly #options: OutboxOptions;
  #timer: NodeJS.Timeout | undefined;
  #stopped = true;
  #started = false;
  #awake = false;
  #draining: Promise<void> | undefined;
  /** How many deliveries were tried. */
  #tried = 0;
  /** When the next failed delivery may be tried again, by the process's own clock. */
  #retryAt = Number.POSITIVE_INFINITY;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** Writes an event and its deliveries into the transaction. */
  async put<N extends EventName>(tx: Transaction, name: N, subject: Subject, payload: Events[N]): Promise<void> {
    const consumers = this.#options.consumersOf(name);
    if (consumers.length === 0) return;
    const id = newId();
    const now = this.#options.clock.now();
    await tx.em.insert(OutboxEvent, { id, name, ...subject, at: now, payload });
    await tx.em.insertMany(
      OutboxDelivery,
      consumers.map((consumer) => ({ eventId: id, consumer, ...subject, state: 'PENDING', attempts: 0, nextAt: now })),
    );
  }

  /** Begins to deliver. What failed before, even for good, has a new chance: the product may have been mended. */
  start(): void {
    this.#stopped = false;
    this.#started = true;
    this.wake();
  }

  /** Delivers what is due; called after a commit that emitted. */
  wake(): void {
    this.#awake = true;
    if (this.#stopped || this.#draining) return;
    this.#draining = outsideTransaction(() => this.#drain()).finally(() => {
      this.#draining = undefined;
      if (this.#awake) this.wake();
      else this.#sleep();
    });
  }

  /** Waits until nothing is due any more, then stops. */
  async stop(): Promise<void> {
    await this.settle();
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  /** Delivers what is due and waits until nothing is; false when there was nothing. */
  async settle(): Promise<boolean> {
    const busy = this.#draining !== undefined;
    const tried = this.#tried;
    this.wake();
    while (this.#draining) await this.#draining;
    return busy || this.#tried !== tried;
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
        if (this.#started) await this.#revive();
        if (await this.#round()) this.#awake = true;
      } catch (error) {
        this.#options.log.error({ error }, 'the outbox could not be worked on');
      }
    }
  }

  async #revive(): Promise<void> {
    const { em, clock } = this.#options;
    const again = { state: 'PENDING', attempts: 0, nextAt: clock.now() };
    await em().nativeUpdate(OutboxDelivery, { attempts: { $gt: 0 } }, again);
    this.#started = false;
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
      due.map(async ({ consumer, eventId }) => bus.deliver(consumer, byId.get(eventId)!)),
    );
    // One transaction for all of them. Should it be lost, they are delivered again, and the inboxes know them.
    await em().transactional(async (tx) => {
      await this.#confirm(
        tx,
        due.filter((_, index) => results[index]?.status === 'fulfilled'),
      );
      for (const [index, delivery] of due.entries()) {
        const result = results[index];
        if (result?.status === 'rejected') await this.#postpone(tx, delivery, result.reason);
      }
    });
    return true;
  }

  /** The first unconfirmed event of each aggregate for each consumer, where it is due; the oldest first. */
  async #due(): Promise<Delivery[]> {
    const rows = await this.#options.em().execute<Record<string, never>[]>(
      `select event_id as "eventId", consumer, aggregate, version, attempts from outbox_delivery d
       where state = 'PENDING' and next_at <= ?
         and not exists (select 1 from outbox_delivery e where e.aggregate = d.aggregate and e.consumer = d.consumer
           and (e.version < d.version or (e.version = d.version and e.event_id < d.event_id)))
       order by event_id limit ${BATCH}`,
      [this.#options.clock.now()],
    );
    return rows as unknown as Delivery[];
  }

  async #confirm(tx: EntityManager, deliveries: Delivery[]): Promise<void> {
    for (const [consumer, confirmed] of Map.groupBy(deliveries, (delivery) => delivery.consumer)) {
      const ids = confirmed.map(({ eventId }) => eventId);
      await tx.nativeDelete(OutboxDelivery, { consumer, eventId: { $in: ids } });
      await tx.execute(
        `delete from outbox_event where id in (${ids.map(() => '?').join(', ')})
         and not exists (select 1 from outbox_delivery d where d.event_id = outbox_event.id)`,
        ids,
        'run',
      );
    }
  }

  async #postpone(tx: EntityManager, delivery: Delivery, error: unknown): Promise<void> {
    const { log, clock } = this.#options;
    const { eventId, consumer } = delivery;
    const attempts = delivery.attempts + 1;
    const state = attempts < MAX_ATTEMPTS ? 'PENDING' : 'DEAD';
    const wait = Math.min(2 ** attempts * 100, 5 * MINUTE);
    log[state === 'DEAD' ? 'error' : 'warn']({ ...delivery, error, attempts, state }, 'an event was not applied');
    const nextAt = clock.now() + wait;
    await tx.nativeUpdate(OutboxDelivery, { eventId, consumer }, { attempts, state, nextAt, error: String(error) });
    if (state === 'PENDING') this.#retryAt = Math.min(this.#retryAt, performance.now() + wait);
  }
}

/** Notes an event as applied; false when it was already. In the handler's own transaction. */
export async function enterInbox(tx: Transaction, clock: Clock, event: EventEnvelope): Promise<boolean> {
  if (await tx.em.findOne(InboxEvent, event.id)) return false;
  await tx.em.insert(InboxEvent, { eventId: event.id, at: clock.now() });
  return true;
}
