import type { Elsewhere, Running } from '../kernel/boot.ts';
import { type Cache, localCache } from '../kernel/cache.ts';
import type { Clock } from '../kernel/clock.ts';
import type { RequestHandler } from '../kernel/http-server.ts';
import { type LiveChannel, localChannel } from '../kernel/live/live.ts';
import type { Logger } from '../kernel/log.ts';
import { ConfigurationError } from '../kernel/settings.ts';
import type { Servers } from './servers.ts';
import type { Shape } from './shape.ts';

/** What joins a process to the others. */
export interface Connections {
  live: LiveChannel;
  cache: Cache;
  /** Nothing when this process hosts the whole product. */
  elsewhere: Elsewhere | undefined;
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
  const { elsewhere, answerCalls } = await others(options, cache, opening);
  const opened = opening.move();
  return { live, cache, elsewhere, answerCalls, close: () => opened.disposeAsync() };
}

/** Live updates and the cache within this process. */
async function sharedState({ clock }: ConnectOptions, _opening: AsyncDisposableStack) {
  return { live: localChannel(), cache: localCache(clock) };
}

/** The other processes of the product: how they are called, how they call, and how events go between them. */
async function others({ shape }: ConnectOptions, _cache: Cache, _opening: AsyncDisposableStack) {
  if (shape.elsewhere.length === 0) return { elsewhere: undefined, answerCalls: () => undefined };
  throw new ConfigurationError('Several processes are not supported yet.');
}
