/** Work under way in this process, by what it is for, so that a repeat waits for it instead of doing it again. */
export interface InFlight {
  /** Marks work as begun; the answer marks it as ended. */
  begin(id: string): () => void;
  /** Resolves when no work for this id is under way; at once when there is none. Never rejects. */
  settled(id: string): Promise<void>;
}

/** Keeps track of work under way. */
export function inFlight(): InFlight {
  const running = new Map<string, Promise<void>>();
  return {
    begin(id) {
      const { promise, resolve } = Promise.withResolvers<void>();
      running.set(id, promise);
      return () => {
        if (running.get(id) === promise) running.delete(id);
        resolve();
      };
    },
    async settled(id) {
      await running.get(id);
    },
  };
}
