/**
 * Every event by its name. Empty here: `schema/events.ts` and plug-ins add to it by declaration merging, so that names
 * and payloads are checked wherever they are emitted and handled. The product's are in `docs/plugins-reference.md`, under
 * "Events".
 */
// biome-ignore lint/suspicious/noEmptyInterface: filled by declaration merging
export interface Events {}

/** An event's name, in the past tense: `order.paid`. */
export type EventName = keyof Events & string;

/** A fact on its way from the module that made it true to one that wants to know. */
export interface EventEnvelope<N extends EventName = EventName> {
  id: string;
  name: N;
  /** The id of the thing it is about; its events arrive in the order of their versions. */
  aggregate: string;
  version: number;
  /** When it came about, in epoch milliseconds. */
  at: number;
  /** Where in a trace it came about, as W3C's `traceparent`; nothing when nobody traced it. */
  trace?: string | null;
  payload: Events[N];
}

/** What an event is about, and which of its changes this is. */
export interface Subject {
  aggregate: string;
  /** Each is told once, and grows; UNVERSIONED where there are none. */
  version: number;
}

/** The version of what has none: of events that say only that something is to be looked at anew, however often told. */
export const UNVERSIONED = 0;

/** The consumer has tried an event and failed. Any other rejection of a delivery leaves open whether it was applied. */
export class NotApplied extends Error {}

/** Why an event is given up, until somebody looks at it. */
export interface Failure {
  error: string;
  /** How often the consumer has tried. */
  attempts: number;
  /** When it was given up, in epoch milliseconds. */
  at: number;
}

/** Carries events to consumers. */
export interface Bus {
  /** Resolves when the consumer has applied the event. Rejects with NotApplied, or with what came in the way. */
  deliver(consumer: string, event: EventEnvelope): Promise<void>;
  /** Lays an event that failed too often where people can look at it, when there is such a place. */
  bury(consumer: string, event: EventEnvelope, failure: Failure): Promise<void>;
}

/** A bus between processes. It is a transport: what it loses, the outbox delivers again. */
export interface Broker extends Bus {
  /**
   * Hands a consumer of this process its events; confirms each that `apply` resolves for, and tells of each other.
   * Resolves at once: the events come as soon as the broker is there, and again whenever it is back.
   */
  consume(consumer: string, apply: (event: EventEnvelope) => Promise<void>): Promise<void>;
  /** Takes no more events, and waits for those that are being applied. */
  stopConsuming(): Promise<void>;
  close(): Promise<void>;
}
