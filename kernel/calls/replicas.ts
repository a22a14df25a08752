import { ExponentialBackoff, handleWhen, retry } from 'cockatiel';
import { CallFailure } from './failure.ts';
import type { Target, TargetState } from './target.ts';

/** How a call is made. */
export interface Manner {
  /** Whether it may be made again when nobody knows what has become of it. */
  repeatable: boolean;
  /** How long it may take in all, in milliseconds. */
  limit: number;
  /** Aborted when nobody waits for the answer any more. */
  signal?: AbortSignal | undefined;
}

/** One try of a call: on one target, until the signal is aborted. */
export type Try<T> = (target: Target, signal: AbortSignal) => Promise<T>;

/** The targets that host a module, any of which will do. */
export interface Replicas {
  /** Throws a CallFailure when no target brings an answer, and the signal's reason when it is aborted. */
  call<T>(work: Try<T>, manner: Manner): Promise<T>;
}

/** Which replicas are asked first. */
const ORDER: Record<TargetState, number> = { ready: 0, leaving: 1, broken: 2, tried: 3 };

const retries = retry(
  handleWhen((error) => error instanceof CallFailure && error.again),
  { maxAttempts: 3, backoff: new ExponentialBackoff({ initialDelay: 30, maxDelay: 500 }) },
);

/** Takes turns among the targets that answer. */
export function replicasOf(targets: readonly Target[]): Replicas {
  let turn = 0;

  /** Those that answer come first; whether one that was left alone answers again is found out beside the call. */
  const inOrder = (): Target[] => {
    turn = (turn + 1) % targets.length;
    const turned = [...targets.slice(turn), ...targets.slice(0, turn)];
    const sorted = turned
      .map((target) => ({ target, state: target.state() }))
      .sort((a, b) => ORDER[a.state] - ORDER[b.state]);
    for (const { target, state } of sorted.slice(1)) if (state === 'broken') void target.probe();
    return sorted.map(({ target }) => target);
  };

  return {
    async call(work, { repeatable, limit, signal }) {
      const end = performance.now() + limit;
      return retries.execute(async () => {
        let failure: CallFailure | undefined;
        for (const target of inOrder()) {
          const left = end - performance.now();
          if (left <= 0) break;
          // The last try may take all the time there is; one that may be made elsewhere leaves some for that.
          const share = repeatable && targets.length > 1 ? left / 2 : left;
          try {
            if (isLeftAlone(target)) await target.probe();
            return await target.attempt(() => within(share, signal, (stop) => work(target, stop)));
          } catch (error) {
            signal?.throwIfAborted();
            if (!(error instanceof CallFailure)) throw error;
            failure = error;
            if (!error.undone) break;
          }
        }
        failure ??= new CallFailure('there was no time left', { undone: true });
        const given = targets.every((target) => target.state() === 'broken');
        failure.again = (failure.undone || repeatable) && !given && performance.now() < end;
        throw failure;
      }, signal);
    },
  };
}

function isLeftAlone(target: Target): boolean {
  return target.state() === 'broken' || target.state() === 'tried';
}

/** Aborts work that takes longer than `limit` milliseconds, or that nobody waits for any more. */
async function within<T>(
  limit: number,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const stop = new AbortController();
  const given = () => stop.abort(signal?.reason);
  const late = setTimeout(() => stop.abort(new Error(`no answer within ${Math.round(limit)} ms`)), limit);
  signal?.addEventListener('abort', given, { once: true });
  try {
    return await work(stop.signal);
  } catch (error) {
    // Not the target's fault, so it does not count against it.
    signal?.throwIfAborted();
    throw error;
  } finally {
    clearTimeout(late);
    signal?.removeEventListener('abort', given);
  }
}
