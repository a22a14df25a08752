import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { defineModule, definePlugin } from '../../kernel/module.ts';
import { type App, startApp } from '../app.ts';

/** What the label of every wine is: whatever its plug-in happens to answer. */
let label: unknown;

const wines = ['Port', 'Muscat'].map((name) => ({ id: name, name }));
const cellar = defineModule({
  name: 'cellar',
  schema: `
    type Query { wines: [Wine!]! }
    type Wine @key(fields: "id") { id: ID! name: String! grape: Grape }
    type Grape @key(fields: "id") { id: ID! name: String! }`,
  setup: () => ({
    resolvers: { Query: { wines: () => wines }, Wine: { grape: () => ({ id: 'one', name: 'Red' }) } },
  }),
});
const printer = definePlugin({
  name: 'printer',
  contract: '1.0',
  schema: `
    scalar Label
    type Query { slogan: Label price(of: Int): Int grapes: [Grape] }
    type Wine @key(fields: "id") { id: ID! label: Label }
    type Grape @key(fields: "id") { id: ID! label: Label }`,
  setup: () => ({
    resolvers: {
      Query: { slogan: () => label, price: () => label, grapes: () => label },
      Wine: { label: () => label },
      Grape: { label: () => label },
    },
  }),
});
const reader = definePlugin({
  name: 'reader',
  contract: '1.0',
  schema: `
    scalar Label
    type Wine @key(fields: "id") { id: ID! label: Label @external read: String @requires(fields: "label") }`,
  setup: () => ({
    resolvers: { Wine: { read: ({ label: seen }: { label: unknown }) => `it says ${JSON.stringify(seen)}` } },
  }),
});

let app: App;
beforeAll(async () => {
  app = await startApp({ modules: [cellar, printer, reader] });
});
afterAll(() => app[Symbol.asyncDispose]());

function nested(times: number): unknown {
  let value: unknown = 'deep';
  for (let time = 0; time < times; time += 1) value = [value];
  return value;
}

/** A family whose children know their parents. */
function circle(): unknown {
  const parent: Record<string, unknown> = {};
  parent['children'] = [{ parent }, { parent }];
  return parent;
}

const throwing = {
  toJSON() {
    throw new Error('no ink');
  },
};

const ALL = '{ slogan wines { name label read grape { name label } } }';

test.each([
  ['runs in a circle', circle()],
  ['is nested 400,000 times', nested(400_000)],
  ['is a big integer', 1n],
  ['holds a big integer', { price: [1n] }],
  ['fails to be written', throwing],
])('a value that %s costs its own field, and nobody the rest', async (_what, value) => {
  label = value;
  const { data, errors = [] } = await app.graph(ALL);
  expect(data).toEqual({
    slogan: null,
    wines: wines.map(({ name }) => ({ name, label: null, read: 'it says null', grape: { name: 'Red', label: null } })),
  });
  const places = errors.map(({ path, extensions }) => [path?.join('.'), extensions.code]);
  expect(places.toSorted()).toEqual([
    ['slogan', 'NOT_AVAILABLE'],
    ['wines.0.grape.label', 'NOT_AVAILABLE'],
    ['wines.0.label', 'NOT_AVAILABLE'],
    ['wines.1.grape.label', 'NOT_AVAILABLE'],
    ['wines.1.label', 'NOT_AVAILABLE'],
  ]);
});

test.each([
  ['a text', 'Port'],
  ['what says itself how it is written', new Date(0)],
  ['something of some depth', { front: { lines: [[['Port']]] } }],
])('%s is answered as it is', async (_what, value) => {
  label = value;
  const { data, errors } = await app.graph('{ slogan wines { label grape { label } } }');
  expect(errors).toBeUndefined();
  const written = JSON.parse(JSON.stringify(value));
  expect(data).toEqual({ slogan: written, wines: wines.map(() => ({ label: written, grape: { label: written } })) });
});

test('what a field was not to answer is told to nobody, and is no mistake of who has asked', async () => {
  label = { token: 'of-the-cellar' };
  const { data, errors = [] } = await app.graph('{ price grapes { id } wines { name } }');
  expect(data).toEqual({ price: null, grapes: null, wines: wines.map(({ name }) => ({ name })) });
  expect(errors.map(({ extensions: { code } }) => code)).toEqual(['INTERNAL', 'INTERNAL']);
  expect(JSON.stringify(errors)).not.toContain('of-the-cellar');
});

test('what is wrong with an argument is told to who has asked', async () => {
  const { errors = [] } = await app.graph('query ($of: Int) { price(of: $of) }', { of: 'Port' });
  expect(errors[0]?.extensions.code).toBe('BAD_INPUT');
  expect(errors[0]?.message).toContain('Int cannot represent');
});
