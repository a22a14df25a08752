import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/sql';
import { type Clock, MINUTE, SECOND } from './clock.ts';
import type { Bus, EventEnvelope, EventName, Events, Subject } from './events.ts';
import { newId } from './ids.ts';
import type { Logger } from './log.ts';
import type { Transaction } from './module.ts';
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
const BATCH = 200;
/** How soon due retries are looked for when nothing wakes the outbox. */
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
  #awake = false;
  #draining: Promise<void> | undefined;

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

  start(): void {
    this.#stopped = false;
    this.wake();
  }

  /** Delivers what is due; called after every commit. */
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

  /** Waits until nothing can be delivered now; false when nothing was under way. */
  async settle(): Promise<boolean> {
    if (!this.#draining) return false;
    while (this.#draining) await this.#draining;
    return true;
  }

  #sleep(): void {
    clearTimeout(this.#timer);
    if (!this.#stopped) this.#timer = setTimeout(() => this.wake(), POLL);
  }

  async #drain(): Promise<void> {
    while (this.#awake && !this.#stopped) {
      this.#awake = false;
      try {
        if (await this.#round()) this.#awake = true;
      } catch (error) {
        this.#options.log.error({ error }, 'the outbox could not be read');
      }
    }
  }

  /** Delivers a batch: each aggregate's events to one consumer in order, everything else side by side. */
  async #round(): Promise<boolean> {
    const due = await this.#due();
    const lanes = Map.groupBy(due, (delivery) => `${delivery.consumer} ${delivery.aggregate}`);
    const confirmed = await Promise.all(
      [...lanes.values()].map(async (lane) => {
        for (const delivery of lane) if (!(await this.#deliver(delivery))) return false;
        return true;
      }),
    );
    return confirmed.includes(true);
  }

  async #due(): Promise<Delivery[]> {
    const rows = await this.#options.em().execute<Record<string, never>[]>(
      `select event_id as "eventId", consumer, aggregate, version, attempts from outbox_delivery d
       where state = 'PENDING' and next_at <= ?
         and not exists (select 1 from outbox_delivery e where e.aggregate = d.aggregate and e.consumer = d.consumer
           and e.version < d.version and (e.state = 'DEAD' or e.next_at > ?))
       order by version, event_id limit ${BATCH}`,
      [this.#options.clock.now(), this.#options.clock.now()],
    );
    return rows as unknown as Delivery[];
  }

  async #deliver(delivery: Delivery): Promise<boolean> {
    const { em, bus, log, clock } = this.#options;
    try {
      const event = await em().findOneOrFail(OutboxEvent, delivery.eventId);
      await bus.deliver(delivery.consumer, event as unknown as EventEnvelope);
      await this.#confirm(delivery);
      return true;
    } catch (error) {
      const attempts = delivery.attempts + 1;
      const dead = attempts >= MAX_ATTEMPTS;
      log[dead ? 'error' : 'warn']({ ...delivery, error, attempts, dead }, 'an event was not applied');
      await em().nativeUpdate(
        OutboxDelivery,
        { eventId: delivery.eventId, consumer: delivery.consumer },
        {
          attempts,
          state: dead ? 'DEAD' : 'PENDING',
          nextAt: clock.now() + Math.min(2 ** attempts * 100, 5 * MINUTE),
          error: String(error),
        },
      );
      return false;
    }
  }

  async #confirm({ eventId, consumer }: Delivery): Promise<void> {
    await this.#options.em().transactional(async (em) => {
      await em.nativeDelete(OutboxDelivery, { eventId, consumer });
      const left = await em.count(OutboxDelivery, { eventId });
      if (left === 0) await em.nativeDelete(OutboxEvent, { id: eventId });
    });
  }
}

/** Notes an event as applied; false when it was already. In the handler's own transaction. */
export async function enterInbox(tx: Transaction, clock: Clock, event: EventEnvelope): Promise<boolean> {
  if (await tx.em.findOne(InboxEvent, event.id)) return false;
  await tx.em.insert(InboxEvent, { eventId: event.id, at: clock.now() });
  return true;
}
