import { setImmediate } from 'node:timers/promises';
import type { EntityManager } from '@mikro-orm/sql';
import { type Clock, SECOND } from '../clock.ts';
import { outsideTransaction } from '../database/transaction-guard.ts';
import type { Logger } from '../log.ts';
import { plainMessage } from '../telemetry/plain-error.ts';
import { untraced } from '../telemetry/trace.ts';
import { within } from '../within.ts';
import { CLAIM, claim, type Delivery, firstDue, forgetConfirmed, renew, waitAfter } from './due.ts';
import { type Bus, type EventEnvelope, NotApplied } from './events.ts';
import { OutboxDelivery, OutboxEvent } from './outbox-entities.ts';

/** What deliveries need of their module. */
export interface DeliveryOptions {
  em: () => EntityManager;
  /** Whether other processes deliver from the same outbox. */
  shared: boolean;
  bus: Bus;
  clock: Clock;
  log: Logger;
}

/** After so many failures a delivery is dead: it blocks its own aggregate for its own consumer, and nothing else. */
const MAX_ATTEMPTS = 12;
/** How long a consumer may take over an event, in ms. */
const PATIENCE = 30 * SECOND;
/** The longest wait, in ms, before an event is sent again that never got as far as being tried. */
const LONGEST_SETBACK = 4 * SECOND;
/** How long a stop waits for answers, in ms. */
const GRACE = 5 * SECOND;
/** How long events may keep a process whose database is its own, before what else waits has its turn, in ms. */
const TURN = 10;

