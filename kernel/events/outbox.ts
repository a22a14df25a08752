import { type Clock, SECOND } from '../clock.ts';
import type { Transaction } from '../context.ts';
import { insertNew } from '../database/insert-new.ts';
import { newId } from '../ids.ts';
import { traceparent } from '../telemetry/trace.ts';
import { Deliveries, type DeliveryOptions } from './deliveries.ts';
import type { EventEnvelope, EventName, Events, Subject } from './events.ts';
import { InboxEvent, OutboxDelivery, OutboxEvent } from './outbox-entities.ts';
import { dropOrphans, revive } from './sweep.ts';

export interface OutboxOptions extends DeliveryOptions {
  /** The modules that handle an event, in this process or another. */
  consumersOf(name: EventName): readonly string[];
}

/** How often it looks for what is due, in ms, when nothing wakes it. */
const LOOK = 5 * SECOND;

/** A module's outbox: takes events in within transactions, and delivers them until each consumer has confirmed. */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #deliveries = new Map<string, Deliveries>();
  #started = false;
  #looking: NodeJS.Timeout | undefined;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** Writes an event and its deliveries into the transaction; answers the consumers, who are woken after the commit. */
  async put<N extends EventName>(
    tx: Transaction,
    name: N,
    subject: Subject,
    payload: Events[N],
  ): Promise<readonly string[]> {
    const consumers = this.#options.consumersOf(name);
    if (consumers.length === 0) return [];
    const id = newId();
    const now = this.#options.clock.now();
    await tx.em.insert(OutboxEvent, { id, name, ...subject, at: now, trace: traceparent() ?? null, payload });
    await tx.em.insertMany(
      OutboxDelivery,
      consumers.map((consumer) => ({ eventId: id, consumer, ...subject, state: 'PENDING', attempts: 0, nextAt: now })),
    );
    return consumers;
  }

  /** Begins to deliver. What failed before, even for good, has a new chance: the product may have been mended. */
  async start(): Promise<void> {
    const { em, clock } = this.#options;
    await revive(em(), clock.now());
    await dropOrphans(em());
    this.#started = true;
    await this.#look();
    this.#looking = setInterval(() => this.#look().catch((error) => this.#complain(error)), LOOK);
  }

  /** Delivers what is due for these consumers; called after a commit that emitted. */
  wake(consumers: Iterable<string>): void {
    // Before the start nothing is delivered, and the start looks for what waits.
    if (!this.#started) return;
    for (const consumer of consumers) {
      const deliveries = this.#deliveries.get(consumer) ?? new Deliveries(consumer, this.#options);
      this.#deliveries.set(consumer, deliveries);
      deliveries.wake();
    }
  }

  /** Waits until nothing is due any more, then stops. */
  async stop(): Promise<void> {
    this.#started = false;
    clearInterval(this.#looking);
    await Promise.all([...this.#deliveries.values()].map((deliveries) => deliveries.stop()));
  }

  /** Delivers what is due and waits until nothing is; false when there was nothing. */
  async settle(): Promise<boolean> {
    const busy = await Promise.all([...this.#deliveries.values()].map((deliveries) => deliveries.settle()));
    return busy.includes(true);
  }

  /** Finds what nothing wakes this process for: what others have left, what was replayed, what a clock's jump held up. */
  async #look(): Promise<void> {
    const rows = await this.#options
      .em()
      .execute<{ consumer: string }[]>(`select distinct consumer from outbox_delivery where state = 'PENDING'`);
    this.wake(rows.map(({ consumer }) => consumer));
  }

  #complain(error: unknown): void {
    if (this.#started) this.#options.log.error({ error }, 'the outbox could not be looked at');
  }
}

/** Notes an event as applied; false when it was already. In the handler's own transaction, before anything else. */
export function enterInbox(tx: Transaction, clock: Clock, event: EventEnvelope): Promise<boolean> {
  return insertNew(tx, InboxEvent, { eventId: event.id, at: clock.now() });
}
