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
  onClose(follower: Follower): void;
}

/** Makes the end of one client. It wants a snapshot from the beginning. */
export function follower(options: FollowerOptions): Follower {
  return new ClientEnd(options);
}

type Step = IteratorResult<ExecutionResult, void>;
const DONE: Step = { value: undefined, done: true };

/** A class, since each of ten thousand clients has one: functions of their own would take more memory than all it holds. */
class ClientEnd implements Follower {
  readonly #options: FollowerOptions;
  #waiting: ExecutionResult[] = [];
  #isBehind = true;
  #isEnded = false;
  /** The client that waits for the next frame. */
  #taker: ((step: Step) => void) | undefined;

  constructor(options: FollowerOptions) {
    this.#options = options;
  }

  get needsSnapshot() {
    return this.#isBehind && !this.#isEnded;
  }

  restart() {
    this.#waiting = [];
    this.#isBehind = true;
  }

  give(frame: ExecutionResult) {
    if (this.#isEnded) return;
    this.#isBehind = false;
    if (this.#taker) this.#hand({ value: frame, done: false });
    else if (this.#waiting.push(frame) > CAPACITY) this.restart();
  }

  end() {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#hand(DONE);
    this.#options.onClose(this);
  }

  async next(): Promise<Step> {
    const frame = this.#waiting.shift();
    if (frame) return { value: frame, done: false };
    if (this.#isEnded) return DONE;
    const taken = new Promise<Step>((resolve) => {
      this.#taker = resolve;
    });
    if (this.#isBehind) this.#options.onWant();
    return taken;
  }

  async return(): Promise<Step> {
    this.#waiting = [];
    this.end();
    return DONE;
  }

  async throw(error: unknown): Promise<Step> {
    this.#waiting = [];
    this.end();
    throw error;
  }

  [Symbol.asyncIterator]() {
    return this;
  }

  async [Symbol.asyncDispose]() {
    await this.return();
  }

  #hand(step: Step) {
    const taker = this.#taker;
    this.#taker = undefined;
    taker?.(step);
  }
}
