import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createRemoteJWKSet, decodeJwt, generateKeyPair, jwtVerify, SignJWT } from 'jose';
import { DAY, MINUTE, SECOND } from '../../kernel/clock.ts';
import type { PersonIdentity } from '../../kernel/identity.ts';
import { demoSignIn } from '../../plugins/demo-sign-in/index.ts';
import { members } from '../../subgraphs/members/index.ts';
import { menu } from '../../subgraphs/menu/index.ts';
import { type App, startApp, testClock } from '../app.ts';
import { diner, headquarters, type Person, signInStaff, staff } from '../people.ts';
import { key, openShop, write } from '../shop.ts';

const modules = [menu, members, demoSignIn];
const clock = testClock();
let app: App;
let hq: Person;
let storeId: string;

beforeAll(async () => {
  app = await startApp({ modules, clock });
  hq = await headquarters(app);
  ({ storeId } = await openShop(app, hq));
});
afterAll(() => app[Symbol.asyncDispose]());

const WHO =
  '{ me { __typename ... on Diner { id } ... on StaffMember { id role scopes } ... on PairedDevice { id } } }';
const SESSION = 'accessToken expiresAt refreshToken';

/** The code of the first error of an answer. */
async function refusal(query: string, variables?: Record<string, unknown>, token?: string): Promise<string> {
  return (await app.graph(query, variables, token)).errors?.[0]?.extensions.code;
}

const SIGN_IN_DINER = `mutation ($input: SignInDinerInput!) { signInDiner(input: $input) {
  __typename ... on Session { ${SESSION} me { ... on Diner { id name consents { purpose granted } points { balance } } } }
  ... on ConsentRequired { purposes version }
} }`;
const SIGN_IN_STAFF = `mutation ($input: SignInStaffInput!) { signInStaff(input: $input) { ${SESSION} } }`;
const REFRESH = `mutation ($input: RefreshSessionInput!) { refreshSession(input: $input) { ${SESSION} } }`;
const CREATE_STAFF = 'mutation ($input: CreateStaffInput!) { createStaff(input: $input) { id } }';

const refresh = (refreshToken: string) => app.graph(REFRESH, { input: { refreshToken } });
const freshDiner = async () => {
  const name = `Guest ${key()}`;
  await diner(app, name);
  return (await app.ask(SIGN_IN_DINER, { input: { provider: 'demo', credential: name } })).signInDiner;
};

