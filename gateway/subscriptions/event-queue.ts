import type { LiveChannel, LiveEvent } from '../../kernel/live/live.ts';

/** How many changes wait for a slow client; past that all of them are given up, and the state is looked at anew. */
const CAPACITY = 64;
/** How long what cannot be shown is left alone before it is tried again, in milliseconds. */
const PAUSE = 1_000;

/** In place of events: some may have been missed, so the state has to be looked at. */
export const MISSED = Symbol('missed');

/**
 * The live events of some topics, in order, from the moment it is made until a client takes them. It begins with MISSED,
 * since nothing has been seen yet; whatever is heard before a MISSED is taken is left out, for the look shows it.
 */
export interface EventQueue extends AsyncIterable<LiveEvent | typeof MISSED> {
  /** Has MISSED come next. */
  miss(): void;
  /** Has MISSED come next, and nothing before a while has gone by. */
  retry(): void;
  /** Stops listening and ends the iteration, also one that waits. */
  close(): void;
}

/** Listens to topics from the moment it resolves; `onClose` is told when it no longer does. */
export async function eventQueue(
  live: LiveChannel,
  topics: readonly string[],
  onClose: (queue: EventQueue) => void,
): Promise<EventQueue> {
  let waiting: LiveEvent[] = [];
  let missed = true;
  let resting: NodeJS.Timeout | undefined;
  let closed = false;
  let wake = () => {};

  const miss = () => {
    waiting = [];
    missed = true;
    wake();
  };

  const unlisten = await live.listen(topics, {
    heard(event) {
      if (missed) return;
      waiting.push(event);
      if (waiting.length > CAPACITY) miss();
      wake();
    },
    missed: miss,
  });

  const queue: EventQueue = {
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
      if (closed) return;
      closed = true;
      clearTimeout(resting);
      unlisten();
      wake();
      onClose(queue);
    },
    async *[Symbol.asyncIterator]() {
      while (!closed) {
        const event = waiting.shift();
        if (event) yield event;
        else if (missed && !resting) {
          missed = false;
          yield MISSED;
        } else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    },
  };
  return queue;
}
