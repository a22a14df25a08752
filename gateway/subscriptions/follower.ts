import type { ExecutionResult } from 'graphql';

/** How many frames wait for a slow client; past that they are given up, and it gets the newest state instead. */
const CAPACITY = 8;

/** A client's own end of a subscription that it may share with others. */
export interface Follower extends AsyncGenerator<ExecutionResult, void, void> {
  /** Whether it is to be given a snapshot: it has just come, or has fallen too far behind. */
  readonly needsSnapshot: boolean;
  /** Has it be given a snapshot, as soon as it takes frames again. */
  restart(): void;
  give(frame: ExecutionResult): void;
  /** Ends after the frames that wait. */
  end(): void;
}

export interface FollowerOptions {
  /** It takes frames again, and needs a snapshot. */
  onWant(): void;
  /** It is gone, or has been ended. */
  onClose(): void;
}

/** Makes the end of one client. It wants a snapshot from the beginning. */
export function follower({ onWant, onClose }: FollowerOptions): Follower {
  let waiting: ExecutionResult[] = [];
  let isBehind = true;
  let isEnded = false;
  /** The client that waits for the next frame. */
  let taker: PromiseWithResolvers<IteratorResult<ExecutionResult, void>> | undefined;

  const DONE = { value: undefined, done: true } as const;

  const close = () => {
    const wasOpen = !isEnded;
    isEnded = true;
    waiting = [];
    taker?.resolve(DONE);
    taker = undefined;
    if (wasOpen) onClose();
  };

  const self: Follower = {
    get needsSnapshot() {
      return isBehind && !isEnded;
    },
    restart() {
      waiting = [];
      isBehind = true;
    },
    give(frame) {
      if (isEnded) return;
      isBehind = false;
      if (taker) taker.resolve({ value: frame, done: false });
      else if (waiting.push(frame) > CAPACITY) self.restart();
      taker = undefined;
    },
    end() {
      if (isEnded) return;
      isEnded = true;
      taker?.resolve(DONE);
      taker = undefined;
      onClose();
    },
    async next() {
      const frame = waiting.shift();
      if (frame) return { value: frame, done: false };
      if (isEnded) return DONE;
      taker = Promise.withResolvers();
      const { promise } = taker;
      if (isBehind) onWant();
      return promise;
    },
    async return() {
      close();
      return DONE;
    },
    async throw(error) {
      close();
      throw error;
    },
    [Symbol.asyncIterator]: () => self,
    async [Symbol.asyncDispose]() {
      close();
    },
  };
  return self;
}