describe('a diner', () => {
  const come = async (input: object) =>
    (await app.ask(SIGN_IN_DINER, { input: { provider: 'demo', credential: 'Mei Lin', ...input } })).signInDiner;
  const agree = (version: string, ...purposes: string[]) =>
    purposes.map((purpose) => ({ purpose, version, granted: true }));

  test('registers once the terms and the privacy notice of today are agreed to, and comes back without being asked', async () => {
    const asked = await come({});
    expect(asked).toMatchObject({ __typename: 'ConsentRequired', purposes: ['TERMS', 'PRIVACY'] });
    const halfway = await come({ consents: agree(asked.version, 'TERMS', 'MARKETING') });
    expect(halfway).toMatchObject({ __typename: 'ConsentRequired', purposes: ['PRIVACY'] });
    expect((await come({ consents: agree('1999', 'TERMS', 'PRIVACY') })).__typename).toBe('ConsentRequired');

    const registered = await come({ name: 'Mei', consents: agree(asked.version, 'TERMS', 'PRIVACY', 'MARKETING') });
    expect(registered.me).toMatchObject({ name: 'Mei', points: { balance: 0 } });
    expect(registered.me.consents).toHaveLength(3);
    const back = await come({ name: 'Somebody else' });
    expect(back.me).toEqual(registered.me);
    expect(await app.ask(WHO, {}, back.accessToken)).toEqual({ me: { __typename: 'Diner', id: registered.me.id } });

    const withdrawn = [{ purpose: 'MARKETING', version: asked.version, granted: false }];
    expect((await come({ consents: withdrawn })).me.consents.at(-1)).toEqual({ purpose: 'MARKETING', granted: false });
  });

  test('who registers twenty times at once is one diner', async () => {
    const { version } = await come({ credential: 'Twenty' });
    const consents = agree(version, 'TERMS', 'PRIVACY');
    const twenty = await Promise.all(Array.from({ length: 20 }, () => come({ credential: 'Twenty', consents })));
    expect(new Set(twenty.map(({ me }) => me.id)).size).toBe(1);
    expect(twenty[0].me.consents).toHaveLength(2);
  });

  test('is refused by a provider that is not there or does not know the credential', async () => {
    const code = (input: object) => refusal(SIGN_IN_DINER, { input: { credential: 'x', provider: 'demo', ...input } });
    expect(await code({ provider: 'nowhere' })).toBe('IDENTITY_PROVIDER_UNKNOWN');
    expect(await code({ credential: '' })).toBe('SIGN_IN_REFUSED');
    expect(await code({ credential: 'x'.repeat(65) })).toBe('SIGN_IN_REFUSED');
  });

  test('is seen whole by themselves and headquarters, and not by another diner', async () => {
    const mine = await diner(app, `Guest ${key()}`);
    const other = await diner(app, `Guest ${key()}`);
    const look = 'query ($id: ID!) { diner(id: $id) { name points { balance } } }';
    expect((await app.ask(look, { id: mine.id }, mine.token)).diner.points).toEqual({ balance: 0 });
    expect((await app.ask(look, { id: mine.id }, hq.token)).diner.points).toEqual({ balance: 0 });
    expect(await refusal(look, { id: mine.id }, other.token)).toBe('FORBIDDEN');
    expect(await refusal(look, { id: mine.id })).toBe('UNAUTHENTICATED');
  });

  test('is known by name to those who serve them, wherever the graph refers to them, and to no other guest', async () => {
    const mine = await diner(app, 'Served');
    const reference = async (identity: PersonIdentity, fields: string) => {
      const query = `{ _entities(representations: [{ __typename: "Diner", id: "${mine.id}" }]) { ... on Diner { ${fields} } } }`;
      return app.subgraph('members').execute({ query, identity });
    };
    const seen = { data: { _entities: [{ name: 'Served' }] } };
    const waiter: PersonIdentity = { kind: 'staff', id: 'w', scopes: ['orders:read'], stores: ['s'] };
    const screen: PersonIdentity = { kind: 'device', id: 'd', scopes: ['kitchen:read'], stores: ['s'] };
    expect(await reference(waiter, 'name')).toEqual(seen);
    expect(await reference(screen, 'name')).toEqual(seen);
    expect(await reference({ kind: 'diner', id: mine.id }, 'name points { balance }')).not.toHaveProperty('errors');
    for (const field of ['points { balance }', 'consents { purpose }'])
      expect((await reference(waiter, field))?.errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN' });
    for (const stranger of [{ kind: 'diner', id: 'other' }, { kind: 'anonymous' }] satisfies PersonIdentity[])
      expect(await reference(stranger, 'name')).toEqual({ data: { _entities: [null] } });
  });
});

describe('staff', () => {
  const tryPin = (name: string, pin: string) => app.graph(SIGN_IN_STAFF, { input: { name, pin } });
  const code = async (name: string, pin: string) => (await tryPin(name, pin)).errors?.[0]?.extensions.code;

  test('sign in by name and PIN, however the name is written', async () => {
    const cook = await staff(app, hq, 'COOK', [storeId], 'Chef Ｗang');
    expect((await signInStaff(app, ' chef  WANG', '4321')).id).toBe(cook.id);
    expect(await app.ask(WHO, {}, cook.token)).toMatchObject({
      me: { __typename: 'StaffMember', role: 'COOK', scopes: ['menu:sold-out', 'kitchen:read', 'kitchen:work'] },
    });
    expect(await code('Chef Wang', '1234')).toBe('SIGN_IN_REFUSED');
    expect(await code('Nobody at all', '1234')).toBe('SIGN_IN_REFUSED');
    expect(await code('Chef Wang', '12345678901234567890')).toBe('BAD_INPUT');
  });

  test('five wrong PINs in a row lock the name for five minutes, for the right PIN too', async () => {
    await staff(app, hq, 'COOK', [storeId], 'Lock Me');
    for (const turn of [1, 2, 3, 4]) expect([turn, await code('Lock Me', '0000')]).toEqual([turn, 'SIGN_IN_REFUSED']);
    expect(await code('Lock Me', '4321')).toBeUndefined();
    for (const turn of [1, 2, 3, 4, 5])
      expect([turn, await code('Lock Me', '0000')]).toEqual([turn, 'SIGN_IN_REFUSED']);
    const locked = await tryPin('LOCK ME', '4321');
    expect(locked.errors?.[0]?.extensions).toMatchObject({ code: 'SIGN_IN_LOCKED', retryAfter: 300 });
    clock.advance(5 * MINUTE);
    expect(await code('Lock Me', '4321')).toBeUndefined();
  });

  test('twenty guesses at once get no further than five', async () => {
    await staff(app, hq, 'COOK', [storeId], 'Guess Me');
    await Promise.all(Array.from({ length: 20 }, (_, guess) => tryPin('Guess Me', String(1000 + guess))));
    expect(await code('Guess Me', '4321')).toBe('SIGN_IN_LOCKED');
    await Promise.all(Array.from({ length: 20 }, () => tryPin('No Such Name', '1000')));
    expect(await code('No Such Name', '4321')).toBe('SIGN_IN_LOCKED');
  });

  test('twenty right sign-ins at once all succeed', async () => {
    await staff(app, hq, 'COOK', [storeId], 'Busy');
    const codes = await Promise.all(Array.from({ length: 20 }, () => code('Busy', '4321')));
    expect(codes).toEqual(Array(20).fill(undefined));
  });

  test('are taken on by headquarters alone, once for each key', async () => {
    const input = { idempotencyKey: key(), name: 'New Waiter', pin: '2468', role: 'WAITER', storeIds: [storeId] };
    const twenty = await Promise.all(Array.from({ length: 20 }, () => app.ask(CREATE_STAFF, { input }, hq.token)));
    expect(new Set(twenty.map(({ createStaff: { id } }) => id)).size).toBe(1);

    const attempt = (more: object, token?: string) => refusal(CREATE_STAFF, { input: { ...input, ...more } }, token);
    expect(await attempt({ pin: '1357' }, hq.token)).toBe('IDEMPOTENCY_KEY_REUSED');
    expect(await attempt({ role: 'MANAGER' }, hq.token)).toBe('IDEMPOTENCY_KEY_REUSED');
    const other = { idempotencyKey: key(), name: 'Another' };
    expect(await attempt({ ...other, name: 'NEW waiter' }, hq.token)).toBe('STAFF_NAME_TAKEN');
    expect(await attempt({ ...other, storeIds: [] }, hq.token)).toBe('BAD_INPUT');
    expect(await attempt({ ...other, role: 'HEADQUARTERS' }, hq.token)).toBe('BAD_INPUT');
    expect(await attempt({ ...other, storeIds: ['nowhere'] }, hq.token)).toBe('STORE_NOT_FOUND');
    expect(await attempt({ ...other, pin: 'abcd' }, hq.token)).toBe('BAD_INPUT');
    expect(await attempt({ ...other, name: '   ' }, hq.token)).toBe('BAD_INPUT');

    const waiter = await signInStaff(app, 'New Waiter', '2468');
    const manager = await staff(app, hq, 'MANAGER', [storeId]);
    expect(await attempt(other, waiter.token)).toBe('FORBIDDEN');
    expect(await attempt(other, manager.token)).toBe('FORBIDDEN');
    expect(await attempt(other)).toBe('UNAUTHENTICATED');
    expect(await refusal('{ staff { edges { node { name } } } }', {}, waiter.token)).toBe('FORBIDDEN');
  });

  test('are listed by name, page by page', async () => {
    const list =
      'query ($after: String) { staff(first: 2, after: $after) { edges { node { name stores { id } } } pageInfo { hasNextPage endCursor } } }';
    const names: string[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const { staff: found } = await app.ask(list, { after }, hq.token);
      names.push(...found.edges.map(({ node }: { node: { name: string } }) => node.name));
      after = found.pageInfo.endCursor;
      more = found.pageInfo.hasNextPage;
    }
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining(['Head Office', 'New Waiter']));
  });

  test('whose role, PIN or employment changes are signed out at once and come back with the new one', async () => {
    const waiter = await staff(app, hq, 'WAITER', [storeId], 'Rising');
    const change = (input: object) =>
      write(app, hq, 'updateStaff', 'UpdateStaffInput', { id: waiter.id, ...input }, 'id role');
    expect(await change({ role: 'MANAGER' })).toMatchObject({ role: 'MANAGER' });
    expect(await refusal(WHO, {}, waiter.token)).toBe('UNAUTHENTICATED');
    const manager = await signInStaff(app, 'Rising', '4321');
    expect((await app.ask(WHO, {}, manager.token)).me.scopes).toContain('menu:write');

    await change({ pin: '9999' });
    expect(await refusal(WHO, {}, manager.token)).toBe('UNAUTHENTICATED');
    expect(await code('Rising', '4321')).toBe('SIGN_IN_REFUSED');
    const again = await signInStaff(app, 'Rising', '9999');
    await change({ active: false });
    expect(await refusal(WHO, {}, again.token)).toBe('UNAUTHENTICATED');
    expect(await code('Rising', '9999')).toBe('SIGN_IN_REFUSED');
  });

  test('somebody must be left to manage staff', async () => {
    const update = 'mutation ($input: UpdateStaffInput!) { updateStaff(input: $input) { id } }';
    expect(await refusal(update, { input: { id: hq.id, active: false } }, hq.token)).toBe('LAST_HEADQUARTERS');
    expect(await refusal(update, { input: { id: 'nobody', active: false } }, hq.token)).toBe('STAFF_NOT_FOUND');
    expect((await app.ask(WHO, {}, hq.token)).me.id).toBe(hq.id);
  });
});

