import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import WebSocket from 'ws';
import { openGate } from '../../gateway/guards/gate.ts';
import { guardsOf } from '../../gateway/guards/guards.ts';
import { graphqlOverHttp } from '../../gateway/http.ts';
import { type SocketLimits, socketLimits } from '../../gateway/sockets/limits.ts';
import { graphqlOverSockets, type Sockets } from '../../gateway/sockets/sockets.ts';
import { localCache } from '../../kernel/cache.ts';
import { systemClock } from '../../kernel/clock.ts';
import { kernelError } from '../../kernel/errors.ts';
import type { PersonIdentity } from '../../kernel/identity.ts';
import { localChannel } from '../../kernel/live/live.ts';
import { createLog } from '../../kernel/log.ts';
import { type Notes, startNotes } from '../notes.ts';

const PROTOCOL = 'graphql-transport-ws';
const FOLLOW = 'subscription ($id: ID!) { noteChanged(id: $id) { version } }';

let notes: Notes;
const servers: { server: Server; sockets: Sockets }[] = [];

beforeAll(async () => {
  const live = localChannel();
  notes = await startNotes(live, live);
});
afterAll(async () => {
  for (const { server, sockets } of servers) {
    await sockets.dispose();
    server.close();
  }
  await notes[Symbol.asyncDispose]();
});

/** A gateway with limits of its own; its tokens are names of guests. */
async function serve(limits: Partial<SocketLimits> = {}, maxBody = '1000000'): Promise<string> {
  const log = createLog('silent');
  const identify = async (authorization: unknown): Promise<PersonIdentity> => {
    if (authorization === 'bad') throw kernelError('UNAUTHENTICATED');
    return authorization ? { kind: 'diner', id: String(authorization) } : { kind: 'anonymous' };
  };
  const guards = guardsOf({ MAX_BODY: maxBody }, true);
  const gate = openGate({ guards, cache: localCache(systemClock), clock: systemClock });
  const { gateway } = notes;
  const yoga = graphqlOverHttp({ gateway, identify, gate, development: false, log });
  const server = createServer();
  const all = { ...socketLimits, ...limits };
  const sockets = graphqlOverSockets({ server, gateway, yoga, identify, gate, limits: all, log });
  servers.push({ server, sockets });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
}

/** A client that says what it is told to, message by message. */
async function connect(url: string, options: WebSocket.ClientOptions & { autoPong?: boolean } = {}) {
  const socket = new WebSocket(url, PROTOCOL, options);
  const heard: object[] = [];
  const waiting: ((message: object) => void)[] = [];
  socket.on('message', (data) => {
    const message = JSON.parse(String(data));
    const take = waiting.shift();
    if (take) take(message);
    else heard.push(message);
  });
  const closed = once(socket, 'close').then(([code, reason]) => [code, String(reason)]);
  await once(socket, 'open');
  return {
    socket,
    closed,
    say: (message: unknown) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    next: () =>
      new Promise<object>((resolve) => void (heard.length > 0 ? resolve(heard.shift()!) : waiting.push(resolve))),
  };
}

async function admitted(url: string, payload: object = {}) {
  const client = await connect(url);
  client.say({ type: 'connection_init', payload });
  expect(await client.next()).toEqual({ type: 'connection_ack' });
  return client;
}

const subscribe = (id: string, note = 'any') => ({
  type: 'subscribe',
  id,
  payload: { query: FOLLOW, variables: { id: note } },
});

test.each([
  ['nonsense', '{', [4400, 'Not a message of graphql-transport-ws']],
  ['a message of no type', {}, [4400, 'Not a message of graphql-transport-ws']],
  ['an operation before it was let in', subscribe('1'), [4401, 'Unauthorized']],
  ['a token that is none', { type: 'connection_init', payload: { authorization: 'bad' } }, [4403, 'Forbidden']],
])('%s closes the socket with the code that clients know', async (_, message, [code, reason]) => {
  const client = await connect(await serve());
  client.say(message);
  expect(await client.closed).toEqual([code, reason]);
});

test('who says nothing, asks nothing or introduces itself twice is not kept', async () => {
  const silent = await connect(await serve({ init: 50 }));
  expect((await silent.closed)[0]).toBe(4408);
  const idle = await admitted(await serve({ idle: 50 }));
  expect((await idle.closed)[0]).toBe(4408);
  const twice = await admitted(await serve());
  twice.say({ type: 'connection_init' });
  expect((await twice.closed)[0]).toBe(4429);
});

