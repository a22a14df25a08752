import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { modules } from '../../cli/modules.ts';
import { MINUTE } from '../../kernel/clock.ts';
import type { Health } from '../../kernel/health.ts';
import { definePlugin } from '../../kernel/module.ts';
import { type App, startApp } from '../app.ts';
import { headquarters, type Person } from '../people.ts';
import { codeOf, type RemoteRegistry, remoteRegistryOf, until } from '../remote-registry.ts';
import { remoteService } from '../remote-service.ts';

// On a busy machine it takes long to compose the graph again and again.
jest.setTimeout(2 * MINUTE);

/** A plug-in that serves plates, and one that paints those of the first. */
const plates = definePlugin({
  name: 'plates',
  contract: '1.0',
  schema: 'type Query { plate: Plate } type Plate @key(fields: "id") { id: ID! shape: String }',
  setup: () => ({ resolvers: { Query: { plate: () => ({ id: '1', shape: 'round' }) } } }),
});
const paint = definePlugin({
  name: 'paint',
  contract: '1.0',
  schema: `type Plate @key(fields: "id") {
    id: ID! shape: String @external colour: String @requires(fields: "shape") }`,
  setup: () => ({ resolvers: { Plate: { colour: ({ shape }: { shape: string }) => `${shape} and blue` } } }),
});

let app: App;
let hq: Person;
let registry: RemoteRegistry;
beforeAll(async () => {
  app = await startApp({ modules: [...modules, plates, paint] });
  hq = await headquarters(app);
  registry = remoteRegistryOf(app, hq);
});
afterAll(() => app[Symbol.asyncDispose]());

const nowhere = 'http://127.0.0.1:9/';
/** How the product says that it is. */
const health = async (): Promise<Health> => (await (await fetch(`${app.url}/readyz`)).json()) as Health;
/** Which plug-ins are not as they should be. */
const failing = async (): Promise<string[]> => {
  const { plugins = {} } = await health();
  return Object.keys(plugins).filter((name) => plugins[name]?.state === 'failing');
};

test('a plug-in that does not fit any more keeps no other from being registered', async () => {
  await using one = await remoteService('type Query { fine: Int }');
  await using other = await remoteService('type Query { fine: Int }');
  const asked = Promise.withResolvers<void>();
  const both = new Set<string>();
  // Both are asked before either is known.
  for (const service of [one, other])
    service.hold = () => {
      if (both.add(service.url).size === 2) asked.resolve();
      return asked.promise;
    };
  const answers = await Promise.all([
    registry.register({ name: 'fine-one', url: one.url }),
    registry.register({ name: 'fine-other', url: other.url }),
  ]);
  expect(answers.map(codeOf)).toEqual([undefined, undefined]);
  await until(async () => (await failing()).length === 1);

  const third = await registry.register({ name: 'harmless', url: nowhere, schema: 'type Query { harmless: Int }' });
  expect(codeOf(third)).toBeUndefined();
  await registry.served('{ harmless }');
  expect(await failing()).toHaveLength(1);
  // What is served may still not be taken.
  const same = await registry.register({ name: 'same', url: nowhere, schema: 'type Query { harmless: Int }' });
  expect(codeOf(same)).toBe('REMOTE_PLUGIN_UNFIT');
  for (const name of ['fine-one', 'fine-other', 'harmless']) await registry.remove(name);
  await registry.served('{ harmless }', false);
});

test('what builds on a plug-in that is switched off is not served either, and all else is', async () => {
  const turn = (enabled: boolean) =>
    app.ask(
      'mutation ($input: SetPluginInput!) { setPlugin(input: $input) { enabled } }',
      { input: { name: 'plates', enabled } },
      hq.token,
    );
  expect(await app.ask('{ plate { shape colour } }')).toEqual({ plate: { shape: 'round', colour: 'round and blue' } });
  await turn(false);
  await registry.served('{ plate { shape colour } }', false);
  expect(await failing()).toEqual(['paint']);
  const later = await registry.register({ name: 'later', url: nowhere, schema: 'type Query { later: Int }' });
  expect(codeOf(later)).toBeUndefined();
  await registry.served('{ later }');
  await turn(true);
  await registry.served('{ plate { shape colour } }');
  expect(await app.ask('{ plate { colour } }')).toEqual({ plate: { colour: 'round and blue' } });
  expect(await failing()).toEqual([]);
});

