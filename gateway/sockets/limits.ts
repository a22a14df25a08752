import { MINUTE, SECOND } from '../../kernel/clock.ts';

/** What sockets may do. */
export interface SocketLimits {
  /** How many sockets one person may hold, and one address: all diners of a restaurant may share one. */
  perCaller: number;
  perAddress: number;
  /** How many operations may run on a socket at a time. */
  operations: number;
  /** How much may wait for a client that asks and does not read, in bytes. */
  unread: number;
  /** How long a socket may wait with its connection_init, in milliseconds. */
  init: number;
  /** How long one may stay on which nothing runs, in milliseconds. */
  idle: number;
  /** How often each is asked whether it is still there, in milliseconds. */
  heartbeat: number;
}

/** What no honest client comes near. */
export const socketLimits: SocketLimits = {
  perCaller: 50,
  perAddress: 5_000,
  operations: 100,
  unread: 16_000_000,
  init: 5 * SECOND,
  idle: 10 * MINUTE,
  heartbeat: 30 * SECOND,
};

/** Counts what is open under each name. */
export interface Counter {
  /** False, and counts nothing, when there are as many as there may be. */
  enter(name: string, most: number): boolean;
  leave(name: string): void;
}

/** Makes a counter at nought. */
export function counter(): Counter {
  const counts = new Map<string, number>();
  return {
    enter(name, most) {
      const count = counts.get(name) ?? 0;
      if (count >= most) return false;
      counts.set(name, count + 1);
      return true;
    },
    leave(name) {
      const count = (counts.get(name) ?? 0) - 1;
      if (count > 0) counts.set(name, count);
      else counts.delete(name);
    },
  };
}
