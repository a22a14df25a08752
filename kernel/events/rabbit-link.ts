import { setTimeout as pause } from 'node:timers/promises';
import { type ChannelModel, type ConfirmChannel, connect } from 'amqplib';
import { SECOND } from '../clock.ts';
import type { Logger } from '../log.ts';
import { within } from '../within.ts';

/** A connection to RabbitMQ that is made anew, for ever, whenever it is lost. */
export interface Link<Session> {
  /** What was made of the connection's channel, as soon as there is one that takes messages. Rejects after `close`. */
  ready(): Promise<Session>;
  /** The same, when there is one now. */
  current(): Session | undefined;
  close(): Promise<void>;
}

export interface LinkOptions<Session> {
  /** `amqp://user:password@host:port/vhost`. */
  url: string;
  log: Logger;
  /** Declares and subscribes on a new channel. */
  prepare(channel: ConfirmChannel): Promise<Session>;
  /** Called when a connection is lost, or when it is closed. */
  lost(error: Error): void;
}

/** The longest wait before it tries again, in ms. */
const LONGEST_WAIT = 2 * SECOND;
/** After how many failures it tries no later than this again: 400 ms. */
const SOON = 3;
/** How long connecting may take, declaring, and closing, in ms: a broker that starts or ends may never answer. */
const CONNECT = 5 * SECOND;
const PREPARE = 30 * SECOND;
const CLOSE = 2 * SECOND;
/** In seconds: a silent peer counts as gone after two of these. */
const HEARTBEAT = '5';

/** Connects, and stays connected until it is closed. The loss of the channel counts as the loss of the connection. */
export function keepLink<Session>({ url, log, prepare, lost }: LinkOptions<Session>): Link<Session> {
  const address = new URL(url);
  if (!address.searchParams.has('heartbeat')) address.searchParams.set('heartbeat', HEARTBEAT);
  const closing = new AbortController();
  let session: Session | undefined;
  let next = silent(Promise.withResolvers<Session>());
  let failures = 0;

  const open = (made: Session) => {
    session = made;
    next.resolve(made);
  };
  const shut = () => {
    if (session !== undefined) next = silent(Promise.withResolvers<Session>());
    session = undefined;
  };

  /** One connection, until it is lost or closed: always rejects. */
  const live = async () => {
    const connection = await dial(address.href);
    // Somebody is there: a failure from here on is tried again sooner.
    failures = Math.min(failures, SOON);
    const down = silent(Promise.withResolvers<never>());
    const fail = (error?: Error) => down.reject(error ?? new Error('it was closed'));
    connection.on('error', fail).on('close', fail);
    closing.signal.addEventListener('abort', () => fail(), { once: true });
    if (closing.signal.aborted) fail();
    try {
      const preparing = connection.createConfirmChannel().then((channel) => {
        channel.on('error', fail).on('close', () => fail());
        return prepare(channel);
      });
      const made = await Promise.race([within(preparing, PREPARE), down.promise]);
      // The broker is short of memory or disk: what is sent now would pile up here.
      connection.on('blocked', shut).on('unblocked', () => open(made));
      if (failures > 0) log.warn('RabbitMQ is back');
      failures = 0;
      open(made);
      return await down.promise;
    } catch (error) {
      shut();
      lost(error as Error);
      throw error;
    } finally {
      const gone = hangUp(connection);
      if (closing.signal.aborted) await gone;
    }
  };

  const staying = (async () => {
    while (!closing.signal.aborted) {
      await live().catch((error: Error) => {
        if (failures > 0) log.debug({ error }, 'RabbitMQ is still not connected');
        else if (!closing.signal.aborted) log.warn({ error }, 'RabbitMQ is not connected');
      });
      const wait = Math.min(50 * 2 ** failures++, LONGEST_WAIT);
      await pause(wait, undefined, { signal: closing.signal }).catch(() => {});
    }
    next.reject(new Error('RabbitMQ is no longer used'));
  })();

  return {
    ready: () => next.promise,
    current: () => session,
    async close() {
      closing.abort();
      await staying;
    },
  };
}

async function dial(address: string): Promise<ChannelModel> {
  const dialled = connect(address, { timeout: CONNECT, noDelay: true });
  try {
    return await within(dialled, CONNECT);
  } catch (error) {
    dialled.then(hangUp).catch(() => {});
    throw error;
  }
}

/** A connection that is down already, or does not answer, is as good as closed. */
async function hangUp(connection: ChannelModel): Promise<void> {
  await within(connection.close(), CLOSE).catch(() => {});
}

/** Nobody may be waiting when it is rejected. */
function silent<T>(promised: PromiseWithResolvers<T>): PromiseWithResolvers<T> {
  promised.promise.catch(() => {});
  return promised;
}