describe('a session', () => {
  test('goes on by its refresh token, which is good once: used again it ends the session', async () => {
    const first = await freshDiner();
    const second = (await refresh(first.refreshToken)).data.refreshSession;
    expect((await app.ask(WHO, {}, second.accessToken)).me.id).toBe(first.me.id);
    const third = (await refresh(second.refreshToken)).data.refreshSession;

    expect((await refresh(first.refreshToken)).errors?.[0]?.extensions.code).toBe('SESSION_EXPIRED');
    expect((await refresh(third.refreshToken)).errors?.[0]?.extensions.code).toBe('SESSION_EXPIRED');
    expect(await refusal(WHO, {}, third.accessToken)).toBe('UNAUTHENTICATED');
  });

  test('outlives a lost answer: the token that was just traded is taken once more, for a minute', async () => {
    const { refreshToken } = await freshDiner();
    await refresh(refreshToken);
    const again = (await refresh(refreshToken)).data.refreshSession;
    expect((await refresh(again.refreshToken)).errors).toBeUndefined();
  });

  test('ends when a token comes back more than a minute after it was traded', async () => {
    const { refreshToken } = await freshDiner();
    await refresh(refreshToken);
    clock.advance(61_000);
    expect((await refresh(refreshToken)).errors?.[0]?.extensions.code).toBe('SESSION_EXPIRED');
  });

  test('goes on when many refresh at once with one token: all get the same new one', async () => {
    const { refreshToken } = await freshDiner();
    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(refreshToken)));
    const tokens = new Set(answers.map(({ data }) => data.refreshSession.refreshToken));
    expect(tokens.size).toBe(1);
    expect((await refresh([...tokens][0])).errors).toBeUndefined();
  });

  test('what is no refresh token is refused', async () => {
    const { refreshToken } = await freshDiner();
    const [session] = refreshToken.split('.');
    for (const token of ['', 'x', `${session}.`, `${session}.${'A'.repeat(43)}`, 'x'.repeat(100_000)])
      expect((await refresh(token)).errors?.[0]?.extensions.code).toBe('SESSION_EXPIRED');
  });

  test('ends everywhere and at once when its person signs out', async () => {
    const name = `Guest ${key()}`;
    const phone = await diner(app, name);
    const tablet = (await app.ask(SIGN_IN_DINER, { input: { provider: 'demo', credential: name } })).signInDiner;
    expect(await app.ask('mutation { signOut }', {}, phone.token)).toEqual({ signOut: true });
    expect(await refusal(WHO, {}, phone.token)).toBe('UNAUTHENTICATED');
    expect(await refusal(WHO, {}, tablet.accessToken)).toBe('UNAUTHENTICATED');
    expect((await refresh(tablet.refreshToken)).errors?.[0]?.extensions.code).toBe('SESSION_EXPIRED');
    expect((await diner(app, name)).id).toBe(phone.id);
    expect(await refusal('mutation { signOut }')).toBe('UNAUTHENTICATED');
  });

  test('ends when nobody refreshes it for thirty days, its access token after fifteen minutes', async () => {
    const session = await freshDiner();
    expect(Date.parse(session.expiresAt) - clock.now()).toBeGreaterThan(14 * MINUTE);
    clock.advance(15 * MINUTE);
    expect(await refusal(WHO, {}, session.accessToken)).toBe('UNAUTHENTICATED');
    const next = (await refresh(session.refreshToken)).data.refreshSession;
    clock.advance(30 * DAY);
    await app.runJob('members.purge');
    expect((await refresh(next.refreshToken)).errors?.[0]?.extensions.code).toBe('SESSION_EXPIRED');
    hq = await signInStaff(app, 'Head Office', '123456');
  });

  test('of a paired device keeps its rights through refreshes, until it is paired anew or unpaired', async () => {
    const scopes = ['kitchen:read', 'kitchen:work'];
    const pair = async () =>
      (
        await app.internal<{ mintDeviceSession: { accessToken: string; refreshToken: string } }>(
          'members',
          `mutation ($scopes: [String!]!) {
             mintDeviceSession(deviceId: "screen-1", storeId: "${storeId}", scopes: $scopes) { ${SESSION} }
           }`,
          { scopes },
        )
      ).mintDeviceSession;
    const older = await pair();
    const screen = await pair();
    expect(await refusal(WHO, {}, older.accessToken)).toBe('UNAUTHENTICATED');
    clock.advance(300 * DAY);
    const next = (await refresh(screen.refreshToken)).data.refreshSession;
    expect(await app.ask(WHO, {}, next.accessToken)).toEqual({ me: { __typename: 'PairedDevice', id: 'screen-1' } });
    expect(decodeJwt(next.accessToken)).toMatchObject({ kind: 'device', scopes, stores: [storeId] });

    const revoke = 'mutation { revokeDevice(deviceId: "screen-1") }';
    expect(await app.internal('members', revoke, {})).toEqual({ revokeDevice: true });
    expect(await refusal(WHO, {}, next.accessToken)).toBe('UNAUTHENTICATED');
    expect((await refresh(next.refreshToken)).errors?.[0]?.extensions.code).toBe('SESSION_EXPIRED');
    hq = await signInStaff(app, 'Head Office', '123456');
  });
});

