import { LockWaitTimeoutException } from '@mikro-orm/core';
import { isContention } from '../database/failures.ts';
import { isAway } from '../public-error.ts';
import { plainMessage } from '../telemetry/plain-error.ts';
import { NotApplied } from './events.ts';

/**
 * What it means that a consumer failed at an event: NotApplied, which counts as a try, unless its database or something
 * else it needs was out of reach. Then the error stays what it is, and the event comes again until it gets through.
 */
export function refusal(error: unknown): unknown {
  if (error instanceof NotApplied || isPassing(error)) return error;
  return new NotApplied(plainMessage(error), { cause: error });
}

function isPassing(error: unknown): boolean {
  // SQLite is locked while another process writes: a command, or a backup.
  return isAway(error) || isContention(error) || error instanceof LockWaitTimeoutException;
}
