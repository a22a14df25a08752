import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { modules } from '../../cli/modules.ts';
import { definePlugin, type Host } from '../../kernel/module.ts';
import { type App, startApp } from '../app.ts';
import { headquarters, type Person, staff } from '../people.ts';
import { openChain, openShop } from '../shop.ts';

const SECRET = 'a-token-of-the-board-maker';
const storeSettings = z.object({
  greeting: z.string().min(1).max(40).default('Welcome').describe('The first line of the board.'),
  lines: z.number().int().min(1).max(10).default(3),
  token: z.string().min(8).default('none-yet').meta({ secret: true }),
});

type Set = z.infer<typeof storeSettings>;

/** What the board at the door shows: set for each store, and told of what is paid there. */
const paid: string[] = [];
const greeted: unknown[] = [];
let host: Host<unknown, Set>;
const board = definePlugin({
  name: 'board',
  contract: '1.0',
  storeSettings,
  consumes: ['order.paid'],
  scopes: ['orders:read'],
  setup(given) {
    host = given as never;
    return {
      on: {
        'order.paid': async (_, { payload }, store) => {
          paid.push(payload.orderId);
          greeted.push(store?.settings.greeting);
        },
      },
    };
  },
});

let app: App;
let hq: Person;
let store: string;
let other: string;
let manager: Person;
beforeAll(async () => {
  app = await startApp({ modules: [...modules, board], environment: { PLUGIN_SETTINGS_KEY: 'k'.repeat(40) } });
  ({ hq, store, other, manager } = await openChain(app));
});
afterAll(() => app[Symbol.asyncDispose]());

const SET = `mutation ($input: SetPluginInput!) { setPlugin(input: $input) {
  name enabled settings { name value isSet isSecret } } }`;
const set = (who: Person | undefined, input: object) =>
  app.graph(SET, { input: { name: 'board', storeId: store, ...input } }, who?.token);
const codeOf = async (answer: ReturnType<typeof set>) => (await answer).errors?.[0]?.extensions.code;

test('a manager sets a plug-in at the own store, and the plug-in has it at once; other stores go on as before', async () => {
  expect(await host.atStore(store)).toEqual({
    enabled: true,
    settings: { greeting: 'Welcome', lines: 3, token: 'none-yet' },
  });
  const { data } = await set(manager, {
    settings: [
      { name: 'greeting', value: '"欢迎光临"' },
      { name: 'lines', value: '5' },
    ],
  });
  expect(data.setPlugin).toEqual({
    name: 'board',
    enabled: true,
    settings: [
      { name: 'greeting', value: '"欢迎光临"', isSet: true, isSecret: false },
      { name: 'lines', value: '5', isSet: true, isSecret: false },
      { name: 'token', value: null, isSet: false, isSecret: true },
    ],
  });
  expect((await host.atStore(store)).settings).toEqual({ greeting: '欢迎光临', lines: 5, token: 'none-yet' });
  expect((await host.atStore(other)).settings.greeting).toBe('Welcome');
  await set(manager, { settings: [{ name: 'lines', value: null }] });
  expect((await host.atStore(store)).settings.lines).toBe(3);
});

test('a secret reaches the plug-in and nobody else: not the graph, not the log of changes, not the database', async () => {
  const { data } = await set(manager, { settings: [{ name: 'token', value: JSON.stringify(SECRET) }] });
  expect(data.setPlugin.settings[2]).toEqual({ name: 'token', value: null, isSet: true, isSecret: true });
  expect((await host.atStore(store)).settings.token).toBe(SECRET);
  const rows = await app.sql<object>('plugin-settings', 'select * from plugin_value');
  const changes = await app.sql<object>('plugin-settings', 'select * from plugin_change');
  expect(JSON.stringify([rows, changes])).not.toContain(SECRET);
  const moved = (
    await app.sql<{ value: string }>('plugin-settings', "select value from plugin_value where name = 'token'")
  )[0];
  await app.sql('plugin-settings', 'insert into plugin_value (plugin, store_id, name, value) values (?, ?, ?, ?)', [
    'board',
    other,
    'token',
    moved?.value,
  ]);
  expect((await host.atStore(other)).settings.token).toBe('none-yet');
  await app.sql('plugin-settings', 'delete from plugin_value where store_id = ?', [other]);
});

test('what was changed is kept: by whom, when, from what to what', async () => {
  const CHANGES = `query ($storeId: ID!) { pluginChanges(storeId: $storeId) {
    edges { node { plugin setting before after by } } } }`;
  const { pluginChanges } = await app.ask(CHANGES, { storeId: store }, hq.token);
  const by = `staff:${manager.id}`;
  expect(pluginChanges.edges.map(({ node }: { node: object }) => node)).toEqual([
    { plugin: 'board', setting: 'token', before: null, after: null, by },
    { plugin: 'board', setting: 'lines', before: '5', after: null, by },
    { plugin: 'board', setting: 'lines', before: null, after: '5', by },
    { plugin: 'board', setting: 'greeting', before: null, after: '"欢迎光临"', by },
  ]);
  await set(manager, { settings: [{ name: 'greeting', value: '"欢迎光临"' }] });
  expect((await app.ask(CHANGES, { storeId: store }, hq.token)).pluginChanges.edges).toHaveLength(4);
});

