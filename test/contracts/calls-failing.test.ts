import type { ServerResponse } from 'node:http';
import { expect, test } from '@jest/globals';
import { anonymous } from '../../kernel/identity.ts';
import { offer, port } from '../../kernel/ports.ts';
import { Abacus, hostTally, readableLog, remoteTally, type TallyHost } from './tally.ts';
import { stranger } from './wire-tap.ts';

const SCRIBBLE = { query: 'mutation { scribble(what: "x") }', identity: anonymous };
const SIZE = { query: '{ size }', identity: anonymous };
const UNAVAILABLE = { code: 'UNAVAILABLE' };

/** An address at which nobody listens. */
async function nowhere(): Promise<string> {
  await using gone = await stranger(() => undefined);
  return gone.url;
}

test('what is down is a code, whatever is asked of it', async () => {
  const remote = remoteTally([await nowhere()]);
  const { data, errors } = await remote.subgraph('tally').execute(SIZE);
  expect(data).toBeUndefined();
  expect(errors).toEqual([{ message: expect.any(String), extensions: UNAVAILABLE }]);
  expect((await remote.internal('tally').execute(SIZE)).errors?.[0]?.extensions).toEqual(UNAVAILABLE);
  const live = remote.subgraph('tally').live({ query: 'subscription { grown }', identity: anonymous });
  await expect(live).rejects.toMatchObject(UNAVAILABLE);
  await expect((remote.port('tally', offer(Abacus, 'wooden')) as Abacus).add(1)).rejects.toMatchObject(UNAVAILABLE);
  await remote.close();
});

test.each<[string, (response: ServerResponse) => void]>([
  ['hangs', () => undefined],
  ['hangs in the middle', (response) => response.write('{"data":')],
  ['dies before it answers', (response) => response.destroy()],
  ['dies in the middle', (response) => response.write('{"data":', () => response.destroy())],
  ['answers no JSON', (response) => response.end('<html>')],
  ['answers a list', (response) => response.end('[]')],
  ['answers nothing of a graph', (response) => response.end('{"hello":1}')],
  ['answers no data', (response) => response.end('{"data":7}')],
  ['answers no errors', (response) => response.end('{"errors":["no"]}')],
  ['answers a list of data', (response) => response.end('{"data":[[]]}')],
  ['answers null and no reason', (response) => response.end('{"data":null}')],
  ['answers errors without a code', (response) => response.end('{"errors":[{"message":"at 10.0.0.3"}]}')],
  [
    'answers errors of nowhere',
    (response) => response.end('{"errors":[{"message":"no","path":7,"extensions":{"code":"NO"}}]}'),
  ],
  ['answers more than anybody means', (response) => response.end(`{"data":{"x":"${'x'.repeat(20_000_000)}"}}`)],
  ['has a fault', (response) => response.writeHead(500).end('{"data":{}}')],
  ['hosts something else', (response) => response.writeHead(404).end('{"data":{}}')],
])('a process that %s is unavailable, and the log says so', async (_, answer) => {
  await using strange = await stranger(answer);
  const { log, lines } = readableLog();
  const remote = remoteTally([strange.url], { log, timeouts: { call: 300, port: 300 } });
  expect((await remote.subgraph('tally').execute(SCRIBBLE)).errors?.[0]?.extensions).toEqual(UNAVAILABLE);
  expect(lines.some(({ level }) => level >= 40)).toBe(true);
  await remote.close();
});

const keyed = (key: unknown) => ({
  query: 'mutation ($input: WriteInput!) { write(input: $input) }',
  variables: { input: { what: 'x', idempotencyKey: key } },
});

