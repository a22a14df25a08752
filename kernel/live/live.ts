import type { Context } from '../context.ts';

/** Says that a topic has come to a new version. */
export interface LiveEvent {
  topic: string;
  /** Grows by each change of the topic. */
  version: number;
  /** A hint for the module that published it, such as which tickets changed. */
  detail?: unknown;
  /** Where in a trace the change was made, as W3C's `traceparent`. */
  trace?: string | undefined;
}

/** A topic that a subscription follows, and how far it is at this moment: a snapshot read later shows at least that. */
export interface TopicPosition {
  topic: string;
  version: number;
}

/** Checks the right to a subscription's field and says which topics it follows. */
// biome-ignore lint/suspicious/noExplicitAny: each field has arguments of its own
export type LiveField = (args: any, ctx: Context) => Promise<TopicPosition[]>;

/** The root value of a subscription's execution: the change it is for, or nothing for the snapshot. */
export interface LiveRoot {
  event?: LiveEvent;
}

/** Stops listening. */
export type Unlisten = () => void;

/** Whoever listens to topics. */
export interface Listener {
  heard(event: LiveEvent): void;
  /** Events may have been lost without a trace: look at the state anew. Called again and again while that is so. */
  missed(): void;
}

/** The channel of live events between modules and the gateway. It may lose events: versions show it, or `missed` says so. */
export interface LiveChannel {
  publish(event: LiveEvent): void;
  /** Resolves when whatever is published from now on is heard, or said to be missed. */
  listen(topics: readonly string[], listener: Listener): Promise<Unlisten>;
  close(): Promise<void>;
}

/** The channel within one process. */
export function localChannel(): LiveChannel {
  const listeners = new Map<string, Set<Listener>>();
  return {
    publish(event) {
      for (const listener of [...(listeners.get(event.topic) ?? [])]) listener.heard(event);
    },
    async listen(topics, listener) {
      for (const topic of topics) {
        const known = listeners.get(topic) ?? new Set();
        listeners.set(topic, known.add(listener));
      }
      return () => {
        for (const topic of topics) {
          const known = listeners.get(topic);
          known?.delete(listener);
          if (known?.size === 0) listeners.delete(topic);
        }
      };
    },
    async close() {},
  };
}

/** How often listeners of a channel that carries nothing are told to look, in milliseconds. */
const LOOK = 1_000;

/** The channel of a product of several processes that has nothing to carry live events: all look again and again. */
export function blindChannel(): LiveChannel {
  const listeners = new Set<Listener>();
  const looking = setInterval(() => {
    for (const listener of [...listeners]) listener.missed();
  }, LOOK);
  return {
    publish() {},
    async listen(_topics, listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    async close() {
      clearInterval(looking);
    },
  };
}
