import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { boot, type Running } from '../../kernel/boot.ts';
import { localCache } from '../../kernel/cache.ts';
import { type Clock, MINUTE, SECOND, systemClock } from '../../kernel/clock.ts';
import { kernelError } from '../../kernel/errors.ts';
import { OutboxDelivery, OutboxEvent } from '../../kernel/events/outbox-entities.ts';
import { localChannel } from '../../kernel/live/live.ts';
import { createLog } from '../../kernel/log.ts';
import { defineModule } from '../../kernel/module.ts';
import { testClock } from '../app.ts';
import { Heard, listener, type News, teller } from './news.ts';

/** A consumer that takes its time: it answers when `open` resolves. */
const slow = (open: Promise<void>) =>
  defineModule({ name: 'slow', consumes: ['news.told'], setup: () => ({ on: { 'news.told': () => open } }) });

const standing = testClock();
let dataDir: string;
let running: Running | undefined;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'dinegraph-events-'));
});

afterEach(async () => {
  await running?.stop();
  running = undefined;
  rmSync(dataDir, { recursive: true });
});

const never = () => false;

/** Starts a teller and two listeners; the first trips where `trips` says. */
async function start(
  trips: (news: News) => boolean = never,
  { clock = standing as Clock, begin = true } = {},
): Promise<void> {
  running = await boot({
    modules: [teller, listener('first', trips), listener('second', never)],
    storage: { kind: 'sqlite', folder: dataDir },
    environment: {},
    clock,
    log: createLog('silent'),
    live: localChannel(),
    cache: localCache(clock),
  });
  if (begin) await running.start();
}

async function stop(): Promise<void> {
  await running?.stop();
  running = undefined;
}

async function tell(...news: News[]): Promise<void> {
  await running?.ask('teller', 'mutation ($news: [News!]!) { tell(news: $news) }', { news });
}

/** What a listener has heard, in the order it did: of one aggregate, or of all. */
async function heard(name: string, aggregate?: string): Promise<number[]> {
  await running?.settled();
  const em = running?.modules.get(name)?.database.em();
  const rows = await em?.find(Heard, aggregate ? { aggregate } : {}, { orderBy: { seq: 'asc' } });
  return rows?.map(({ version }) => version) ?? [];
}

const outbox = () => running!.modules.get('teller')!.database.em();

/** Lets the time for so many retries pass. */
async function retries(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) {
    await running?.settled();
    standing.advance(5 * MINUTE);
    await running?.settled();
  }
}

/** Trips so many times at what `at` picks out. */
function tripping(times: number, at: (news: News) => boolean): (news: News) => boolean {
  let left = times;
  return (news) => at(news) && left-- > 0;
}

test('a consumer that takes its time holds up no other', async () => {
  const { promise: open, resolve: answer } = Promise.withResolvers<void>();
  const told = Promise.withResolvers<void>();
  const watcher = defineModule({
    name: 'watcher',
    consumes: ['news.told'],
    setup: () => ({
      on: {
        async 'news.told'(_tx, { version }) {
          if (version === 3) told.resolve();
        },
      },
    }),
  });
  running = await boot({
    modules: [teller, slow(open), watcher],
    storage: { kind: 'sqlite', folder: dataDir },
    environment: {},
    clock: standing,
    log: createLog('silent'),
    live: localChannel(),
    cache: localCache(standing),
  });
  await running.start();
  for (const version of [1, 2, 3]) await tell({ aggregate: 'a', version });
  await told.promise;
  expect(await outbox().count(OutboxDelivery, { consumer: 'slow' })).toBe(3);
  answer();
  await running.settled();
  expect(await outbox().count(OutboxDelivery)).toBe(0);
});

describe('an event', () => {
  test('that was undone is heard by nobody, and what is confirmed is forgotten', async () => {
    await start();
    const news = [{ aggregate: 'a', version: 1 }];
    const undone = running!.ask('teller', 'mutation ($news: [News!]!) { tell(news: $news, fail: true) }', { news });
    await expect(undone).rejects.toThrow('Something went wrong');
    await tell({ aggregate: 'a', version: 2 });
    expect([await heard('first'), await heard('second')]).toEqual([[2], [2]]);
    expect([await outbox().count(OutboxEvent), await outbox().count(OutboxDelivery)]).toEqual([0, 0]);
  });

  test('is tried again where its handler failed, and then applied once; nobody else waits for it', async () => {
    await start(tripping(2, () => true));
    await tell({ aggregate: 'a', version: 1 });
    expect([await heard('first'), await heard('second')]).toEqual([[], [1]]);
    await retries(1);
    expect(await heard('first')).toEqual([]);
    await retries(1);
    expect([await heard('first'), await heard('second')]).toEqual([[1], [1]]);
  });

  test('is tried again by itself, without anything to wake the outbox', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    let tries = 0;
    const trips = () => {
      tries += 1;
      if (tries === 2) resolve();
      return tries < 2;
    };
    await start(trips, { clock: systemClock });
    const began = performance.now();
    await tell({ aggregate: 'a', version: 1 });
    await promise;
    expect(performance.now() - began).toBeLessThan(2 * SECOND);
    expect(await heard('first')).toEqual([1]);
  });

  test('of a thing waits for that thing’s earlier ones, even where one transaction made several', async () => {
    await start(tripping(1, ({ aggregate, version }) => aggregate === 'a' && version === 1));
    await tell({ aggregate: 'a', version: 1 }, { aggregate: 'b', version: 1 });
    await tell({ aggregate: 'a', version: 2, text: 'x' }, { aggregate: 'a', version: 2, text: 'y' });
    await tell({ aggregate: 'a', version: 3 });
    expect([await heard('first', 'a'), await heard('first', 'b')]).toEqual([[], [1]]);
    expect(await heard('second', 'a')).toEqual([1, 2, 2, 3]);
    await retries(1);
    expect(await heard('first', 'a')).toEqual([1, 2, 2, 3]);
    const rows = await running?.modules
      .get('first')
      ?.database.em()
      .find(Heard, { version: 2 }, { orderBy: { seq: 1 } });
    expect(rows?.map(({ text }) => text)).toEqual(['x', 'y']);
  });
});

