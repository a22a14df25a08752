import { EventEmitter, once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { LiveChannel, LiveEvent } from '../../kernel/live/live.ts';
import { createLog } from '../../kernel/log.ts';
import { redisChannel } from '../../kernel/redis/channel.ts';
import { startNotes } from '../notes.ts';
import { freePort } from '../servers/machine.ts';
import { startRedis } from '../servers/redis.ts';
import type { Server } from '../servers/server.ts';
import { describeOnServers } from '../servers/suite.ts';

const log = createLog('silent');

/** A listener that keeps what it hears. */
function ear() {
  const heard: LiveEvent[] = [];
  let missed = 0;
  const news = new EventEmitter().setMaxListeners(0);
  const until = async (holds: () => boolean) => {
    while (!holds()) await once(news, 'news');
  };
  return {
    heard(event: LiveEvent) {
      heard.push(event);
      news.emit('news');
    },
    missed() {
      missed += 1;
      news.emit('news');
    },
    events: heard,
    /** Resolves when an event of this version has come. */
    hears: (version: number) => until(() => heard.some((event) => event.version === version)),
    /** Resolves when so many more looks were asked for. */
    isToldToLook(times = 1) {
      const goal = missed + times;
      return until(() => missed >= goal);
    },
  };
}

describeOnServers('live updates over Redis', () => {
  let redis: Server;
  let channel: (options?: { namespace?: string; url?: string }) => LiveChannel;
  const channels: LiveChannel[] = [];

  beforeAll(async () => {
    redis = await startRedis();
    channel = ({ namespace = 'test', url = redis.url } = {}) => {
      const made = redisChannel({ url, namespace, log });
      channels.push(made);
      return made;
    };
  });
  afterEach(async () => {
    await Promise.all(channels.splice(0).map((one) => one.close()));
  });
  afterAll(() => redis.stop());

  /** A channel that has connected. */
  async function connected(options?: Parameters<typeof channel>[0]) {
    const made = channel(options);
    const probe = ear();
    const told = probe.isToldToLook();
    const unlisten = await made.listen(['probe'], probe);
    await told;
    unlisten();
    return made;
  }

  /** Resolves when what one channel says is heard by the other. */
  async function joined(speaker: LiveChannel, hearer: LiveChannel) {
    const probe = ear();
    const unlisten = await hearer.listen(['joined'], probe);
    while (probe.events.length === 0) {
      speaker.publish({ topic: 'joined', version: 1 });
      await pause(20);
    }
    unlisten();
  }

  test('all listeners of a topic hear what another process says, each event once and in order', async () => {
    const [cook, diner] = [await connected(), await connected()];
    const [one, other, stranger] = [ear(), ear(), ear()];
    await diner.listen(['order:1', 'order:2'], one);
    await diner.listen(['order:1'], other);
    await diner.listen(['order:3'], stranger);
    for (let version = 1; version <= 500; version += 1) cook.publish({ topic: 'order:1', version, detail: ['t1'] });
    await Promise.all([one.hears(500), other.hears(500)]);
    const all = Array.from({ length: 500 }, (_, index) => ({ topic: 'order:1', version: index + 1, detail: ['t1'] }));
    expect(one.events).toEqual(all);
    expect(other.events).toEqual(all);
    expect(stranger.events).toEqual([]);
  });

  test('whoever says something hears it too, once', async () => {
    const live = await connected();
    const listener = ear();
    await live.listen(['own'], listener);
    live.publish({ topic: 'own', version: 1 });
    live.publish({ topic: 'own', version: 2 });
    await listener.hears(2);
    expect(listener.events.map(({ version }) => version)).toEqual([1, 2]);
  });

  test('a topic that is left and taken up again at once is heard', async () => {
    const live = await connected();
    const listener = ear();
    for (let round = 1; round <= 50; round += 1) {
      const unlisten = await live.listen(['again'], listener);
      live.publish({ topic: 'again', version: round });
      await listener.hears(round);
      unlisten();
    }
    expect(listener.events).toHaveLength(50);
  });

  test('products that share a server do not hear each other', async () => {
    const [ours, theirs] = [await connected(), await connected({ namespace: 'other' })];
    const listener = ear();
    await ours.listen(['order:9'], listener);
    theirs.publish({ topic: 'order:9', version: 1 });
    ours.publish({ topic: 'order:9', version: 2 });
    await listener.hears(2);
    expect(listener.events).toHaveLength(1);
  });

  test('a start without Redis works: listeners are told to look, until it is there and all is heard', async () => {
    const port = await freePort();
    const live = channel({ url: `redis://127.0.0.1:${port}` });
    const listener = ear();
    await live.listen(['late'], listener);
    live.publish({ topic: 'late', version: 1 });
    await listener.isToldToLook(2);
    await using _server = await startRedis({ port });
    await listener.isToldToLook();
    live.publish({ topic: 'late', version: 2 });
    live.publish({ topic: 'late', version: 3 });
    await listener.hears(3);
    await live.close();
  });

  test('Redis killed: told to look while it is away and once it is back, then hears again', async () => {
    const [cook, diner] = [await connected(), await connected()];
    const listener = ear();
    await diner.listen(['killed'], listener);
    const away = listener.isToldToLook(2);
    await redis.kill();
    cook.publish({ topic: 'killed', version: 1 });
    await away;
    const late = ear();
    await diner.listen(['killed', 'new'], late);
    const back = listener.isToldToLook();
    await redis.start();
    await back;
    await joined(cook, diner);
    cook.publish({ topic: 'killed', version: 2 });
    cook.publish({ topic: 'new', version: 7 });
    await Promise.all([listener.hears(2), late.hears(2), late.hears(7)]);
    expect(listener.events.map(({ version }) => version)).toEqual([2]);
  });

  test('Redis hangs: told to look all the while; nobody waits for it', async () => {
    const [cook, diner] = [await connected(), await connected()];
    const listener = ear();
    await diner.listen(['hung'], listener);
    process.kill(redis.pid ?? 0, 'SIGSTOP');
    try {
      cook.publish({ topic: 'hung', version: 1 });
      await diner.listen(['hung too'], listener);
      await listener.isToldToLook(3);
    } finally {
      process.kill(redis.pid ?? 0, 'SIGCONT');
    }
    await listener.isToldToLook();
    await joined(cook, diner);
    cook.publish({ topic: 'hung', version: 2 });
    await listener.hears(2);
  });

  test('a process that connects makes all others look: its last words may have been lost with it', async () => {
    const diner = await connected();
    const listener = ear();
    await diner.listen(['order:5'], listener);
    const told = listener.isToldToLook();
    await connected();
    await told;
  });

  test('a subscription outlives Redis, with and without changes meanwhile', async () => {
    const [cook, diner] = [await connected(), await connected()];
    await using notes = await startNotes(cook, diner);
    await notes.write('a');
    const frames = await notes.follow('a');
    expect(await frames.next()).toEqual({ version: 1, reads: 1 });
    let next = frames.next();
    await notes.write('a');
    expect(await next).toMatchObject({ version: 2 });

    next = frames.next();
    await redis.kill();
    await notes.write('a');
    await notes.write('a');
    expect(await next).toMatchObject({ version: 4 });

    next = frames.next();
    await redis.start();
    await notes.write('a');
    expect(await next).toMatchObject({ version: 5 });

    next = frames.next();
    await redis.kill();
    await redis.start();
    await joined(cook, diner);
    await notes.write('a');
    expect(await next).toMatchObject({ version: 6 });
    frames.stop();
  });
});
