import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type ConfirmChannel, connect, type GetMessage, type Options } from 'amqplib';
import { readKeys } from '../../kernel/calls/keys.ts';
import { listBuried } from '../../kernel/events/rabbit-dead-letters.ts';
import { declareQueue, queueOf } from '../../kernel/events/rabbit-queues.ts';
import { signed } from '../../kernel/events/rabbit-signature.ts';
import { newId } from '../../kernel/ids.ts';
import { listener, teller } from '../contracts/news.ts';
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
    expect(await reasons(4)).toEqual(Array(4).fill('It is signed by no key that is known here.'));

    const here = await room.start(teller, patient);
    await room.tell(here, { aggregate: 'a', version: 1 });
    await room.confirmed(here);
    expect(await room.heard(there)).toEqual({ a: [1] });
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
