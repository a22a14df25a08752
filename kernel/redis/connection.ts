import { setTimeout as pause } from 'node:timers/promises';
import { createClient } from 'redis';
import type { Logger } from '../log.ts';
import { within } from '../within.ts';

/** How often a server is asked whether it is there, and a lost one is tried again, in milliseconds. */
const BEAT = 1_000;
/** How long a server may take to answer before it counts as lost, in milliseconds. */
const PATIENCE = 1_000;
/** How many commands may wait for an answer; the next one is refused. */
const QUEUE = 10_000;

/** A client of Redis. */
export type RedisClient = ReturnType<typeof clientOf>;

/** Keeps one connection to Redis. One that is lost, or whose server hangs, is replaced for as long as it takes. */
export interface RedisConnection {
  /** While the server answers; undefined otherwise. */
  client(): RedisClient | undefined;
  /** A command came to nothing: trusts the server only again when it has answered the next beat. */
  doubt(): void;
  close(): Promise<void>;
}

export interface RedisOptions {
  /** redis://user:password@host:port/number, or rediss:// */
  url: string;
  /** Stands before every key and channel. */
  namespace: string;
  log: Logger;
}

/** Whoever uses a connection. */
export interface RedisUser {
  /** The server answers, for the first time or again. A rejection gives this connection up for a new one. */
  connected?(client: RedisClient): Promise<void>;
  /** There is no connection. Called with every beat for as long as that is so. */
  away?(): void;
}

/** Connects, now or as soon as there is a server. */
export function redisConnection({ url, log }: RedisOptions, user: RedisUser = {}): RedisConnection {
  const closing = new AbortController();
  let trusted: RedisClient | undefined;
  let wasThere: boolean | undefined;

  function note(there: boolean, error?: unknown) {
    if (there === wasThere) return;
    wasThere = there;
    if (there) log.info('Redis is there');
    else log.warn({ error }, 'Redis is away: going on without it');
  }

  /** One connection, for as long as it lasts. */
  async function hold() {
    const client = clientOf(url);
    try {
      await within(client.connect(), PATIENCE);
      await user.connected?.(client);
      while (!closing.signal.aborted) {
        await within(client.ping(), PATIENCE);
        trusted = client;
        note(true);
        await beat(closing.signal, client);
      }
    } finally {
      trusted = undefined;
      client.destroy();
    }
  }

  async function run() {
    while (!closing.signal.aborted) {
      await hold().catch((error) => note(false, error));
      if (closing.signal.aborted) return;
      user.away?.();
      await beat(closing.signal);
    }
  }

  const running = run();
  return {
    client: () => trusted,
    doubt() {
      trusted = undefined;
    },
    async close() {
      closing.abort();
      await running;
    },
  };
}

/** A client that connects once: what is lost is replaced, so that whoever uses it always knows how it stands. */
function clientOf(url: string) {
  return createClient({
    url,
    socket: { reconnectStrategy: false, connectTimeout: PATIENCE },
    disableOfflineQueue: true,
    commandsQueueMaxLength: QUEUE,
    maintNotifications: 'disabled',
  }).on('error', () => {});
}

/** Until the next beat, the end of the connection or our own. */
async function beat(closing: AbortSignal, client?: RedisClient): Promise<void> {
  const over = new AbortController();
  const end = () => over.abort();
  client?.once('terminated', end);
  await pause(BEAT, undefined, { signal: AbortSignal.any([closing, over.signal]) }).catch(() => {});
  client?.off('terminated', end);
}
