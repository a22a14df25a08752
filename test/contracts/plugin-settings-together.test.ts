import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { modules } from '../../cli/modules.ts';
import { definePlugin, type Host } from '../../kernel/module.ts';
import { type App, startApp } from '../app.ts';
import type { Person } from '../people.ts';
import { type Chain, openChain } from '../shop.ts';

type Hours = { from: number; until: number };
let door: Host<unknown, Hours>;
/** Opens the door from one hour until another. */
const hours = definePlugin({
  name: 'door',
  contract: '1.0',
  storeSettings: z
    .object({ from: z.int().default(9), until: z.int().default(22) })
    .refine(({ from, until }) => from < until, { error: 'the door opens before it closes', path: ['until'] })
    .superRefine(({ from }) => {
      if (from === 13) throw new Error('nobody opens at thirteen');
    }),
  setup(host) {
    door = host as never;
    return {};
  },
});
/** Rings a bell, by a code that is not to be the name. */
const bell = definePlugin({
  name: 'bell',
  contract: '1.0',
  storeSettings: z
    .object({ name: z.string().default(''), code: z.string().meta({ secret: true }).default('') })
    .refine(({ name, code }) => name === '' || name !== code, {
      error: ({ input }) => `not ${JSON.stringify(input)}`,
    }),
  setup: () => ({}),
});

let app: App;
let chain: Chain;
beforeAll(async () => {
  app = await startApp({ modules: [...modules, hours, bell], environment: { PLUGIN_SETTINGS_KEY: 'k'.repeat(40) } });
  chain = await openChain(app);
});
afterAll(() => app[Symbol.asyncDispose]());

/** Sets what is named; answers what it is refused with, if it is. */
async function set(who: Person, storeId: string | null, settings: Record<string, unknown>, name = 'door') {
  const input = {
    name,
    storeId,
    settings: Object.entries(settings).map(([one, value]) => ({
      name: one,
      value: value === null ? null : JSON.stringify(value),
    })),
  };
  const { errors } = await app.graph(
    'mutation ($input: SetPluginInput!) { setPlugin(input: $input) { name } }',
    { input },
    who.token,
  );
  return errors?.[0]?.extensions;
}
const at = async (storeId: string) => (await door.atStore(storeId)).settings;
const refused = {
  code: 'SETTING_NOT_VALID',
  setting: 'until',
  problem: 'the door opens before it closes',
};

test('values that do not go together are refused, with what is set already and with what is so by default', async () => {
  const { manager, store } = chain;
  expect(await set(manager, store, { from: 8, until: 8 })).toEqual(refused);
  expect(await set(manager, store, { from: 22 })).toEqual(refused);
  expect(await at(store)).toEqual({ from: 9, until: 22 });
  expect(await set(manager, store, { from: 17, until: 18 })).toBeUndefined();
  expect(await set(manager, store, { until: 17 })).toEqual(refused);
  // Until ten in the evening by default, and from five.
  expect(await set(manager, store, { until: null })).toBeUndefined();
  expect(await at(store)).toEqual({ from: 17, until: 22 });
});

test('what a store sets has to go together with what is set for the whole chain, and the other way round', async () => {
  const { hq, manager, other, store } = chain;
  expect(await set(hq, null, { until: 20 })).toBeUndefined();
  expect(await at(store)).toEqual({ from: 17, until: 20 });
  expect(await set(manager, store, { from: 21 })).toEqual(refused);
  expect(await set(hq, null, { from: 21 })).toEqual(refused);
  // At the store it would not, where the door opens at five.
  expect(await set(hq, null, { until: 16 })).toEqual({ ...refused, storeId: store });
  expect(await at(other)).toEqual({ from: 9, until: 20 });
  expect(await set(manager, store, { from: null })).toBeUndefined();
  expect(await set(hq, null, { until: 16 })).toBeUndefined();
  expect(await at(store)).toEqual({ from: 9, until: 16 });
});

test('a check of the whole that throws refuses the values, and what it says of a secret is not told', async () => {
  const { manager, store } = chain;
  expect(await set(manager, store, { from: 13 })).toEqual({
    code: 'SETTING_NOT_VALID',
    problem: 'its check fails: nobody opens at thirteen',
  });
  expect(await set(manager, store, { name: 'knock', code: 'knock' }, 'bell')).toEqual({
    code: 'SETTING_NOT_VALID',
    problem: 'does not go with the other settings',
  });
});
