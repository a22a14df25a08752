import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { connect } from 'amqplib';
import { readKeys } from '../../kernel/calls/keys.ts';
import { MINUTE } from '../../kernel/clock.ts';
import type { Storage } from '../../kernel/database/database.ts';
import { listDeadLetters, replayDeadLetters } from '../../kernel/events/dead-letters.ts';
import { listBuried, removeBuried } from '../../kernel/events/rabbit-dead-letters.ts';
import { queueOf } from '../../kernel/events/rabbit-queues.ts';
import { signed } from '../../kernel/events/rabbit-signature.ts';
import { newId } from '../../kernel/ids.ts';
import { testClock } from '../app.ts';
import { Heard, listener, teller } from '../contracts/news.ts';
import { startRabbitmq } from '../servers/rabbitmq.ts';
import type { Server } from '../servers/server.ts';
import { describeOnServers } from '../servers/suite.ts';
import { type Newsroom, newsroom, OURS, until } from './newsroom.ts';

const never = () => false;
const patient = listener('listener', never);
/** A listener that trips at every seventh try: what comes after must wait. */
const clumsy = () => {
  let tries = 0;
  return listener('listener', () => ++tries % 7 === 0);
};

const names = Array.from({ length: 50 }, (_, index) => `thing ${index}`);

