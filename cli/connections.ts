import type { Elsewhere, Running } from '../kernel/boot.ts';
import { type Cache, localCache } from '../kernel/cache.ts';
import type { CallKeys } from '../kernel/calls/keys.ts';
import type { Clock } from '../kernel/clock.ts';
import type { RequestHandler } from '../kernel/http-server.ts';
import { blindChannel, type LiveChannel, localChannel } from '../kernel/live/live.ts';
import type { Logger } from '../kernel/log.ts';
import { ConfigurationError } from '../kernel/settings.ts';
import { addressesOf } from './addresses.ts';
import type { Servers } from './servers.ts';
import type { Shape } from './shape.ts';

/** What joins a process to the others. */
export interface Connections {
  live: LiveChannel;
  cache: Cache;
  /** Nothing when this process hosts the whole product. */
  elsewhere: Elsewhere | undefined;
  /** What the processes sign with; nothing when there is but one. */
  keys: CallKeys | undefined;
  /** Answers the calls of other processes to the modules here; nothing when there are no others. */
  answerCalls(running: Running): RequestHandler | undefined;
  close(): Promise<void>;
}

interface ConnectOptions {
  shape: Shape;
  servers: Servers;
  environment: NodeJS.ProcessEnv;
  clock: Clock;
  log: Logger;
}

/**
 * Joins a process to the servers and the other processes that its share of the product needs; what is not needed is not
 * even loaded. Throws a ConfigurationError that names what is missing.
 */
export async function connect(options: ConnectOptions): Promise<Connections> {
  await using opening = new AsyncDisposableStack();
  const { live, cache } = await sharedState(options, opening);
  const { elsewhere, keys, answerCalls } = await others(options, cache, opening);
  const opened = opening.move();
  return { live, cache, elsewhere, keys, answerCalls, close: () => opened.disposeAsync() };
}

/** Redis where there is one; without it a single process keeps to itself, and several look again and again. */
async function sharedState({ shape, servers, clock, log }: ConnectOptions, opening: AsyncDisposableStack) {
  const { redis, namespace } = servers;
  if (!redis) {
    const live = shape.elsewhere.length === 0 ? localChannel() : blindChannel();
    return { live, cache: localCache(clock) };
  }
  const { redisChannel } = await import('../kernel/redis/channel.ts');
  const { redisCache } = await import('../kernel/redis/cache.ts');
  const live = redisChannel({ url: redis, namespace, log });
  opening.defer(() => live.close());
  const cache = redisCache({ url: redis, namespace, log });
  opening.defer(() => cache.close());
  return { live, cache };
}

/** The other processes of the product: how they are called, how they call, and how events go between them. */
async function others(options: ConnectOptions, cache: Cache, opening: AsyncDisposableStack) {
  const { shape, servers, environment, log } = options;
  if (shape.elsewhere.length === 0) return { elsewhere: undefined, keys: undefined, answerCalls: () => undefined };
  const { readKeys } = await import('../kernel/calls/keys.ts');
  const { remoteModules } = await import('../kernel/calls/client.ts');
  const { callServer } = await import('../kernel/calls/server.ts');
  if (!servers.callKeys)
    throw new ConfigurationError(
      'CALL_KEYS is not set: processes sign their calls to each other, with CALL_KEYS=NAME:SECRET of 32 characters or more, the same in all.',
    );
  const keys = readKeys(servers.callKeys);
  const addresses = addressesOf(
    shape.elsewhere.map(({ name }) => name),
    environment,
  );
  const remote = remoteModules({ modules: shape.elsewhere, addresses, keys, log });
  opening.defer(() => remote.close());
  const broker = shape.hosted.length > 0 ? await openBroker(options, keys) : undefined;
  if (broker) opening.defer(() => broker.close());
  return {
    elsewhere: { modules: shape.elsewhere, remote, broker },
    keys,
    answerCalls: (running: Running) =>
      shape.hosted.length > 0
        ? callServer({ modules: running.modules, keys, cache, log, gateway: shape.gateway })
        : undefined,
  };
}

async function openBroker({ shape, servers: { rabbitmq, namespace }, log }: ConnectOptions, keys: CallKeys) {
  if (!rabbitmq)
    throw new ConfigurationError(
      'RABBITMQ_URL is not set: events go between processes by RabbitMQ, at an address like amqp://user:password@host:5672.',
    );
  const { rabbitBroker } = await import('../kernel/events/rabbit.ts');
  const mayEmit = (plugin: string, event: string) =>
    shape.modules.some(({ name, emits = [] }) => name === plugin && emits.some((own) => own === event));
  return rabbitBroker({ url: rabbitmq, namespace, keys, mayEmit, log });
}
