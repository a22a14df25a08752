import type { LiveChannel, LiveEvent } from '../../kernel/live/live.ts';

/** How many changes wait for a slow client; past that all of them are given up, and the state is looked at anew. */
const CAPACITY = 64;
/** How long what cannot be shown is left alone before it is tried again, in milliseconds. */
const PAUSE = 1_000;

/** In place of events: some may have been missed, so the state has to be looked at. */
export const MISSED = Symbol('missed');

/** What a queue hands on: a change, or that some may have been missed. */
export type Taken = LiveEvent | typeof MISSED;

/**
 * The live events of some topics, in order, handed on one after the other. The first is MISSED, once somebody has called
 * `miss`, since nothing has been seen yet; whatever is heard before a MISSED is handed on is left out, for the look shows it.
 */
export interface EventQueue {
  /** Has MISSED come next. */
  miss(): void;
  /** Has MISSED come next, and nothing before a while has gone by. */
  retry(): void;
  /** Stops listening; nothing more is handed on. */
  close(): void;
}

export interface EventQueueOptions {
  live: LiveChannel;
  topics: readonly string[];
  /** Takes one; the next comes when it has resolved. */
  take(change: Taken): Promise<void>;
  /** It has thrown. */
  onError(error: unknown): void;
}

/** Listens to topics from the moment it resolves. While nothing happens, nothing runs and nothing waits. */
export async function eventQueue({ live, topics, take, onError }: EventQueueOptions): Promise<EventQueue> {
  let waiting: LiveEvent[] = [];
  let missed = true;
  let resting: NodeJS.Timeout | undefined;
  /** Nothing is handed on before all is listened to. */
  let isTaking = true;
  let isClosed = false;

  function next(): Taken | undefined {
    const event = waiting.shift();
    if (event || !missed || resting) return event;
    missed = false;
    return MISSED;
  }

  async function takeAll() {
    try {
      for (let change = next(); change && !isClosed; change = next()) await take(change);
    } catch (error) {
      onError(error);
    }
    isTaking = false;
  }

  /** Not at once: whoever publishes must not wait for those who follow. */
  const wake = () => {
    if (isTaking || isClosed) return;
    isTaking = true;
    queueMicrotask(takeAll);
  };

  const miss = () => {
    waiting = [];
    missed = true;
    wake();
  };

  const unlisten = await live.listen(topics, {
    heard(event) {
      if (missed) return;
      if (waiting.push(event) > CAPACITY) miss();
      wake();
    },
    missed: miss,
  });
  isTaking = false;

  return {
    miss,
    retry() {
      miss();
      clearTimeout(resting);
      resting = setTimeout(() => {
        resting = undefined;
        wake();
      }, PAUSE);
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      clearTimeout(resting);
      unlisten();
    },
  };
}