test('while nobody can know what the graph is now, the one before is served, and that is seen from outside', async () => {
  const isBehind = async () =>
    (await (await fetch(`${app.url}/metrics`)).text()).match(/^dinegraph_graph_behind (.*)$/m)?.[1];
  await registry.register({ name: 'kept', url: nowhere, schema: 'type Query { kept: Int }' });
  await registry.served('{ kept }');
  const select = 'select secrets from remote_plugin where name = ?';
  const [kept] = await app.sql<{ secrets: string }>('remote-plugins', select, ['kept']);
  const become = (secrets = '') =>
    app.sql('remote-plugins', 'update remote_plugin set secrets = ? where name = ?', [secrets, 'kept']);
  expect(await isBehind()).toBe('0');

  await become('what no key opens');
  await registry.register({ name: 'next', url: nowhere, schema: 'type Query { next: Int }' });
  await until(async () => (await health()).faults !== undefined);
  const gateway = 'what its graph is now cannot be known, and the one before is served';
  expect(await health()).toMatchObject({ ready: true, faults: { gateway } });
  expect(await isBehind()).toBe('1');
  expect(codeOf(await app.graph('{ kept }'))).toBe('UNAVAILABLE');

  await become(kept?.secrets);
  await registry.served('{ next }');
  await until(async () => (await health()).faults === undefined);
  expect(await isBehind()).toBe('0');
  for (const name of ['kept', 'next']) await registry.remove(name);
});

test('a part may say again what every module has, and call nothing else so', async () => {
  const registered = async (schema: string) => {
    const { errors } = await registry.register({ name: 'again', url: nowhere, schema });
    await registry.remove('again');
    return errors?.[0]?.extensions;
  };
  const query = 'type Query { again(on: Channel): Money }';
  expect(await registered(`scalar Money enum Channel { DINE_IN } ${query}`)).toBeUndefined();
  const code = 'REMOTE_PLUGIN_UNFIT';
  const theirs = (name: string) => ({
    code,
    reason: expect.stringContaining(`its type ${name} is one of the product`),
  });
  expect(await registered(`type Money { fen: Int } ${query}`)).toMatchObject(theirs('Money'));
  expect(await registered(`enum Channel { DRIVE_IN } ${query}`)).toMatchObject(theirs('Channel'));
  expect(await registered(`extend enum Channel { DRIVE_IN } ${query}`)).toMatchObject(theirs('Channel'));
  expect(await registered('type Query { _service: Int }')).toMatchObject({
    code,
    reason: 'its part of the graph adds nothing to it',
  });
});

test('what a service says of what failed is passed on, and no more of it than is of use', async () => {
  await using service = await remoteService('type Query { talk: Int }');
  expect(codeOf(await registry.register({ name: 'talker', url: service.url }))).toBeUndefined();
  await registry.served('{ talk }');
  const says = async (error: object) => {
    service.mischief = (_, response) => response.end(JSON.stringify({ data: { talk: null }, errors: [error] }));
    return (await app.graph('{ talk }')).errors?.[0];
  };
  const short = { message: 'Not today.', path: ['talk'], extensions: { code: 'CLOSED', until: 'Monday' } };
  expect(await says(short)).toEqual(short);
  const why = '!'.repeat(10_000);
  const long = { message: why, path: ['talk'], extensions: { code: 'CLOSED', why } };
  expect(await says(long)).toEqual({ message: '!'.repeat(500), path: ['talk'], extensions: { code: 'CLOSED' } });
  await registry.remove('talker');
});

test('a part that would cost too much to compose is refused before it is composed', async () => {
  const refused = async (sdl: string) => {
    await using service = await remoteService('type Query { none: Int }');
    service.mischief = (_, response) => response.end(JSON.stringify({ data: { _service: { sdl } } }));
    const { errors } = await registry.register({ name: 'huge', url: service.url });
    return errors?.[0]?.extensions;
  };
  const many = (count: number, text: (index: number) => string) =>
    Array.from({ length: count }, (_, i) => text(i)).join('\n');
  const code = 'REMOTE_PLUGIN_UNFIT';
  const long = `type Query { x: Int }\n#${' '.repeat(200_000)}`;
  expect(await refused(long)).toMatchObject({ code, reason: expect.stringContaining('200000 characters') });
  const types = many(201, (index) => `type T${index} { id: ID }`);
  expect(await refused(types)).toMatchObject({ code, reason: expect.stringContaining('201 types') });
  const fields = `type Query { ${many(1_001, (index) => `f${index}: Int`)} }`;
  expect(await refused(fields)).toMatchObject({ code, reason: expect.stringContaining('1001 fields') });
  const keys = many(30, (index) => `type T${index} @key(fields: "id") @key(fields: "no") { id: ID! no: ID! }`);
  expect(await refused(keys)).toMatchObject({ code, reason: expect.stringContaining('60 keys') });
  const dishes = many(101, (index) => `type T${index} implements Hot & Cold { a: Int }`);
  const members = `interface Hot { a: Int } interface Cold { a: Int } ${dishes}`;
  expect(await refused(members)).toMatchObject({ code, reason: expect.stringContaining('202 members') });
  const asking = many(201, (index) => `f${index}: Int @requires(fields: "total")`);
  const selected = `type Order @key(fields: "id") { id: ID! total: Money! @external ${asking} }`;
  expect(await refused(selected)).toMatchObject({ code, reason: expect.stringContaining('202 selected') });
});
