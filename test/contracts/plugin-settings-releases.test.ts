import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { z } from 'zod';
import { modules } from '../../cli/modules.ts';
import { definePlugin, type Host } from '../../kernel/module.ts';
import { type App, startApp } from '../app.ts';
import { headquarters, type Person } from '../people.ts';
import { openShop } from '../shop.ts';

const HUSH = 'hush-of-the-sign-maker';
const KEY = 'k'.repeat(40);
const dataDir = mkdtempSync(join(tmpdir(), 'dinegraph-releases-'));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

const text = () => z.string().default('unset');
const secret = () => text().meta({ secret: true });

/** A product that runs a release of the sign's plug-in, over what the release before has left. */
async function release(storeSettings: z.ZodObject, key: string | null = KEY) {
  const lines: string[] = [];
  let host: Host<unknown, Record<string, unknown>> | undefined;
  const sign = definePlugin({
    name: 'sign',
    contract: '1.0',
    storeSettings,
    setup(given) {
      host = given as never;
      return {};
    },
  });
  const app = await startApp({
    dataDir,
    modules: [...modules, sign],
    environment: { PLUGIN_SETTINGS_KEY: key ?? undefined },
    log: pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) }),
  });
  return { app, lines, host: host as NonNullable<typeof host> };
}

const SHOW = 'query ($storeId: ID) { plugins(storeId: $storeId) { name settings { name value isSet } } }';
const SET = `mutation ($input: SetPluginInput!) { setPlugin(input: $input) { settings { name value isSet } } }`;
const CHANGES = `query ($storeId: ID) { pluginChanges(storeId: $storeId) { edges { node { setting before after } } } }`;

let hq: Person;
let storeId: string;

async function set(app: App, settings: Record<string, unknown>, beside: object = {}) {
  const values = Object.entries(settings).map(([name, value]) => ({ name, value: JSON.stringify(value) }));
  return app.graph(SET, { input: { name: 'sign', storeId, settings: values, ...beside } }, hq.token);
}

/** The settings as a manager sees them. */
async function shown(app: App): Promise<Record<string, unknown>> {
  const { plugins } = await app.ask(SHOW, { storeId }, hq.token);
  const { settings } = plugins.find(({ name }: { name: string }) => name === 'sign');
  return Object.fromEntries(settings.map(({ name, ...rest }: { name: string }) => [name, rest]));
}

beforeAll(async () => {
  const { app } = await release(z.object({ token: secret(), motto: text(), colour: text() }));
  hq = await headquarters(app);
  ({ storeId } = await openShop(app, hq));
  await set(app, { token: HUSH, motto: 'Eat well', colour: 'red' });
  await app[Symbol.asyncDispose]();
});

test('what has become a secret, or ceased to be one, counts as not set until it is set anew, and is shown nowhere', async () => {
  const { app, lines, host } = await release(z.object({ token: text(), motto: secret(), colour: text() }));
  await using _ = app;
  const unset = { token: 'unset', motto: 'unset', colour: 'red' };
  expect(await shown(app)).toEqual({
    token: { value: '"unset"', isSet: false },
    motto: { value: null, isSet: false },
    colour: { value: '"red"', isSet: true },
  });
  expect((await host.atStore(storeId)).settings).toEqual(unset);
  await shown(app);
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({ module: 'plugin-settings', plugin: 'sign', storeId, settings: ['motto', 'token'] }),
  ]);
  const sealed = await app.sql<{ value: string }>('plugin-settings', "select * from plugin_value where name = 'token'");

  await set(app, { token: 'plain', motto: HUSH });
  expect((await host.atStore(storeId)).settings).toEqual({ token: 'plain', motto: HUSH, colour: 'red' });
  expect(await shown(app)).toMatchObject({ token: { value: '"plain"', isSet: true }, motto: { isSet: true } });
  const { pluginChanges } = await app.ask(CHANGES, { storeId }, hq.token);
  const changes = pluginChanges.edges.map(({ node }: { node: object }) => node);
  expect(changes).toContainEqual({ setting: 'token', before: null, after: '"plain"' });
  // The motto was none when it was set first; since it is a secret, that is none of anybody's business either.
  const told = JSON.stringify([changes, lines]);
  for (const secret of [HUSH, 'Eat well', sealed[0]?.value]) expect(told).not.toContain(secret);
});