test('others may neither see nor change it', async () => {
  const waiter = await staff(app, hq, 'WAITER', [store]);
  const elsewhere = await staff(app, hq, 'MANAGER', [other]);
  const SHOW = 'query ($storeId: ID!) { plugins(storeId: $storeId) { name } }';
  for (const who of [waiter, elsewhere]) {
    expect(await codeOf(set(who, { enabled: false }))).toBe('FORBIDDEN');
    expect(await codeOf(app.graph(SHOW, { storeId: store }, who.token))).toBe('FORBIDDEN');
  }
  expect(await codeOf(set(undefined, { enabled: false }))).toBe('UNAUTHENTICATED');
  expect((await host.atStore(store)).enabled).toBe(true);
  const { plugins } = await app.ask(SHOW, { storeId: store }, manager.token);
  expect(plugins).toContainEqual({ name: 'board' });
  expect(plugins).toContainEqual({ name: 'kitchen-screen' });
});

test.each([
  ['a value of another kind', { settings: [{ name: 'lines', value: '"many"' }] }, 'SETTING_NOT_VALID'],
  ['a value out of its bounds', { settings: [{ name: 'lines', value: '11' }] }, 'SETTING_NOT_VALID'],
  ['what is no JSON', { settings: [{ name: 'greeting', value: 'Welcome' }] }, 'SETTING_NOT_VALID'],
  ['a setting that there is not', { settings: [{ name: 'colour', value: '"red"' }] }, 'SETTING_NOT_FOUND'],
  ['a name that every object has', { settings: [{ name: 'constructor', value: '1' }] }, 'SETTING_NOT_FOUND'],
  ['a plug-in that there is not', { name: 'nobody', enabled: false }, 'PLUGIN_NOT_FOUND'],
  ['a module that is no plug-in', { name: 'orders', enabled: false }, 'PLUGIN_NOT_FOUND'],
  ['a good one beside a bad one', { enabled: false, settings: [{ name: 'lines', value: '0' }] }, 'SETTING_NOT_VALID'],
])('%s is refused, and nothing is changed', async (_, input, code) => {
  const before = await host.atStore(store);
  expect(await codeOf(set(manager, input))).toBe(code);
  expect(await host.atStore(store)).toEqual(before);
});

test('a store that there is not is refused, also to headquarters', async () => {
  expect(await codeOf(set(hq, { storeId: crypto.randomUUID(), enabled: false }))).toBe('STORE_NOT_FOUND');
});

test('where it is switched off it is not told of what happens there, and it is again when it is switched on', async () => {
  const emit = (storeId: string, orderId: string) =>
    app.product.running.modules
      .get('orders')!
      .host.transact(app.product.running.modules.get('orders')!.host.context(), (tx) =>
        app.product.running.modules.get('orders')!.host.emit(tx, 'order.paid', { aggregate: orderId, version: 1 }, {
          orderId,
          storeId,
          lines: [],
          kitchenNote: null,
        } as never),
      );
  await set(manager, { enabled: false });
  await emit(store, 'silent');
  await emit(other, 'elsewhere');
  await app.settled();
  await set(manager, { enabled: true });
  await emit(store, 'heard');
  await app.settled();
  expect(paid).toEqual(['elsewhere', 'heard']);
  // In its transaction it could not ask how it is set there.
  expect(greeted).toEqual(['Welcome', '欢迎光临']);
});

test('headquarters switches a plug-in off for the whole chain: its fields and places are gone, and come back', async () => {
  const bill = async () =>
    (await app.graph('{ weChatPayBill(day: "2026-11-22") { day } }')).errors?.[0]?.extensions.code;
  const isThere = async () => (await bill()) !== 'GRAPHQL_VALIDATION_FAILED';
  /** Asks until it is so: when a gateway has taken another graph, nobody is told. */
  const until = async (there: boolean) => {
    while ((await isThere()) !== there);
  };
  const page = async () => (await fetch(`${app.url}/wechat-pay/simulator`)).status;
  const wechat = { name: 'wechat-pay', storeId: null };
  await until(true);
  expect(await codeOf(set(manager, { ...wechat, enabled: false }))).toBe('FORBIDDEN');
  expect((await set(hq, { ...wechat, enabled: false })).data.setPlugin.enabled).toBe(false);
  await until(false);
  expect(await page()).toBe(404);
  expect((await set(hq, { ...wechat, enabled: true })).data.setPlugin.enabled).toBe(true);
  await until(true);
  expect(await page()).not.toBe(404);
  expect(await codeOf(set(hq, { name: 'plugin-settings', storeId: null, enabled: false }))).toBe('PLUGIN_NEEDED');
});

test('what is set for the whole chain holds at each store that has none of its own', async () => {
  await set(hq, { storeId: null, settings: [{ name: 'lines', value: '7' }] });
  expect((await host.atStore(other)).settings.lines).toBe(7);
  await set(manager, { settings: [{ name: 'lines', value: '2' }] });
  expect((await host.atStore(store)).settings.lines).toBe(2);
  expect((await host.atStore(other)).settings.lines).toBe(7);
});

test('without a key no secret is taken, and all else is', async () => {
  await using plain = await startApp({
    modules: [...modules, board],
    environment: { PLUGIN_SETTINGS_KEY: undefined },
  });
  const head = await headquarters(plain);
  const { storeId } = await openShop(plain, head);
  const ask = (settings: object[]) => plain.graph(SET, { input: { name: 'board', storeId, settings } }, head.token);
  expect(await codeOf(ask([{ name: 'token', value: JSON.stringify(SECRET) }]))).toBe('SECRETS_NOT_KEPT');
  expect((await ask([{ name: 'lines', value: '4' }])).data.setPlugin.settings[1].value).toBe('4');
});
