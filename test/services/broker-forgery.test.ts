import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type ConfirmChannel, connect, type GetMessage, type Options } from 'amqplib';
import { modules } from '../../cli/modules.ts';
import { readKeys } from '../../kernel/calls/keys.ts';
import { openDatabase } from '../../kernel/database/database.ts';
import { listBuried } from '../../kernel/events/rabbit-dead-letters.ts';
import { deadLettersOf, declareQueue, queueOf } from '../../kernel/events/rabbit-queues.ts';
import { signed } from '../../kernel/events/rabbit-signature.ts';
import { newId } from '../../kernel/ids.ts';
import { createLog } from '../../kernel/log.ts';
import { listener, teller } from '../contracts/news.ts';
import { run } from '../process.ts';
import { startRabbitmq } from '../servers/rabbitmq.ts';
import type { Server } from '../servers/server.ts';
import { describeOnServers } from '../servers/suite.ts';
import { type Newsroom, newsroom, OURS, until } from './newsroom.ts';

/** The one key of the process that hosts the teller, which nobody trusts further than that. */
const ITS_OWN = `t@teller:${'t'.repeat(32)}`;
const STRANGE = `ours:${'s'.repeat(32)}`;

const patient = listener('listener', () => false);

/** What somebody who has the broker's address says. */
interface Forgery {
  id?: string;
  name?: string;
  aggregate: string;
  version?: number;
}

