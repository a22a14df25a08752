import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { declarationOf, readDeclaration } from '../../cli/declaration.ts';
import { modules } from '../../cli/modules.ts';
import { admit } from '../../kernel/graph/admission.ts';
import { definePlugin, type Host } from '../../kernel/module.ts';
import { settingsOf } from '../../plugins/plugin-settings/descriptions.ts';
import { type App, startApp } from '../app.ts';
import { headquarters, type Person } from '../people.ts';
import { openShop } from '../shop.ts';

const HUSH = 'hush-of-the-lamp-maker';
const secret = () => z.string().meta({ secret: true });

let host: Host<unknown, Record<string, unknown>>;
const lamp = definePlugin({
  name: 'lamp',
  contract: '1.0',
  storeSettings: z.object({
    nullable: secret().nullable().default(null),
    optional: z.string().max(60).meta({ secret: true }).optional(),
    wrapped: secret().nullable().optional().default('hush-by-default').readonly(),
    picky: secret()
      .refine((text) => text.length > 30, { error: ({ input }) => `not ${input}` })
      .default('hush-of-thirty-characters-and-more'),
    patterned: z
      .string()
      .regex(/^hush-/)
      .meta({ secret: true, examples: ['hush-for-example'], formerly: 'hush-of-last-year' })
      .default(''),
    colour: z.string().trim().toLowerCase().max(10).default('red'),
    hours: z.coerce.number().int().default(9),
    bulbs: z.array(z.object({ watts: z.int().default(40), name: z.string().trim() })).default([]),
    restless: z
      .number()
      .overwrite((count) => count + 1)
      .default(1),
    failing: z
      .string()
      .refine((text) => JSON.parse(text) !== null)
      .default('1'),
    later: z.array(z.string().refine(async (text) => text !== '')).default([]),
  }),
  setup(given) {
    host = given as never;
    return {};
  },
});

let app: App;
let hq: Person;
let storeId: string;
beforeAll(async () => {
  app = await startApp({ modules: [...modules, lamp], environment: { PLUGIN_SETTINGS_KEY: 'k'.repeat(40) } });
  hq = await headquarters(app);
  ({ storeId } = await openShop(app, hq));
});
afterAll(() => app[Symbol.asyncDispose]());

const SET = `mutation ($input: SetPluginInput!) { setPlugin(input: $input) {
  settings { name schema value isSet isSecret } } }`;
const set = (name: string, value: unknown) =>
  app.graph(SET, { input: { name: 'lamp', storeId, settings: [{ name, value: JSON.stringify(value) }] } }, hq.token);

test.each(['nullable', 'optional', 'wrapped'])(
  'a secret that may be left out or be null (%s) is one all the same',
  async (name) => {
    const { data } = await set(name, HUSH);
    const shown = data.setPlugin.settings.find((one: { name: string }) => one.name === name);
    expect(shown).toMatchObject({ value: null, isSet: true, isSecret: true });
    expect((await host.atStore(storeId)).settings[name]).toBe(HUSH);
    const rows = await app.sql<object>('plugin-settings', 'select * from plugin_value');
    const known = await app.ask(
      `query ($storeId: ID!) {
        plugins(storeId: $storeId) { name settings { name schema value } }
        pluginChanges(storeId: $storeId) { edges { node { setting before after } } } }`,
      { storeId },
      hq.token,
    );
    expect(JSON.stringify([rows, known, data])).not.toMatch(/hush/);
  },
);

test('a secret that is refused is not quoted, whatever the plug-in says of it', async () => {
  const { errors } = await set('picky', 'hush');
  expect(errors?.[0]?.extensions).toMatchObject({ code: 'SETTING_NOT_VALID', problem: 'is not valid' });
  expect(JSON.stringify(errors)).not.toContain('hush');
  expect((await set('colour', 'blue')).errors).toBeUndefined();
});

test.each([
  ['colour', '  Dark RED ', 'dark red'],
  ['hours', ' 12 ', 12],
  ['bulbs', [{ name: ' one', shade: 'green' }], [{ watts: 40, name: 'one' }]],
])('of %s, what is shown is what the plug-in reads: what its schema makes of it', async (name, given, made) => {
  const { data } = await set(name, given);
  const { value } = data.setPlugin.settings.find((one: { name: string }) => one.name === name);
  expect(JSON.parse(value)).toEqual(made);
  expect((await host.atStore(storeId)).settings[name]).toEqual(made);
});

test.each([
  ['restless', 5, 'becomes another value each time it is read'],
  ['failing', 'no JSON', 'its check fails: SyntaxError'],
  ['bulbs', [{ name: '光'.repeat(16_000) }], 'has more than 16000 characters as JSON'],
  ['later', ['lamp'], 'its check fails: Encountered Promise during synchronous parse'],
])('%s cannot be set, and the answer says why', async (name, value, problem) => {
  const { settings } = await host.atStore(storeId);
  const { errors } = await set(name, value);
  expect(errors?.[0]?.extensions).toEqual({
    code: 'SETTING_NOT_VALID',
    setting: name,
    problem: expect.stringContaining(problem),
  });
  expect((await host.atStore(storeId)).settings).toEqual(settings);
});