test('an honest client asks, follows, hears its pongs and lets go', async () => {
  const client = await admitted(await serve());
  client.say({ type: 'ping', payload: { at: 1 } });
  expect(await client.next()).toEqual({ type: 'pong', payload: { at: 1 } });
  client.say({ type: 'subscribe', id: 'q"1', payload: { query: '{ reads }' } });
  expect(await client.next()).toEqual({ id: 'q"1', type: 'next', payload: { data: { reads: expect.any(Number) } } });
  expect(await client.next()).toEqual({ type: 'complete', id: 'q"1' });
  client.say({ type: 'subscribe', id: '2', payload: { query: '{ nothing }' } });
  expect(await client.next()).toMatchObject({ type: 'error', id: '2', payload: [{ message: expect.any(String) }] });
  await notes.write('honest');
  client.say(subscribe('3', 'honest'));
  expect(await client.next()).toMatchObject({ id: '3', payload: { data: { noteChanged: { version: 1 } } } });
  client.say(subscribe('3', 'honest'));
  expect((await client.closed)[0]).toBe(4409);
});

test('one operation too many is refused, and the others go on', async () => {
  const client = await admitted(await serve({ operations: 2 }));
  await notes.write('many');
  for (const id of ['1', '2']) {
    client.say(subscribe(id, 'many'));
    expect(await client.next()).toMatchObject({ id, type: 'next' });
  }
  client.say(subscribe('3', 'many'));
  expect(await client.next()).toMatchObject({
    id: '3',
    type: 'error',
    payload: [{ extensions: { code: 'TOO_MANY_OPERATIONS' } }],
  });
  await notes.write('many');
  expect([await client.next(), await client.next()]).toMatchObject([{ type: 'next' }, { type: 'next' }]);
  client.say({ type: 'complete', id: '1' });
  client.say(subscribe('3', 'many'));
  expect(await client.next()).toMatchObject({ id: '3', type: 'next' });
  client.socket.close();
});

test('operations that are asked for and let go at once, again and again, are no way around that', async () => {
  const client = await admitted(await serve({ operations: 2 }));
  const ids = Array.from({ length: 20 }, (_, index) => String(index));
  for (const id of ids) {
    client.say({ type: 'subscribe', id, payload: { query: '{ reads }' } });
    client.say({ type: 'complete', id });
  }
  expect(await client.next()).toMatchObject({
    type: 'error',
    payload: [{ extensions: { code: 'TOO_MANY_OPERATIONS' } }],
  });
  client.socket.close();
});

test('who asks on and on and reads nothing is cut off; who reads is answered as often', async () => {
  const url = await serve({ unread: 100_000 });
  const ping = { type: 'ping', payload: { padding: 'x'.repeat(900_000) } };
  const honest = await admitted(url);
  for (let time = 0; time < 3; time += 1) {
    honest.say(ping);
    expect(await honest.next()).toMatchObject({ type: 'pong' });
  }
  honest.socket.close();
  const deaf = await admitted(url);
  deaf.socket.on('error', () => {});
  deaf.socket.pause();
  for (let time = 0; time < 40; time += 1) deaf.say(ping);
  // It notices when its last word cannot be sent any more.
  await new Promise((resolve) => deaf.socket.send('{"type":"pong"}', resolve));
  deaf.socket.resume();
  expect((await deaf.closed)[0]).toBe(1006);
});

test('a person holds only so many sockets, an address only so many, and both get them back', async () => {
  const url = await serve({ perCaller: 1, perAddress: 3 });
  const first = await admitted(url, { authorization: 'guest' });
  const second = await connect(url);
  second.say({ type: 'connection_init', payload: { authorization: 'guest' } });
  expect((await second.closed)[0]).toBe(4429);
  const others = [await admitted(url, { authorization: 'another' }), await admitted(url)];
  expect((await (await connect(url)).closed)[0]).toBe(4429);
  for (const { socket } of [first, ...others]) socket.close();
  await Promise.all([first, ...others].map(({ closed }) => closed));
  (await admitted(url, { authorization: 'guest' })).socket.close();
});

test('a message too large, and a peer that has vanished, end their socket', async () => {
  const large = await admitted(await serve({}, '500'));
  large.say({ type: 'ping', payload: { text: 'x'.repeat(600) } });
  expect((await large.closed)[0]).toBe(1009);
  const gone = await connect(await serve({ heartbeat: 50 }), { autoPong: false });
  expect((await gone.closed)[0]).toBe(1006);
});
