import { expect, test } from '@jest/globals';
import { localCache } from '../../kernel/cache.ts';
import { readKeys } from '../../kernel/calls/keys.ts';
import { nonceMemory } from '../../kernel/calls/nonces.ts';
import { systemClock } from '../../kernel/clock.ts';
import { anonymous } from '../../kernel/identity.ts';
import { hostTally, KEYS, readableLog, remoteTally } from './tally.ts';
import { over, type Sent, stranger } from './wire-tap.ts';

const SCRIBBLE = 'mutation { scribble(what: "x") }';
const diner = { kind: 'diner', id: 'lan' } as const;

/** What a process sends for a mutation, and for a request that it passes on, each signed. */
async function caught(): Promise<{ call: Sent; passed: Sent }> {
  await using tap = await stranger((response) => response.end('{"data":{}}'));
  const remote = remoteTally([tap.url]);
  await remote.subgraph('tally').execute({ query: SCRIBBLE, identity: anonymous });
  const hook = new Request('http://shop.example/hook?to=1', { method: 'POST', body: 'paid' });
  await remote.route('tally', hook, diner);
  await remote.close();
  const [call, passed] = tap.came;
  return { call: call!, passed: passed! };
}

const signatureOf = ({ headers }: Sent) => headers['x-dinegraph-signature']!.split('.');
const signedBy = (sent: Sent, parts: string[]): Sent => ({
  ...sent,
  headers: { ...sent.headers, 'x-dinegraph-signature': parts.join('.') },
});
const withPart = (sent: Sent, at: number, value: string) => signedBy(sent, signatureOf(sent).with(at, value));
const withHeader = (sent: Sent, name: string, value: string) => ({
  ...sent,
  headers: { ...sent.headers, [name]: value },
});
/** The same bytes: the last of 43 letters of base64url has two bits that say nothing. */
const otherLastBits = (text: string) => {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return text.slice(0, -1) + letters[letters.indexOf(text.at(-1)!) ^ 1];
};
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

async function expectRefused(url: string, sent: Sent) {
  const { status, body } = await over(url, sent);
  expect(status).toBe(401);
  const { errors } = JSON.parse(body.toString());
  expect(errors[0].extensions.code).toBe('UNSIGNED_CALL');
}

test('a call that our own process signed is answered, once', async () => {
  await using host = await hostTally();
  const { call, passed } = await caught();
  expect(JSON.parse((await over(host.url, call)).body.toString())).toEqual({ data: { scribble: 1 } });
  expect(await over(host.url, passed)).toMatchObject({ status: 201, body: Buffer.from('paid') });
  await expectRefused(host.url, call);
  await expectRefused(host.url, passed);
  expect(host.done).toEqual(['x', 'route']);
});

test('what is not signed, or altered anywhere, does nothing', async () => {
  await using host = await hostTally();
  const { call, passed } = await caught();
  const { 'x-dinegraph-signature': _, ...bare } = call.headers;
  const time = signatureOf(call)[1]!;
  const altered: Sent[] = [
    { ...call, headers: bare },
    withHeader(call, 'x-dinegraph-signature', ''),
    withHeader(call, 'x-dinegraph-signature', 'nonsense'),
    { ...call, method: 'PUT' },
    { ...call, path: '/_/internal/tally' },
    { ...call, path: '/_/live/tally' },
    { ...call, path: '/_/ports/Abacus/wooden/add', body: Buffer.from('{"args":[]}') },
    { ...call, path: `${call.path}?again` },
    { ...call, body: Buffer.concat([call.body, Buffer.from(' ')]) },
    { ...call, body: Buffer.from(call.body.toString().replace('x', 'y')) },
    { ...call, body: Buffer.alloc(0) },
    withPart(call, 0, 'old'),
    withPart(call, 0, 'other'),
    withPart(call, 1, String(Number(time) + 1)),
    withPart(call, 2, 'A'.repeat(22)),
    withPart(call, 3, 'A'.repeat(43)),
    withPart(call, 4, 'A'.repeat(43)),
    withPart(call, 1, `0${time}`),
    withPart(call, 4, otherLastBits(signatureOf(call)[4]!)),
    withHeader(call, 'x-dinegraph-identity', encoded(diner)),
    { ...passed, path: '/hook?to=2' },
    { ...passed, path: '/hook' },
    { ...passed, body: Buffer.from('paid!') },
    withHeader(passed, 'x-dinegraph-identity', encoded({ kind: 'staff', id: 'eve', scopes: ['all'], stores: 'all' })),
    withHeader(passed, 'x-dinegraph-identity', ''),
    withHeader(passed, 'x-dinegraph-signature', call.headers['x-dinegraph-signature']!),
  ].map(({ headers: { 'content-length': _, 'transfer-encoding': __, ...headers }, ...rest }) => ({ ...rest, headers }));
  for (const sent of altered) await expectRefused(host.url, sent);
  expect(host.done).toEqual([]);
  // All that was wrong with them was what had been altered.
  expect((await over(host.url, call)).status).toBe(200);
});

