import { generateKeySync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { modules } from '../../cli/modules.ts';
import { boot, type Running } from '../../kernel/boot.ts';
import { type Cache, localCache } from '../../kernel/cache.ts';
import { MINUTE, SECOND } from '../../kernel/clock.ts';
import { kernelError } from '../../kernel/errors.ts';
import { anonymous, type PersonIdentity, TokenVerifier } from '../../kernel/identity.ts';
import { localChannel } from '../../kernel/live/live.ts';
import { createLog } from '../../kernel/log.ts';
import { cachedTokens } from '../../kernel/session-cache.ts';
import { testClock } from '../app.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'dinegraph-sessions-'));
const clock = testClock();
const NAME = 'Head Office';
const PIN = '123456';
const secret = generateKeySync('hmac', { length: 256 });
/** What the processes share; while `lost`, members cannot tell it anything. */
const kept: Cache = { ...localCache(clock), isShared: true };
let lost = false;
const ofMembers: Cache = { ...kept, put: async (key, value, ttl) => (lost ? undefined : kept.put(key, value, ttl)) };

let members: Running;
let verifier: TokenVerifier;
/** How often members was asked. */
let asked = 0;
/** While members is away, whoever asks it learns nothing. */
let away = false;

beforeAll(async () => {
  members = await boot({
    modules: modules.filter(({ name }) => name === 'members'),
    storage: { kind: 'sqlite', folder: dataDir },
    environment: {},
    clock,
    log: createLog('silent'),
    live: localChannel(),
    cache: ofMembers,
  });
  verifier = members.ports.only(TokenVerifier) as TokenVerifier;
  await members.ask(
    'members',
    'mutation ($name: String!, $pin: String!) { ensureStaff(name: $name, pin: $pin, role: "HEADQUARTERS", storeIds: []) }',
    { name: NAME, pin: PIN },
  );
});
beforeEach(() => {
  asked = 0;
  lost = false;
  away = false;
});
afterAll(async () => {
  await members.stop();
  rmSync(dataDir, { recursive: true });
});

/** A gateway in a process of its own, with the cache that all share. */
function gateway(cache: Cache = kept, before = async () => {}) {
  const counted: TokenVerifier = {
    async verify(token) {
      asked += 1;
      if (away) throw kernelError('UNAVAILABLE');
      const identity = await verifier.verify(token);
      await before();
      return identity;
    },
  };
  return cachedTokens(counted, cache, clock, secret);
}

async function run(query: string, identity: PersonIdentity, variables = {}) {
  const { data, errors } =
    (await members.modules.get('members')?.executor?.execute({ query, variables, identity })) ?? {};
  if (errors) throw new Error(errors[0]?.message);
  return data as never;
}

async function signIn(): Promise<string> {
  const session = 'mutation ($input: SignInStaffInput!) { signInStaff(input: $input) { accessToken } }';
  const { signInStaff } = await run(session, anonymous, { input: { name: NAME, pin: PIN } });
  return (signInStaff as { accessToken: string }).accessToken;
}

const signOut = async (token: string) => run('mutation { signOut }', await verifier.verify(token));
const REFUSED = { extensions: { code: 'UNAUTHENTICATED' } };

test('many requests with one token, through any gateway, ask members once', async () => {
  const token = await signIn();
  const identity = await gateway().verify(token);
  expect(identity).toMatchObject({ kind: 'staff', stores: 'all' });
  for (const one of [gateway(), gateway()]) expect(await one.verify(token)).toEqual(identity);
  expect(asked).toBe(1);
});

test('a token that was signed out is refused by every gateway at once', async () => {
  const token = await signIn();
  await gateway().verify(token);
  await signOut(token);
  for (const one of [gateway(), gateway()]) await expect(one.verify(token)).rejects.toMatchObject(REFUSED);
  const anew = await signIn();
  expect(await gateway().verify(anew)).toMatchObject({ kind: 'staff' });
});

test('also when the answer before it is kept only after it', async () => {
  const token = await signIn();
  await gateway(kept, () => signOut(token).then(() => {})).verify(token);
  await expect(gateway().verify(token)).rejects.toMatchObject(REFUSED);
});

test('when the cache could not be told, it is refused within five seconds', async () => {
  const token = await signIn();
  await gateway().verify(token);
  lost = true;
  await signOut(token);
  clock.advance(5 * SECOND);
  await expect(gateway().verify(token)).rejects.toMatchObject(REFUSED);
});

test('also when the cache keeps what it was given for longer than it was told to', async () => {
  const hung: Cache = { ...kept, put: (key, value) => kept.put(key, value, 1_000 * SECOND) };
  const token = await signIn();
  await gateway(hung).verify(token);
  lost = true;
  await signOut(token);
  clock.advance(5 * SECOND);
  await expect(gateway(hung).verify(token)).rejects.toMatchObject(REFUSED);
});

test('while members is away, whoever was let in stays in for five minutes', async () => {
  const [known, unknown] = [await signIn(), await signIn()];
  const identity = await gateway().verify(known);
  away = true;
  clock.advance(4 * MINUTE);
  expect(await gateway().verify(known)).toEqual(identity);
  await expect(gateway().verify(unknown)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  clock.advance(MINUTE);
  await expect(gateway().verify(known)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});

test('a gateway that shares no cache lets nobody in for longer than four seconds', async () => {
  const alone = localCache(clock);
  const token = await signIn();
  await gateway(alone).verify(token);
  await signOut(token);
  away = true;
  clock.advance(5 * SECOND);
  await expect(gateway(alone).verify(token)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});

test('but not who was signed out before, nor with a token that has run out', async () => {
  const token = await signIn();
  await gateway().verify(token);
  await signOut(token);
  const old = await signIn();
  clock.advance(14 * MINUTE);
  await gateway().verify(old);
  away = true;
  clock.advance(MINUTE);
  for (const bad of [token, old]) await expect(gateway().verify(bad)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});

test('nor who was refused since, though the cache could not be told', async () => {
  const token = await signIn();
  await gateway().verify(token);
  lost = true;
  await signOut(token);
  clock.advance(5 * SECOND);
  await expect(gateway().verify(token)).rejects.toMatchObject(REFUSED);
  away = true;
  await expect(gateway().verify(token)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});

test('what somebody else wrote into the cache lets nobody in', async () => {
  const written = new Map<string, unknown>();
  const open: Cache = {
    ...kept,
    get: async (key) => written.get(key),
    put: async (key, value) => void written.set(key, value),
  };
  const token = await signIn();
  const identity = await gateway(open).verify(token);
  for (const [key, value] of written)
    written.set(key, { ...(value as object), identity: { ...identity, scopes: ['everything'] } });
  expect(await gateway(open).verify(token)).toEqual(identity);
  expect(asked).toBe(2);
});

test('a token that nobody minted is refused each time, whatever it claims', async () => {
  const token = await signIn();
  await gateway().verify(token);
  const [header, payload] = token.split('.');
  for (const forged of [`${header}.${payload}.${'A'.repeat(86)}`, 'no.token.at all', 'nonsense'])
    await expect(gateway().verify(forged)).rejects.toMatchObject(REFUSED);
});