describeOnServers('a process that has the address of the broker and is not trusted', () => {
  let rabbit: Server;
  let room: Newsroom;
  let channel: ConfirmChannel;
  let hangUp: () => Promise<void>;

  beforeAll(async () => {
    rabbit = await startRabbitmq();
  });

  afterAll(() => rabbit?.stop());

  beforeEach(async () => {
    room = newsroom(rabbit);
    const connection = await connect(rabbit.url);
    hangUp = () => connection.close();
    channel = await connection.createConfirmChannel();
    await declareQueue(channel, room.namespace, 'listener');
  });

  afterEach(async () => {
    await hangUp();
    await room.close();
  });

  const told = ({ id = newId(), name = 'news.told', aggregate, version = 1 }: Forgery) =>
    Buffer.from(JSON.stringify({ id, name, aggregate, version, at: 0, payload: { text: '' } }));

  async function send(content: Buffer, headers: Options.Publish['headers']): Promise<void> {
    channel.sendToQueue(queueOf(room.namespace, 'listener'), content, { headers });
    await channel.waitForConfirms();
  }

  const signedBy = (keys: string, content: Buffer, consumer = 'listener') =>
    signed(readKeys(keys).signing, ['event', consumer], content);

  const reasons = async (count: number) => {
    const place = { url: rabbit.url, namespace: room.namespace };
    await until(async () => (await listBuried(place)).length >= count);
    return (await listBuried(place)).map(({ error }) => error).sort();
  };

  /** The next message of the listener's queue, which is for the taker to give back. */
  async function taken(): Promise<GetMessage> {
    let message: GetMessage | false = false;
    await until(async () => {
      message = await channel.get(queueOf(room.namespace, 'listener'));
      return message !== false;
    });
    return message as unknown as GetMessage;
  }

  test('is not heard without a key, by a key that is none, or with words put into a signed message', async () => {
    const there = await room.start(patient, teller);
    await send(told({ aggregate: 'unsigned' }), {});
    await send(told({ aggregate: 'strange' }), signedBy(STRANGE, told({ aggregate: 'strange' })));
    await send(told({ aggregate: 'altered' }), signedBy(OURS, told({ aggregate: 'genuine' })));
    const elsewhere = told({ aggregate: 'for another' });
    await send(elsewhere, signedBy(OURS, elsewhere, 'another'));
    await send(told({ aggregate: 'named at length', id: '一'.repeat(100), name: '一'.repeat(1_000) }), {});
    expect(await reasons(5)).toEqual(Array(5).fill('It is signed by no key that is known here.'));

    const here = await room.start(teller, patient);
    await room.tell(here, { aggregate: 'a', version: 1 });
    await room.confirmed(here);
    expect(await room.heard(there)).toEqual({ a: [1] });
  });

  test('leaves nothing among the dead letters that cannot be seen and removed', async () => {
    const place = { url: rabbit.url, namespace: room.namespace };
    const folder = mkdtempSync(join(tmpdir(), 'dinegraph-forgery-'));
    const { name, entities = [], migrations } = modules.find((module) => module.name === 'orders')!;
    const storage = { kind: 'sqlite', folder } as const;
    await (await openDatabase({ name, storage, entities, migrations, log: createLog('silent') })).close();
    const deadLetters = async (...args: string[]) => {
      const environment = { DATA_DIR: folder, DATABASE_URL: '', RABBITMQ_URL: rabbit.url, NAMESPACE: room.namespace };
      await using command = run('dead-letters', args, environment);
      await command.ended();
      return command.output();
    };

    const there = await room.start(patient, teller);
    const id = newId();
    for (const aggregate of ['forged', 'forged again']) await send(told({ id, aggregate }), {});
    await send(told({ id: '\u001b[2Jclear', aggregate: 'the screen' }), {});
    await send(Buffer.from('{nonsense'), {});
    await reasons(4);
    const headers = { event: { id: 1 }, error: 7, consumer: ['all'], when: null };
    channel.sendToQueue(deadLettersOf(room.namespace), Buffer.from('odd'), { headers });
    await channel.waitForConfirms();
    await reasons(5);

    const shown = await deadLetters();
    expect(shown).toContain('The queue of dead letters holds 5.');
    expect(shown).toContain(`no outbox has given it up; --replay ${id} removes this copy`);
    expect(shown).not.toContain('\u001b');
    expect(await deadLetters('--replay', id)).toContain('2 removed from the queue of dead letters.');
    expect(await deadLetters('--replay', 'all')).toContain('1 removed from the queue of dead letters.');
    expect((await listBuried(place)).map(({ text }) => text).sort()).toEqual(['odd', '{nonsense']);
    expect(await room.heard(there)).toEqual({});
    rmSync(folder, { recursive: true });
  });

  test('by its own key says what it declares and nothing else, and stands in no other event’s way', async () => {
    const there = await room.start(patient, teller, { keys: `${OURS},${ITS_OWN}` });
    const here = await room.start(teller, patient, { keys: ITS_OWN });
    await room.tell(here, { aggregate: 'its own', version: 1 });
    await room.confirmed(here);

    const beyond = told({ name: 'order.paid', aggregate: 'order' });
    await send(beyond, signedBy(ITS_OWN, beyond));
    expect(await reasons(1)).toEqual(['The plug-in teller does not say that it emits this.']);

    const id = newId();
    const first = told({ id, aggregate: 'taken id' });
    await send(first, signedBy(ITS_OWN, first));
    await until(async () => (await room.heard(there))['taken id'] !== undefined);
    const genuine = told({ id, aggregate: 'genuine' });
    await send(genuine, signedBy(OURS, genuine));
    await until(async () => (await room.heard(there))['genuine'] !== undefined);
    expect(await room.heard(there)).toEqual({ 'its own': [1], 'taken id': [1], genuine: [1] });
  });

  test('cannot confirm what another has not applied', async () => {
    const here = await room.start(teller, patient);
    await room.tell(here, { aggregate: 'a', version: 1 });
    const message = await taken();
    const { properties } = message;
    const answer = Buffer.from('{"outcome":"applied"}');
    const { replyTo, correlationId } = properties as { replyTo: string; correlationId: string };
    const itsOwn = signed(readKeys(ITS_OWN).signing, ['reply', correlationId], answer);
    for (const headers of [{}, itsOwn]) channel.sendToQueue(replyTo, answer, { correlationId, headers });
    await channel.waitForConfirms();
    channel.nack(message);

    // It fails at first: had the answer been believed, nobody would tell it again.
    let tries = 0;
    const there = await room.start(
      listener('listener', () => ++tries === 1),
      teller,
    );
    await room.confirmed(here);
    expect(await room.heard(there)).toEqual({ a: [1] });
  });

  test('cannot have the confirmation of one event pass for that of another', async () => {
    const here = await room.start(teller, patient);
    await room.tell(here, { aggregate: 'a', version: 1 });
    const old = await taken();
    channel.nack(old);
    const there = await room.start(patient, teller);
    await room.confirmed(here);
    await there.end();

    await room.tell(here, { aggregate: 'b', version: 1 });
    const stolen = await taken();
    channel.ack(stolen);
    const { replyTo, correlationId } = stolen.properties as { replyTo: string; correlationId: string };
    const { headers } = old.properties;
    channel.sendToQueue(queueOf(room.namespace, 'listener'), old.content, { headers, replyTo, correlationId });
    await channel.waitForConfirms();
    const again = await room.start(patient, teller);
    await room.confirmed(here);
    expect(await room.heard(again)).toEqual({ a: [1], b: [1] });
  });
});