describe('a token', () => {
  test('that is forged, altered or unsigned is refused, and never taken for nobody', async () => {
    const { accessToken: token } = await freshDiner();
    expect(await refusal(WHO, {}, token)).toBeUndefined();
    const [head = '', body = '', signature = ''] = token.split('.');
    const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
    const decode = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString());
    const raised = encode({ ...decode(body), kind: 'staff', scopes: ['staff:manage'], stores: 'all' });
    const { privateKey } = await generateKeyPair('ES256');
    const forge = (header: object) =>
      new SignJWT(decode(body)).setProtectedHeader({ ...decode(head), ...header }).sign(privateKey);
    const forgeries = {
      garbage: 'abc',
      altered: `${head}.${raised}.${signature}`,
      unsigned: `${encode({ ...decode(head), alg: 'none' })}.${raised}.`,
      symmetric: `${encode({ ...decode(head), alg: 'HS256' })}.${body}.${signature}`,
      'of another key': await forge({}),
      'of a key of nobody': await forge({ kid: 'mine' }),
      'of a key of its own': await forge({ kid: undefined, jwk: {} }),
      cut: token.slice(0, -3),
    };
    for (const [kind, forged] of Object.entries(forgeries))
      expect([kind, await refusal(WHO, {}, forged)]).toEqual([kind, 'UNAUTHENTICATED']);
  });

  test('is verified by anybody with the published keys, which hold nothing secret', async () => {
    const session = await freshDiner();
    const url = new URL('/.well-known/jwks.json', app.url);
    const options = { issuer: 'dinegraph', audience: 'dinegraph', currentDate: new Date(clock.now()) };
    const { payload } = await jwtVerify(session.accessToken, createRemoteJWKSet(url), options);
    expect(payload).toMatchObject({ sub: session.me.id, kind: 'diner', scopes: [], stores: [] });
    expect((payload.exp ?? 0) * SECOND).toBe(Date.parse(session.expiresAt));
    const published = await (await fetch(url)).text();
    expect(JSON.parse(published).keys[0]).not.toHaveProperty('d');
  });

  test('outlives a restart of the product', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'dinegraph-restart-'));
    const before = await startApp({ modules, dataDir });
    const guest = await diner(before, 'Lasting');
    await before[Symbol.asyncDispose]();
    await using after = await startApp({ modules, dataDir });
    expect((await after.ask(WHO, {}, guest.token)).me.id).toBe(guest.id);
    rmSync(dataDir, { recursive: true });
  });

  test('is not to be had by a mere name when the chain turns the demonstration off', async () => {
    await using real = await startApp({ modules, environment: { DEMO_SIGN_IN_ENABLED: 'false' } });
    await expect(diner(real, 'Anybody')).rejects.toThrow('IDENTITY_PROVIDER_UNKNOWN');
  });
});
