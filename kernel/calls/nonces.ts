/** How many nonces a process keeps; at a thousand calls a second, two minutes have 120,000. */
const CAPACITY = 500_000;

/** Remembers which calls have come, for as long as their signatures are good. */
export interface Nonces {
  /** Takes the nonce of a call signed at `time`; false when it has come before, or is too old to be known. */
  take(nonce: string, time: number, now: number): boolean;
}

/**
 * Remembers nonces by the second in which they were made, all in epoch milliseconds. When there are more than `capacity`,
 * the oldest second is forgotten, and calls of that second and before are no longer taken: memory stays bounded, and a
 * replay stays refused.
 */
export function nonceMemory(window: number, capacity = CAPACITY): Nonces {
  const seconds = new Map<number, Set<string>>();
  let size = 0;
  let floor = 0;
  let tidied = 0;

  const forget = (second: number) => {
    size -= seconds.get(second)?.size ?? 0;
    seconds.delete(second);
  };
  const tidy = (now: number) => {
    if (now - tidied < 1_000 && size <= capacity) return;
    tidied = now;
    const oldest = [...seconds.keys()].sort((a, b) => a - b);
    for (const second of oldest) {
      if (second * 1_000 + 1_000 < now - window) forget(second);
      else if (size <= capacity) break;
      else {
        forget(second);
        floor = Math.max(floor, (second + 1) * 1_000);
      }
    }
  };

  return {
    take(nonce, time, now) {
      if (time < floor) return false;
      const second = Math.floor(time / 1_000);
      const known = seconds.get(second) ?? new Set();
      if (known.has(nonce)) return false;
      seconds.set(second, known.add(nonce));
      size += 1;
      tidy(now);
      return true;
    },
  };
}
