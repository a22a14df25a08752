import type { LiveChannel, LiveEvent } from '../../kernel/live/live.ts';

/** How many changes wait for a slow client; past that only each topic's newest is kept, and the gap before it shows. */
const CAPACITY = 64;

/** The live events of some topics, in order, from the moment it is made until a client takes them. */
export interface EventQueue extends AsyncIterable<LiveEvent> {
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
  let closed = false;
  let wake = () => {};

  const unlisten = await live.listen(topics, {
    heard(event) {
      waiting.push(event);
      if (waiting.length > CAPACITY) waiting = [...new Map(waiting.map((one) => [one.topic, one])).values()];
      wake();
    },
    missed() {},
  });

  const queue: EventQueue = {
    close() {
      if (closed) return;
      closed = true;
      unlisten();
      wake();
      onClose(queue);
    },
    async *[Symbol.asyncIterator]() {
      while (!closed) {
        const event = waiting.shift();
        if (event) yield event;
        else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    },
  };
  return queue;
}