describeOnServers('events between processes', () => {
  let rabbit: Server;
  let room: Newsroom;
  let namespace: string;
  let start: Newsroom['start'];
  let tell: Newsroom['tell'];
  let outbox: Newsroom['outbox'];
  let confirmed: Newsroom['confirmed'];
  let heard: Newsroom['heard'];

  beforeAll(async () => {
    // A broker of this file's own, since it is killed.
    rabbit = await startRabbitmq();
  });

  afterAll(() => rabbit?.stop());

  beforeEach(() => {
    room = newsroom(rabbit);
    ({ namespace, start, tell, outbox, confirmed, heard } = room);
  });

  afterEach(async () => {
    await rabbit.start();
    await room.close();
  });

  const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);
  const all = (last: number) => Object.fromEntries(names.map((name) => [name, upTo(last)]));

  test('an event crosses, whatever its size, is applied once, and is forgotten when it is confirmed', async () => {
    const there = await start(patient, teller);
    const here = await start(teller, patient);
    const long = 'x'.repeat(3_000_000);
    await tell(here, { aggregate: 'a', version: 1 }, { aggregate: 'a', version: 2, text: long });
    await confirmed(here);
    expect(await heard(there)).toEqual({ a: [1, 2] });
    const [, second] = await there.modules
      .get('listener')!
      .database.em()
      .find(Heard, {}, { orderBy: { seq: 'asc' } });
    expect(second?.text).toHaveLength(long.length);
  });

  test('five hundred events of fifty things arrive in the order of their versions, though every seventh try fails', async () => {
    const there = await start(clumsy(), teller);
    const here = await start(teller, patient);
    for (const version of upTo(10)) await tell(here, ...names.map((aggregate) => ({ aggregate, version })));
    await confirmed(here);
    expect(await heard(there)).toEqual(all(10));
  });

  test('nothing is lost and nothing applied twice while the broker is killed, and then wiped clean', async () => {
    const there = await start(patient, teller);
    const here = await start(teller, patient);
    const telling = (async () => {
      for (const version of upTo(20)) await tell(here, ...names.map((aggregate) => ({ aggregate, version })));
    })();
    const heardSome = (count: number) =>
      until(async () => (await there.modules.get('listener')!.database.em().count(Heard)) >= count);
    await heardSome(100);
    await rabbit.kill();
    await rabbit.start();
    await heardSome(400);
    await rabbit.kill();
    await rabbit.wipe();
    await rabbit.start();
    await telling;
    await confirmed(here);
    expect(await heard(there)).toEqual(all(20));
  });

  test('a consumer that was away, from before its first start, hears what happened meanwhile', async () => {
    const here = await start(teller, patient);
    await tell(here, { aggregate: 'a', version: 1 }, { aggregate: 'b', version: 1 });
    await tell(here, { aggregate: 'a', version: 2 });
    const first = await start(patient, teller);
    await confirmed(here);
    await first.end();
    await tell(here, { aggregate: 'a', version: 3 });
    const second = await start(patient, teller);
    await confirmed(here);
    expect(await heard(second)).toEqual({ a: [1, 2, 3], b: [1] });
  });

  test('a producer that ended before it was answered finds its event applied when it is back', async () => {
    const here = await start(teller, patient);
    const isSent = async () => {
      const connection = await connect(rabbit.url);
      connection.on('error', () => {});
      const channel = await connection.createChannel();
      channel.on('error', () => {});
      const count = await channel.checkQueue(queueOf(namespace, 'listener')).catch(() => ({ messageCount: 0 }));
      await connection.close();
      return count.messageCount === 1;
    };
    await tell(here, { aggregate: 'a', version: 1 });
    await until(isSent);
    await here.end();
    const there = await start(patient, teller);
    await until(async () => (await heard(there))['a'] !== undefined);
    const again = await start(teller, patient);
    await confirmed(again);
    expect(await heard(there)).toEqual({ a: [1] });
  });

  test('an event that fails for good is a dead letter of its own thing, is shown, and is replayed', async () => {
    let mended = false;
    const clock = testClock();
    const there = await start(
      listener('listener', ({ aggregate }) => aggregate === 'bad' && !mended),
      teller,
    );
    const here = await start(teller, patient, { clock });
    await tell(
      here,
      { aggregate: 'bad', version: 1 },
      { aggregate: 'bad', version: 2 },
      { aggregate: 'good', version: 1 },
    );
    for (let turn = 0; turn < 14; turn++) {
      await here.settled();
      clock.advance(5 * MINUTE);
    }
    await tell(here, { aggregate: 'good', version: 2 }, { aggregate: 'bad', version: 3 });
    await here.settled();
    expect(await heard(there)).toEqual({ good: [1, 2] });
    const [dead, ...others] = await listDeadLetters(outbox(here));
    expect(others).toEqual([]);
    expect(dead).toMatchObject({ name: 'news.told', aggregate: 'bad', version: 1, consumer: 'listener', waiting: 2 });
    expect(dead).toMatchObject({ attempts: 12, error: 'tripped' });
    const place = { url: rabbit.url, namespace };
    await until(async () => (await listBuried(place)).length > 0);
    expect(await listBuried(place)).toMatchObject([{ eventId: dead?.eventId, consumer: 'listener', error: 'tripped' }]);

    mended = true;
    expect(await replayDeadLetters(outbox(here), clock.now(), 'another')).toBe(0);
    expect(await replayDeadLetters(outbox(here), clock.now(), dead?.eventId)).toBe(1);
    expect(await removeBuried(place, dead?.eventId)).toBe(1);
    await confirmed(here);
    expect(await heard(there)).toEqual({ good: [1, 2], bad: [1, 2, 3] });
    expect(await listBuried(place)).toEqual([]);
  });

  test('nonsense in a consumer’s queue is laid aside with a reason, and holds up nothing', async () => {
    const there = await start(patient, teller);
    const here = await start(teller, patient);
    await tell(here, { aggregate: 'a', version: 1 });
    await confirmed(here);
    const connection = await connect(rabbit.url);
    const channel = await connection.createConfirmChannel();
    const unknown = { id: newId(), name: 'news.unknown', aggregate: 'a', version: 2, at: 0, payload: {} };
    for (const content of ['{nonsense', '{}', JSON.stringify(unknown)].map((text) => Buffer.from(text))) {
      const headers = signed(readKeys(OURS).signing, ['event', 'listener'], content);
      channel.sendToQueue(queueOf(namespace, 'listener'), content, { headers });
    }
    await channel.waitForConfirms();
    await connection.close();
    await tell(here, { aggregate: 'a', version: 2 });
    await confirmed(here);
    const place = { url: rabbit.url, namespace };
    await until(async () => (await listBuried(place)).length === 3);
    const buried = await listBuried(place);
    expect(buried.map(({ consumer }) => consumer)).toEqual(['listener', 'listener', 'listener']);
    expect(buried.map(({ text, error }) => `${text.slice(0, 9)}: ${error}`).sort()).toEqual([
      '{"id":"01: nobody here handles news.unknown'.replace('01', unknown.id.slice(0, 2)),
      '{nonsense: This is not an event.',
      '{}: This is not an event.',
    ]);
    expect(await heard(there)).toEqual({ a: [1, 2] });
  });

  test('two replicas of the producer and two of the consumer, on one MariaDB, keep to the order of the versions', async () => {
    const storage: Storage = { kind: 'mysql', url: process.env['DATABASE_URL']!, namespace: `t${newId().slice(-12)}` };
    const [here, besides] = [await start(teller, patient, { storage }), await start(teller, patient, { storage })];
    const [there] = [await start(clumsy(), teller, { storage }), await start(clumsy(), teller, { storage })];
    for (const version of upTo(10)) {
      const half = names.map((aggregate) => ({ aggregate, version }));
      await Promise.all([tell(here, ...half.slice(0, 25)), tell(besides, ...half.slice(25))]);
    }
    await confirmed(here);
    expect(await heard(there)).toEqual(all(10));
  });
});
