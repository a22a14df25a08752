/**
 * Every event by its name. Empty here: `schema/events.ts` and plug-ins add to it by declaration merging, so that names
 * and payloads are checked wherever they are emitted and handled.
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
  payload: Events[N];
}

/** What an event is about, and which of its changes this is. */
export interface Subject {
  aggregate: string;
  version: number;
}

/** Carries events to consumers. Resolves when the consumer has applied the event; rejects when it has not. */
export interface Bus {
  deliver(consumer: string, event: EventEnvelope): Promise<void>;
}