/** Why a plug-in with this setting for stores is left out; undefined when it is not. */
async function reasonOf(storeSettings: unknown): Promise<string | undefined> {
  const plugin = definePlugin({
    name: 'guest',
    contract: '1.0',
    storeSettings: storeSettings as never,
    setup: () => ({}),
  });
  return (await admit(modules, [plugin])).refused.get('guest');
}

test.each([
  ['in a list', z.array(secret()).default([])],
  ['in an object', z.object({ token: secret() }).nullable().default(null)],
  ['as one of several kinds', z.union([secret(), z.number()]).default(1)],
])('a secret %s could be shown, so its plug-in is left out', async (_what, field) => {
  expect(await reasonOf(z.object({ field }))).toBe(
    'its setting field for stores has a secret inside of it: a secret is a string of its own',
  );
});

test('a secret that is no string is left out too', async () => {
  expect(await reasonOf(z.object({ pin: z.number().meta({ secret: true }).default(1) }))).toBe(
    'its setting pin for stores is a secret, and no string',
  );
});

test.each([
  ['a date', z.date().default(new Date(0))],
  ['a date made of text', z.coerce.date().default(new Date(0))],
  ['a big integer', z.bigint().default(1n)],
  ['a map', z.map(z.string(), z.string()).default(new Map())],
])('%s is none that people can be shown and set, so its plug-in is left out', async (_what, since) => {
  expect(await reasonOf(z.object({ since }))).toMatch(/^its setting since for stores is none that JSON Schema can say/);
});

test.each([
  [
    'a transform',
    z.object({ since: z.string().transform(Number).default(1) }),
    /^its setting since .* changed by a tra/,
  ],
  ['a codec', z.object({ since: z.stringbool().default(true) }), /^its setting since .* changed by a transform/],
  ['a catch', z.object({ since: z.number().catch(1) }), /^its setting since .* takes anything by a catch/],
  [
    'a change of the whole',
    z.object({}).overwrite((all) => all),
    /^its settings for stores are changed by a transform/,
  ],
  [
    'a check that answers later',
    z.object({
      since: z
        .string()
        .refine(async () => true)
        .default(''),
    }),
    /^its setting since for stores is checked by a promise: a check answers at once$/,
  ],
  [
    'a check of the whole that answers later',
    z.object({}).refine(async () => true),
    /^its settings for stores are checked by a promise: a check answers at once$/,
  ],
  [
    'a secret that is one in other words than true',
    z.object({ since: z.string().meta({ secret: 'yes' }).default('') }),
    /^its setting since for stores says secret in its meta, and not true or false$/,
  ],
  ['one secret in all', z.object({}).meta({ secret: true }), /^its settings for stores are marked as a secret/],
  ['no object', z.object({}).transform(() => 1), /^its settings for stores are no z\.object/],
  ['a setting without a default', z.object({ since: z.string() }), /^its setting since for stores has no default$/],
  [
    'a default that fails',
    z.object({
      since: z.string().default(() => {
        throw new Error('the moon is away');
      }),
    }),
    /^its setting since for stores is none|^its settings for stores have no defaults: the moon is away$/,
  ],
])('settings with %s are refused in one line', async (_what, schema, reason) => {
  expect(await reasonOf(schema)).toMatch(reason);
});

test('a setting that is called as the switch itself would be taken for it among the changes, and is refused', async () => {
  expect(await reasonOf(z.object({ enabled: z.boolean().default(true) }))).toBe(
    'its setting enabled for stores is called as what switches it off there',
  );
});

test.each(['__proto__', 'constructor', 'toString'])('nor can what every object has (%s) be one', async (name) => {
  expect(await reasonOf(z.object({ [name]: z.string().default('') }))).toBe(
    `its setting ${name} for stores is called as what every object has`,
  );
});

test('a setting has a name that can be kept', async () => {
  const named = (name: string) => reasonOf(z.object({ [name]: z.string().default('') }));
  expect(await named('灯'.repeat(100))).toBeUndefined();
  expect(await named('l'.repeat(101))).toBe('its setting llllllllllllllllllll... for stores has more than 100 letters');
});

test('what JSON can say is taken', async () => {
  const prizes = z.array(z.object({ name: z.string().trim(), weight: z.int() })).default([{ name: 'tea', weight: 1 }]);
  const all = z.object({ prizes, token: z.email().meta({ secret: true }).nullish() });
  expect(await reasonOf(all)).toBeUndefined();
  expect(await reasonOf(all.refine(({ prizes: { length } }) => length < 9).superRefine(() => {}))).toBeUndefined();
});

test('a plug-in that another process hosts is known by its declaration, and its secrets with it', async () => {
  const { storeSettings } = readDeclaration(declarationOf(lamp));
  expect(await reasonOf(storeSettings)).toBeUndefined();
  const secrets = settingsOf({ ...lamp, storeSettings: storeSettings as never }).filter(({ isSecret }) => isSecret);
  expect(secrets.map(({ name }) => name)).toEqual(['nullable', 'optional', 'wrapped', 'picky', 'patterned']);
});