test('when the key is another, or gone, secrets count as not set, and all else is as it was', async () => {
  for (const key of ['n'.repeat(40), null]) {
    const { app, lines, host } = await release(z.object({ token: text(), motto: secret(), colour: text() }), key);
    await using _ = app;
    expect(await shown(app)).toMatchObject({ motto: { isSet: false }, colour: { value: '"red"', isSet: true } });
    expect((await host.atStore(storeId)).settings).toEqual({ token: 'plain', motto: 'unset', colour: 'red' });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('"settings":["motto"]');
  }
});

test('what does not fit a release any more counts as not set, by itself or with all else, and is as it was with the release before', async () => {
  const before = z.object({ motto: text(), colour: text() });
  {
    const { app } = await release(before);
    await using _ = app;
    await set(app, { motto: 'Eat well', colour: 'blue' });
  }
  const unset = { value: '"unset"', isSet: false };
  const narrow = z.object({ motto: text(), colour: z.enum(['unset', 'red']).default('unset') });
  const apart = before.refine(({ colour }) => colour !== 'blue', { error: 'no blue' });
  for (const [schema, motto, lost] of [
    [narrow, { value: '"Eat well"', isSet: true }, ['colour']],
    [apart, unset, ['colour', 'motto']],
  ] as const) {
    const { app, lines, host } = await release(schema);
    await using _ = app;
    expect(await shown(app)).toEqual({ motto, colour: unset });
    const { settings } = await host.atStore(storeId);
    expect(settings).toEqual({ motto: JSON.parse(motto.value), colour: 'unset' });
    expect(lines.map((line) => JSON.parse(line).settings)).toEqual([lost]);
  }
  const { app } = await release(before);
  await using _ = app;
  expect(await shown(app)).toMatchObject({ colour: { value: '"blue"', isSet: true } });
});

test('who switches it on where a kept value is of no use any more is told, and sets it anew', async () => {
  const { app, host } = await release(
    z.object({ motto: z.string().max(20).default('unset'), colour: z.int().default(3) }),
  );
  await using _ = app;
  const codeOf = async (answer: ReturnType<typeof set>) => (await answer).errors?.[0]?.extensions;
  expect(await codeOf(set(app, {}, { enabled: false }))).toBeUndefined();
  const refused = { code: 'SETTING_NOT_VALID', setting: 'colour', problem: expect.stringContaining('set it anew') };
  expect(await codeOf(set(app, { motto: 'Eat' }, { enabled: true }))).toEqual(refused);
  expect(await host.atStore(storeId)).toEqual({ enabled: false, settings: { motto: 'Eat well', colour: 3 } });
  expect(await codeOf(set(app, { motto: 'Eat', colour: 5 }, { enabled: true }))).toBeUndefined();
  expect(await host.atStore(storeId)).toEqual({ enabled: true, settings: { motto: 'Eat', colour: 5 } });

  // What is of no use for the whole chain holds nowhere that has its own.
  const chain = { plugin: 'sign', storeId: '', name: 'motto', value: '"much longer than it may be"' };
  await app.sql('plugin-settings', 'insert into plugin_value values (?, ?, ?, ?)', Object.values(chain));
  await set(app, {}, { enabled: false });
  expect(await codeOf(set(app, {}, { enabled: true }))).toBeUndefined();
  await set(app, {}, { enabled: false, settings: [{ name: 'motto', value: null }] });
  expect(await codeOf(set(app, {}, { enabled: true }))).toMatchObject({ setting: 'motto' });
});
