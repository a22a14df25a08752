import { AsyncLocalStorage } from 'node:async_hooks';

/** Work on things by their ids, one at a time for each. */
export interface Beside {
  /** Begins work on a thing, or has it done once more after what is under way; resolves when that is over. */
  begin(id: string): Promise<void>;
  /** Resolves when nothing is under way any more. */
  done(): Promise<void>;
}

/**
 * Does work beside the transaction in which an event is handled, because a port is not called inside of one. Nothing may
 * hang on it: what is lost here, a job does later. What is begun while it is under way is one more turn.
 */
export function beside(work: (id: string) => Promise<void>, failed: (error: unknown, id: string) => void): Beside {
  // Taken here, where no transaction is open: what begins in a handler would count as a part of its transaction.
  const outside = AsyncLocalStorage.snapshot();
  const underWay = new Map<string, { again: boolean; work: Promise<void> }>();

  return {
    begin(id) {
      const known = underWay.get(id);
      if (known) {
        known.again = true;
        return known.work;
      }
      const entry = { again: true, work: Promise.resolve() };
      underWay.set(id, entry);
      entry.work = outside(async () => {
        while (entry.again) {
          entry.again = false;
          await work(id).catch((error) => failed(error, id));
        }
        underWay.delete(id);
      });
      return entry.work;
    },
    async done() {
      await Promise.all([...underWay.values()].map(({ work }) => work));
    },
  };
}