test.each<[string, 'subgraph' | 'internal', { query: string; variables?: Record<string, unknown> }, number]>([
  ['a query', 'subgraph', SIZE, 4],
  ['a mutation with a key', 'subgraph', keyed('k'), 4],
  [
    'a key of its own variable',
    'subgraph',
    { query: 'mutation ($k: ID) { write(input: { what: "x", idempotencyKey: $k }) }', variables: { k: 'k' } },
    4,
  ],
  ['a key in the text', 'subgraph', { query: 'mutation { write(input: { what: "x", idempotencyKey: "k" }) }' }, 4],
  ['a mutation without a key', 'subgraph', SCRIBBLE, 1],
  ['a key that is null', 'subgraph', keyed(null), 1],
  [
    'two writes of which one has a key',
    'subgraph',
    { query: 'mutation { scribble(what: "x") write(input: { what: "x", idempotencyKey: "k" }) }' },
    1,
  ],
  ['what a sister may repeat', 'internal', { query: 'mutation { hold(orderId: "1") }' }, 4],
  ['what a sister may not', 'internal', { query: 'mutation { draw }' }, 1],
  ['what a sister may and may not', 'internal', { query: 'mutation { hold(orderId: "1") draw }' }, 1],
  ['a sister’s question', 'internal', { query: '{ seen }' }, 4],
])('%s (%s) comes as often as it may', async (_, of, request, times) => {
  await using strange = await stranger((response) => response.destroy());
  const remote = remoteTally([strange.url]);
  const { errors } = await remote[of]('tally').execute({ ...request, identity: anonymous });
  expect(errors?.[0]?.extensions).toEqual(UNAVAILABLE);
  expect(strange.came).toHaveLength(times);
  expect(new Set(strange.came.map(({ headers }) => headers['x-dinegraph-signature'])).size).toBe(times);
  await remote.close();
});

test('what a subscription follows is asked again, and a port never', async () => {
  await using strange = await stranger((response) => response.destroy());
  const remote = remoteTally([strange.url]);
  const live = remote.subgraph('tally').live({ query: 'subscription { grown }', identity: anonymous });
  await expect(live).rejects.toMatchObject(UNAVAILABLE);
  expect(strange.came).toHaveLength(4);
  await expect((remote.port('tally', offer(Abacus, 'wooden')) as Abacus).add(1)).rejects.toMatchObject(UNAVAILABLE);
  expect(strange.came).toHaveLength(5);
  await remote.close();
});

test('replicas take turns', async () => {
  await using one = await hostTally();
  await using other = await hostTally();
  const remote = remoteTally([one.url, other.url]);
  for (let at = 0; at < 10; at++) await remote.subgraph('tally').execute(SCRIBBLE);
  expect([one.done.length, other.done.length]).toEqual([5, 5]);
  await remote.close();
});

test('what was never sent goes to the next replica, with a key or without', async () => {
  await using host = await hostTally();
  const remote = remoteTally([await nowhere(), host.url, 'http://no.such.host.invalid:4000']);
  const answers = await Promise.all(Array.from({ length: 20 }, () => remote.subgraph('tally').execute(SCRIBBLE)));
  expect(answers.map(({ errors }) => errors)).toEqual(Array(20).fill(undefined));
  expect(host.done).toHaveLength(20);
  expect(await (remote.port('tally', offer(Abacus, 'wooden')) as Abacus).add(1, 2)).toBe(3);
  await remote.close();
});

test('a question to a replica that hangs is answered by the other', async () => {
  await using strange = await stranger(() => undefined);
  await using host = await hostTally();
  const remote = remoteTally([strange.url, host.url], { timeouts: { call: 4_000 } });
  const answers = await Promise.all(Array.from({ length: 6 }, () => remote.subgraph('tally').execute(SIZE)));
  expect(answers).toEqual(Array(6).fill({ data: { size: 0 } }));
  expect(strange.came.length).toBeGreaterThan(0);
  await remote.close();
});

test('what a port only looks up is asked of the other replica when one hangs, and soon given up when there is none', async () => {
  await using strange = await stranger(() => undefined);
  await using host = await hostTally();
  const lookUp = offer(port<Abacus>('Abacus', { looksUp: true }), 'wooden');
  const both = remoteTally([strange.url, host.url], { timeouts: { port: 600_000, look: 2_000 } });
  const found = await Promise.all(Array.from({ length: 6 }, () => (both.port('tally', lookUp) as Abacus).add(1, 2)));
  expect(found).toEqual(Array(6).fill(3));
  expect(strange.came.length).toBeGreaterThan(0);
  const one = remoteTally([strange.url], { timeouts: { port: 600_000, look: 300 } });
  await expect((one.port('tally', lookUp) as Abacus).add(1)).rejects.toMatchObject(UNAVAILABLE);
  await both.close();
  await one.close();
});

test('while the first call to a process that is back takes its time, the others are answered', async () => {
  let back = false;
  let first: ServerResponse | undefined;
  await using strange = await stranger((response, { path }) => {
    if (!back) response.destroy();
    else if (path === '/livez' || first) response.end('{"data":{"size":0}}');
    else first = response;
  });
  const remote = remoteTally([strange.url]);
  const write = () => remote.subgraph('tally').execute(SCRIBBLE);
  for (let at = 0; at < 10; at++) await write();
  back = true;
  const slow: Promise<unknown>[] = [];
  await until(async () => {
    slow.push(write());
    await Promise.race([slow.at(-1), until(async () => first !== undefined)]);
    return first !== undefined;
  });
  expect((await write()).errors).toBeUndefined();
  first?.end('{"data":{"size":0}}');
  expect(await slow.at(-1)).toEqual({ data: { size: 0 } });
  await remote.close();
});