/**
 * Delivers a module's events to one consumer, in rounds: the first unconfirmed event of each aggregate, side by side where
 * the database can. Each consumer has rounds of its own, so a slow one holds up no other.
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
  /** How often in a row an event did not get as far as being tried, by its id. */
  readonly #setbacks = new Map<string, number>();

  constructor(consumer: string, options: DeliveryOptions) {
    this.#consumer = consumer;
    this.#options = options;
  }

  /** Delivers what is due. */
  wake(): void {
    this.#awake = true;
    if (this.#stopped || this.#draining) return;
    // It lasts, and delivers more than what woke it.
    this.#draining = untraced(() => outsideTransaction(() => this.#drain())).finally(() => {
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
    if (this.#stopped || this.#retryAt === Number.POSITIVE_INFINITY) return;
    const wait = this.#retryAt - performance.now();
    if (wait <= 0) this.#retryAt = Number.POSITIVE_INFINITY;
    this.#timer = setTimeout(() => this.wake(), Math.max(wait, 0));
  }

  async #drain(): Promise<void> {
    while (this.#awake && !this.#stopped) {
      this.#awake = false;
      try {
        if (await this.#round()) this.#awake = true;
      } catch (error) {
        this.#retryAt = Math.min(this.#retryAt, performance.now() + SECOND);
        this.#options.log.error({ error, consumer: this.#consumer }, 'the outbox could not be worked on');
      }
    }
  }

  /** Tries what is due, side by side, and notes what came of it; false when nothing was due. */
  async #round(): Promise<boolean> {
    const { em } = this.#options;
    const due = await this.#take();
    if (due.length === 0) return false;
    this.#tried += due.length;
    const events = await em().find(OutboxEvent, { id: { $in: due.map(({ eventId }) => eventId) } });
    const byId = new Map(events.map((event) => [event.id, event as unknown as EventEnvelope]));
    const results = await this.#deliver(due, byId);
    const failed = due.flatMap((delivery, index) => {
      const result = results[index];
      return result?.status === 'rejected' ? [{ delivery, error: result.reason as unknown }] : [];
    });
    const confirmed = due.map(({ eventId }) => eventId).filter((_, index) => results[index]?.status === 'fulfilled');
    if (failed.length === 0) this.#setbacks.clear();
    await this.#note(confirmed, failed);
    for (const { delivery, error } of failed) {
      const event = byId.get(delivery.eventId);
      if (event && error instanceof NotApplied && delivery.attempts + 1 >= MAX_ATTEMPTS) this.#bury(event, error);
    }
    return true;
  }

  /** What is due; where other processes look for the same, what of it is this one's. */
  async #take(): Promise<Delivery[]> {
    const { em, clock, shared } = this.#options;
    const due = await firstDue(em(), this.#consumer, clock.now());
    return shared && due.length > 0 ? claim(em(), this.#consumer, due, clock.now()) : due;
  }

  async #deliver(due: Delivery[], byId: Map<string, EventEnvelope>): Promise<PromiseSettledResult<void>[]> {
    const { em, bus, clock, shared } = this.#options;
    const keep = () => void renew(em(), this.#consumer, due, clock.now()).catch(() => {});
    const keeping = shared ? setInterval(keep, CLAIM / 3) : undefined;
    const deliver = async ({ eventId }: Delivery) => {
      const event = byId.get(eventId);
      // Without one, another process has confirmed it since.
      if (event) await within(bus.deliver(this.#consumer, event), PATIENCE);
    };
    if (!shared) return this.#inTurn(due, deliver);
    return Promise.allSettled(due.map(deliver)).finally(() => clearInterval(keeping));
  }

  /** One after the other, as a database of one connection applies them anyway. */
  async #inTurn(due: Delivery[], deliver: (one: Delivery) => Promise<void>): Promise<PromiseSettledResult<void>[]> {
    const results: PromiseSettledResult<void>[] = [];
    for (const one of due) {
      if (this.#stopped) break;
      results.push(...(await Promise.allSettled([deliver(one)])));
      await giveWay();
    }
    return results;
  }

  /** One transaction for all of them. Should it be lost, they are delivered again, and the inbox knows them. */
  async #note(confirmed: string[], failed: { delivery: Delivery; error: unknown }[]): Promise<void> {
    const { em, shared } = this.#options;
    await em().transactional(async (tx) => {
      if (confirmed.length > 0) {
        await tx.nativeDelete(OutboxDelivery, { consumer: this.#consumer, eventId: { $in: confirmed } });
        if (!shared) await forgetConfirmed(tx as EntityManager, confirmed);
      }
      for (const { delivery, error } of failed) await this.#postpone(tx as EntityManager, delivery, error);
    });
    // In the transaction, two consumers that confirm at once would wait for each other's rows. So each looks after its
    // own commit, and the later one finds nobody left.
    if (shared && confirmed.length > 0) await forgetConfirmed(em(), confirmed);
  }

  async #postpone(tx: EntityManager, delivery: Delivery, error: unknown): Promise<void> {
    const { log, clock } = this.#options;
    const consumer = this.#consumer;
    const { eventId } = delivery;
    const attempts = delivery.attempts + (error instanceof NotApplied ? 1 : 0);
    const dead = attempts >= MAX_ATTEMPTS;
    const wait = dead ? 0 : error instanceof NotApplied ? waitAfter(attempts) : this.#setback(eventId);
    const state = dead ? 'DEAD' : 'PENDING';
    log[dead ? 'error' : 'warn']({ ...delivery, consumer, error, attempts, state }, 'an event was not applied');
    const change = { attempts, state, nextAt: clock.now() + wait, error: messageOf(error) };
    await tx.nativeUpdate(OutboxDelivery, { eventId, consumer }, change);
    // One more, because the clock counts whole milliseconds.
    if (!dead) this.#retryAt = Math.min(this.#retryAt, performance.now() + wait + 1);
  }

  /** How long an event waits that was not tried, in ms: it is nobody's fault, and so no step towards giving it up. */
  #setback(eventId: string): number {
    const setbacks = this.#setbacks.get(eventId) ?? 0;
    this.#setbacks.set(eventId, setbacks + 1);
    return Math.min(waitAfter(setbacks), LONGEST_SETBACK);
  }

  #bury(event: EventEnvelope, error: NotApplied): void {
    const { bus, clock, log } = this.#options;
    const failure = { error: error.message, attempts: MAX_ATTEMPTS, at: clock.now() };
    bus.bury(this.#consumer, event, failure).catch((reason) => {
      log.warn({ error: reason, event: event.id, consumer: this.#consumer }, 'a dead letter is in the outbox alone');
    });
  }
}

/** As much of an error as the outbox has room for. */
function messageOf(error: unknown): string {
  return plainMessage(error).slice(0, 2_000);
}

/** When what waits in this process last had its turn, by its own clock. */
let gaveWayAt = 0;

/**
 * Lets whatever waits have its turn, where events have kept the process for long enough: a database in the process answers
 * at once, so that a flood of events would never let go by itself.
 */
async function giveWay(): Promise<void> {
  if (performance.now() - gaveWayAt < TURN) return;
  await setImmediate();
  gaveWayAt = performance.now();
}