test.each([
  ['a minute and a second ago', 61_000, 401],
  ['59 seconds ago', 59_000, 200],
  ['59 seconds from now', -59_000, 200],
  ['a minute and a second from now', -61_000, 401],
])('a call signed %s', async (_, ahead, status) => {
  const { call } = await caught();
  await using host = await hostTally({ clock: { now: () => Number(signatureOf(call)[1]) + ahead } });
  expect((await over(host.url, call)).status).toBe(status);
  expect(host.done).toHaveLength(status === 200 ? 1 : 0);
});

test('a call cannot be replayed to another replica', async () => {
  const cache = localCache(systemClock);
  await using one = await hostTally({ cache });
  await using other = await hostTally({ cache });
  const { call } = await caught();
  expect((await over(one.url, call)).status).toBe(200);
  await expectRefused(other.url, call);
  expect([...one.done, ...other.done]).toEqual(['x']);
});

test('twenty replays at the same moment have one effect, also when the shared cache is gone', async () => {
  const gone = { ...localCache(systemClock), claim: async () => true };
  await using host = await hostTally({ cache: gone });
  const { call } = await caught();
  const answers = await Promise.all(Array.from({ length: 20 }, () => over(host.url, call)));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(19).fill(401)]);
  expect(host.done).toEqual(['x']);
});

test('a key can be replaced while the product runs', async () => {
  const a = `a:${'a'.repeat(32)}`;
  const b = `b:${'b'.repeat(32)}`;
  await using host = await hostTally({ keys: `${b},${a}` });
  await using later = await hostTally({ keys: b });
  const { log, lines } = readableLog();
  const size = async (url: string, keys: string) => {
    const remote = remoteTally([url], { keys: readKeys(keys), log });
    const { data, errors } = await remote.subgraph('tally').execute({ query: '{ size }', identity: anonymous });
    await remote.close();
    return data ?? errors?.[0]?.extensions;
  };
  expect(await size(host.url, a)).toEqual({ size: 0 });
  expect(await size(host.url, `${a},${b}`)).toEqual({ size: 0 });
  expect(await size(host.url, `${b},${a}`)).toEqual({ size: 0 });
  expect(await size(later.url, b)).toEqual({ size: 0 });
  expect(lines).toEqual([]);
  expect(await size(later.url, a)).toEqual({ code: 'UNAVAILABLE' });
  expect(lines.find(({ level }) => level === 50)?.msg).toMatch(/CALL_KEYS/);
});

test('keys that are none are refused in one line that shows no secret', () => {
  const secret = 's'.repeat(32);
  for (const bad of ['', secret, `a:${'s'.repeat(31)}`, `:${secret}`, `a b:${secret}`, `${'a'.repeat(21)}:${secret}`])
    expect(() => readKeys(bad)).toThrow(/^CALL_KEYS is not valid: [^\n]*$/);
  for (const bad of [`a:${secret},`, `a:${secret},a:${secret}`, `a:${secret};b:${secret} c`]) {
    expect(() => readKeys(bad)).toThrow('CALL_KEYS is not valid');
    expect(() => readKeys(bad)).not.toThrow(secret);
  }
  expect(readKeys(KEYS).signing.id).toBe('new');
  expect(JSON.stringify(readKeys(KEYS).signing)).not.toContain('nnnn');
});

test('memory of past calls is bounded, and what is forgotten is refused', () => {
  const nonces = nonceMemory(60_000, 3);
  const second = (at: number) => 1_000_000 + at * 1_000;
  for (const at of [1, 2, 3]) expect(nonces.take(`n${at}`, second(at), second(3))).toBe(true);
  expect(nonces.take('n1', second(1), second(3))).toBe(false);
  expect(nonces.take('n4', second(4), second(4))).toBe(true);
  // The first second has been given up, with every call that was signed in it.
  expect(nonces.take('n1', second(1), second(4))).toBe(false);
  expect(nonces.take('n5', second(1), second(4))).toBe(false);
  for (const at of [2, 3, 4]) expect(nonces.take(`n${at}`, second(at), second(4))).toBe(false);
});
