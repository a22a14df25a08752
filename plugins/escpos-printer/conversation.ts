import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Endpoint } from './address.ts';
import { isUnasked } from './status.ts';

/** The printer has closed the connection. */
export class HungUp extends Error {}

/** A connection to a printer. */
export interface Conversation {
  /** Sends bytes; what becomes of them is found out by the next answer. */
  send(bytes: Buffer): void;
  /**
   * The next byte that is an answer of a kind; others are left out, and so is what the printer tells unasked, of which three
   * bytes in four look like a confirmation. Rejects with HungUp, or when time is up.
   */
  answer(isAnswer: (byte: number) => boolean, limit: AbortSignal): Promise<number>;
  /** Resolves when the connection is gone. */
  close(): Promise<void>;
}

/** How long a printer may take to say goodbye, in ms. */
const GOODBYE = 500;

/** Connects to a printer. */
export async function converse({ ip, port }: Endpoint, limit: AbortSignal): Promise<Conversation> {
  const socket: Socket = connect({ host: ip, port, noDelay: true });
  const bytes: number[] = [];
  let unasked = 0;
  let ended = false;
  let told = Promise.withResolvers<void>();
  const tell = () => {
    told.resolve();
    told = Promise.withResolvers<void>();
  };
  socket.on('data', (data) => {
    // A printer says little; what says more is none.
    if (bytes.length < 1_000)
      for (const byte of data.subarray(0, 1_000)) {
        if (unasked === 0 && isUnasked(byte)) unasked = 4;
        if (unasked === 0) bytes.push(byte);
        else unasked -= 1;
      }
    tell();
  });
  for (const event of ['error', 'end', 'close'])
    socket.on(event, () => {
      ended = true;
      tell();
    });
  await once(socket, 'connect', { signal: limit }).catch((error) => {
    socket.destroy();
    throw error;
  });
  return {
    send: (data) => void socket.write(data),
    async answer(isAnswer, limit) {
      const late = Promise.withResolvers<never>();
      const abort = () => late.reject(limit.reason);
      late.promise.catch(() => {});
      limit.addEventListener('abort', abort);
      try {
        for (;;) {
          limit.throwIfAborted();
          const next = bytes.shift();
          if (next !== undefined && isAnswer(next)) return next;
          if (next !== undefined) continue;
          if (ended) throw new HungUp('the printer has closed the connection');
          await Promise.race([told.promise, late.promise]);
        }
      } finally {
        limit.removeEventListener('abort', abort);
      }
    },
    async close() {
      // What is on its way still arrives. The next connection has to find this one gone.
      const closed = Promise.withResolvers<void>();
      socket.once('close', closed.resolve);
      socket.end();
      const late = setTimeout(() => socket.destroy(), GOODBYE);
      if (!socket.closed) await closed.promise;
      clearTimeout(late);
    },
  };
}