test('a process that does not answer is left alone, and found again when it is back', async () => {
  let healthy = false;
  await using strange = await stranger((response) =>
    healthy ? response.end('{"data":{"size":0}}') : response.destroy(),
  );
  const { log, lines } = readableLog();
  const remote = remoteTally([strange.url], { log });
  const write = () => remote.subgraph('tally').execute(SCRIBBLE);
  for (let at = 0; at < 30; at++) expect((await write()).errors?.[0]?.extensions).toEqual(UNAVAILABLE);
  // Five that failed, and a little more only if the machine was slow.
  expect(strange.came.length).toBeLessThan(10);
  healthy = true;
  await until(async () => !(await write()).errors);
  expect(lines.map(({ msg }) => msg)).toContain('a process answers again');
  for (let at = 0; at < 10; at++) expect((await write()).errors).toBeUndefined();
  await remote.close();
});

test('a replica that was killed is found again without a call being risked on it', async () => {
  await using staying = await hostTally();
  await using strange = await stranger((response, { path }) => {
    if (path === '/livez') response.end('ok');
    else response.destroy();
  });
  const { url } = strange;
  const remote = remoteTally([staying.url, url]);
  const write = () => remote.subgraph('tally').execute(SCRIBBLE);
  await until(async () => {
    await write();
    return strange.came.length >= 5;
  });
  for (let at = 0; at < 10; at++) expect((await write()).errors).toBeUndefined();
  await until(async () => {
    await write();
    return strange.came.some(({ path }) => path === '/livez');
  });
  await remote.close();
});

test('a process that was killed is found again at the same address', async () => {
  const first = await hostTally();
  const remote = remoteTally([first.url]);
  expect((await remote.subgraph('tally').execute(SCRIBBLE)).errors).toBeUndefined();
  await first[Symbol.asyncDispose]();
  for (let at = 0; at < 10; at++) expect((await remote.subgraph('tally').execute(SCRIBBLE)).errors).toBeDefined();
  await using second = await hostTally({ port: Number(new URL(first.url).port) });
  await until(async () => !(await remote.subgraph('tally').execute(SCRIBBLE)).errors);
  expect(second.done.length).toBeGreaterThan(0);
  await remote.close();
});

test('a connection without use is given up by the caller, before a process that ends may close it', async () => {
  await using host = await hostTally();
  host.http.server.keepAliveTimeout = 60_000;
  const remote = remoteTally([host.url]);
  const connections = () => new Promise((resolve) => host.http.server.getConnections((_, count) => resolve(count)));
  await remote.subgraph('tally').execute(SIZE);
  await remote.subgraph('tally').execute(SIZE);
  expect(await connections()).toBeGreaterThan(0);
  await until(async () => (await connections()) === 0);
  await remote.close();
}, 20_000);

test('a process that ends gently under load loses no call, not even one that could not be repeated', async () => {
  await using staying = await hostTally();
  const drain = 2_000;
  const first = await hostTally({ drain });
  const remote = remoteTally([first.url, staying.url]);
  const failures: unknown[] = [];
  let sent = 0;
  let over = false;
  const caller = async () => {
    while (!over) {
      sent += 1;
      const { errors } = await remote.subgraph('tally').execute(SCRIBBLE);
      if (errors) failures.push(errors);
    }
  };
  const callers = Array.from({ length: 16 }, caller);
  const served = async (host: TallyHost, more: number) => {
    const before = host.done.length;
    await until(() => host.done.length >= before + more);
  };
  await served(first, 50);
  await first.http.drain();
  await first.http.close();
  await first.running.stop();
  await served(staying, 50);
  // Its successor at the same address gets its share again.
  await using second = await hostTally({ port: Number(new URL(first.url).port) });
  await served(second, 50);
  over = true;
  await Promise.all(callers);
  expect(failures).toEqual([]);
  expect(first.done.length + second.done.length + staying.done.length).toBe(sent);
  await remote.close();
});

async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await what())) await new Promise((resolve) => setTimeout(resolve, 20));
}
