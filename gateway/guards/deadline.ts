import { kernelError } from '../../kernel/errors.ts';
import type { Executor } from '../../kernel/executor.ts';
import { refusal } from './refusal.ts';

/**
 * Does work that is given up after these milliseconds: its signal is then aborted, as it is when `signal` is, and the
 * answer is `late`'s, whatever the work still does.
 */
export async function inTime<T>(
  milliseconds: number,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
  late: () => T,
): Promise<T> {
  const controller = new AbortController();
  const abort = () => controller.abort(signal?.reason);
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort, { once: true });
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<T>((resolve) => {
    timer = setTimeout(() => {
      resolve(late());
      controller.abort(new Error(`no answer within ${milliseconds} ms`));
    }, milliseconds);
  });
  try {
    return await Promise.race([work(controller.signal), patience]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}

/** The answer of a whole request that took too long. */
export const timedOut = (milliseconds: number) => ({
  errors: [refusal('TIMED_OUT', { limit: 'requestTimeoutMs', allowed: milliseconds })],
});

/** A subgraph whose answers are waited for so long and no longer; a late one is UNAVAILABLE. */
export function withDeadline(executor: Executor, milliseconds: number): Executor {
  const { message, extensions } = kernelError('UNAVAILABLE', { limit: 'fetchTimeoutMs', allowed: milliseconds });
  return {
    ...executor,
    execute: (request) =>
      inTime(
        milliseconds,
        request.signal,
        (signal) => executor.execute({ ...request, signal }),
        () => ({ errors: [{ message, extensions }] }),
      ),
  };
}