describe('many events', () => {
  test('a thousand, with a handler that trips at every seventh try, are each applied once and in order', async () => {
    let tries = 0;
    await start(() => ++tries % 7 === 0);
    const names = Array.from({ length: 50 }, (_, index) => `thing ${index}`);
    for (let version = 1; version <= 20; version++) await tell(...names.map((aggregate) => ({ aggregate, version })));
    await retries(20);
    const inOrder = Array.from({ length: 20 }, (_, index) => index + 1);
    for (const name of names) {
      expect([name, await heard('first', name)]).toEqual([name, inOrder]);
      expect([name, await heard('second', name)]).toEqual([name, inOrder]);
    }
    expect(await outbox().count(OutboxDelivery)).toBe(0);
  });

  test('that cannot be applied hold up nothing that can', async () => {
    await start(({ aggregate }) => aggregate.startsWith('bad'));
    const bad = Array.from({ length: 450 }, (_, index) => `bad ${index}`);
    await tell(...bad.flatMap((aggregate) => [1, 2].map((version) => ({ aggregate, version }))));
    await tell({ aggregate: 'good', version: 7 });
    expect(await heard('first')).toEqual([7]);
    await retries(1);
    await tell({ aggregate: 'good', version: 8 });
    expect(await heard('first')).toEqual([7, 8]);
    expect(await heard('second')).toHaveLength(902);
  });
});

describe('a dead letter', () => {
  test('blocks its own thing for its own consumer until the product is mended and started anew', async () => {
    let tries = 0;
    await start(({ aggregate }) => aggregate === 'bad' && ++tries > 0);
    await tell({ aggregate: 'bad', version: 1 }, { aggregate: 'bad', version: 2 }, { aggregate: 'good', version: 1 });
    await retries(15);
    expect(tries).toBe(12);
    await tell({ aggregate: 'bad', version: 3 }, { aggregate: 'good', version: 2 });
    expect([await heard('first', 'bad'), await heard('first', 'good')]).toEqual([[], [1, 2]]);
    expect(await heard('second', 'bad')).toEqual([1, 2, 3]);
    await stop();
    await start();
    expect([await heard('first', 'bad'), await heard('second', 'bad')]).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
  });
});

describe('what is not the consumer’s doing', () => {
  test('is no step towards giving an event up, however often it comes in the way', async () => {
    let away = true;
    let tries = 0;
    const near = defineModule({
      name: 'near',
      consumes: ['news.told'],
      setup: () => ({
        on: {
          async 'news.told'() {
            tries += 1;
            if (away) throw kernelError('UNAVAILABLE');
          },
        },
      }),
    });
    running = await boot({
      modules: [teller, near],
      storage: { kind: 'sqlite', folder: dataDir },
      environment: {},
      clock: standing,
      log: createLog('silent'),
      live: localChannel(),
      cache: localCache(standing),
    });
    await running.start();
    await tell({ aggregate: 'a', version: 1 });
    for (let turn = 0; turn < 20; turn++) {
      await running.settled();
      standing.advance(4 * SECOND);
    }
    expect(tries).toBeGreaterThan(12);
    expect(await outbox().find(OutboxDelivery, {})).toMatchObject([{ state: 'PENDING', attempts: 0 }]);
    away = false;
    await running.settled();
    expect(await outbox().count(OutboxDelivery)).toBe(0);
  });

  test('the clock may jump ten minutes forwards and back: nothing waits for it to catch up', async () => {
    await start(tripping(1, ({ aggregate }) => aggregate === 'tripped'));
    standing.advance(10 * MINUTE);
    await tell({ aggregate: 'tripped', version: 1 }, { aggregate: 'tripped', version: 2 });
    expect(await heard('first')).toEqual([]);
    standing.advance(-10 * MINUTE);
    expect(await heard('first')).toEqual([1, 2]);
    await stop();
    await start(never, { begin: false });
    standing.advance(10 * MINUTE);
    await tell({ aggregate: 'waiting', version: 3 });
    standing.advance(-10 * MINUTE);
    await running?.start();
    expect(await heard('first')).toEqual([1, 2, 3]);
    expect(await outbox().count(OutboxDelivery)).toBe(0);
  });
});

describe('a process that ended', () => {
  test('before it could deliver does so when it is back', async () => {
    await start(never, { begin: false });
    await tell({ aggregate: 'a', version: 1 }, { aggregate: 'a', version: 2 });
    expect(await heard('first')).toEqual([]);
    await stop();
    await start();
    expect([await heard('first'), await heard('second')]).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });

  test('between applying and confirming delivers again, and it is not applied twice', async () => {
    await start(never, { begin: false });
    await tell({ aggregate: 'a', version: 1 });
    const [event] = await outbox().find(OutboxEvent, {});
    const deliveries = await outbox().find(OutboxDelivery, {});
    await running?.start();
    expect(await heard('first')).toEqual([1]);
    await stop();
    await start(never, { begin: false });
    await outbox().insert(OutboxEvent, { ...event! });
    await outbox().insertMany(
      OutboxDelivery,
      deliveries.map((delivery) => ({ ...delivery })),
    );
    await running?.start();
    expect([await heard('first'), await heard('second')]).toEqual([[1], [1]]);
    expect(await outbox().count(OutboxDelivery)).toBe(0);
  });
});
