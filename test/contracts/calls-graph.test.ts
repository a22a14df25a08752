import { expect, test } from '@jest/globals';
import { askInternal } from '../../kernel/host.ts';
import { anonymous } from '../../kernel/identity.ts';
import { offer } from '../../kernel/ports.ts';
import { Abacus, hostTally, readableLog, remoteTally } from './tally.ts';
import { over, stranger } from './wire-tap.ts';

const diner = { kind: 'diner', id: 'lan' } as const;
const service = { kind: 'service', name: 'product', for: diner } as const;

test('a module elsewhere answers as one of this process does', async () => {
  const { log } = readableLog();
  await using host = await hostTally({ log });
  const remote = remoteTally([host.url]);
  const far = remote.subgraph('tally');
  const near = host.running.modules.get('tally')!.executor!;
  const requests = [
    { query: '{ size who }', identity: diner },
    { query: 'query Who { who } query Size { size }', operationName: 'Size', identity: anonymous },
    { query: '{ nothing }', identity: diner },
    { query: 'this is no operation', identity: diner },
    { query: 'query ($n: Int!) { size @include(if: $n) }', variables: { n: 1 }, identity: diner },
    { query: 'subscription { grown }', identity: diner, event: { topic: 'tally', version: 7 } },
  ];
  for (const request of requests) expect(await far.execute(request)).toEqual(plain(await near.execute(request)));
  const live = { query: 'subscription { grown }', identity: diner };
  expect(await far.live(live)).toEqual(await near.live(live));
  const secret = { query: 'subscription { grown(secret: true) }', identity: diner };
  await expect(far.live(secret)).rejects.toMatchObject({ code: 'TALLY_SECRET', message: 'Not yours to follow.' });
  expect(await askInternal(remote.internal('tally'), 'tally', { query: '{ seen }', identity: service })).toEqual({
    seen: 0,
  });
  await remote.close();
});

/** As it is on the wire. */
const plain = (value: unknown) => JSON.parse(JSON.stringify(value));

test('a port elsewhere is called like one of this process', async () => {
  const { log, lines } = readableLog();
  await using host = await hostTally({ log });
  const remote = remoteTally([host.url]);
  const abacus = remote.port('tally', offer(Abacus, 'wooden')) as Abacus;
  expect(await abacus.add(1, 2, 3)).toBe(6);
  expect(await abacus.echo({ deep: [null, 'é', 1.5] })).toEqual({ deep: [null, 'é', 1.5] });
  expect(await abacus.echo(undefined)).toBeNull();
  await expect(abacus.refuse()).rejects.toMatchObject({ code: 'ABACUS_BUSY', extensions: { until: 'noon' } });
  const hidden = await abacus.explode().catch((error) => error);
  expect(hidden.code).toBe('INTERNAL');
  expect(hidden.message).not.toContain('secret');
  expect(lines.find(({ reference }) => reference === hidden.extensions.reference)).toBeDefined();
  expect(await Promise.resolve(abacus)).toBe(abacus);
  await remote.close();
});

test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty', 'beads', 'nothing', 'prototype', '#done'])(
  'there is no %s to call of a port',
  async (method) => {
    await using host = await hostTally();
    const remote = remoteTally([host.url]);
    const abacus = remote.port('tally', offer(Abacus, 'wooden')) as Record<string, () => Promise<unknown>>;
    await expect(abacus[method]!()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(host.done).toEqual([]);
    await remote.close();
  },
);

test('a port of another name, or of a module that is not here, is not found', async () => {
  await using host = await hostTally();
  const remote = remoteTally([host.url]);
  for (const name of ['steel', '../wooden', 'wooden/add', '%zz']) {
    const abacus = remote.port('tally', offer(Abacus, name)) as Abacus;
    await expect(abacus.add(1)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  }
  expect(host.done).toEqual([]);
  await remote.close();
});

test('who hangs up ends the work that nobody waits for', async () => {
  const slow = Promise.withResolvers<void>();
  await using host = await hostTally({ slow: () => slow.promise });
  const remote = remoteTally([host.url]);
  const hangUp = new AbortController();
  const asked = remote.subgraph('tally').execute({ query: '{ slow }', identity: diner, signal: hangUp.signal });
  await until(() => host.done.includes('slow'));
  hangUp.abort();
  expect((await asked).errors?.[0]?.extensions).toEqual({ code: 'UNAVAILABLE' });
  await until(() => host.done.includes('hung up'));
  slow.resolve();
  expect(host.done).toEqual(['slow', 'hung up']);
  await remote.close();
});

test('a process that is a gateway too leaves what is not signed to the gateway', async () => {
  await using host = await hostTally({ gateway: true });
  expect((await over(host.url, { path: '/t/1' })).status).toBe(404);
  expect((await over(host.url, { method: 'POST', path: '/_/graph/tally' })).status).toBe(401);
  const forged = { 'x-dinegraph-signature': 'forged' };
  expect((await over(host.url, { path: '/t/1', headers: forged })).status).toBe(401);
});

test('what is not signed is refused before its body has come', async () => {
  await using host = await hostTally();
  const headers = { 'content-length': '1000000000' };
  const answer = await over(host.url, { method: 'POST', path: '/_/graph/tally', headers, body: Buffer.from('{') });
  expect(answer.status).toBe(401);
});

test('a call too large for the other side is the caller’s mistake, and is not repeated', async () => {
  await using host = await hostTally({ maxCall: 1_000 });
  const remote = remoteTally([host.url]);
  const query = `{ size } # ${'x'.repeat(1_000)}`;
  const { errors } = await remote.subgraph('tally').execute({ query, identity: diner });
  expect(errors?.[0]?.extensions?.['code']).toBe('BAD_INPUT');
  await remote.close();
});

test('a call that is signed and makes no sense is refused', async () => {
  await using tap = await stranger((response) => response.end('{"data":{}}'));
  const remote = remoteTally([tap.url]);
  await remote.subgraph('tally').execute({ query: '{ size }', identity: {} as never });
  await using host = await hostTally();
  expect((await over(host.url, tap.came[0]!)).status).toBe(400);
  await remote.close();
});

async function until(what: () => boolean): Promise<void> {
  while (!what()) await new Promise((resolve) => setTimeout(resolve, 5));
}
