import { expect, test } from '@jest/globals';
import { modules } from '../../cli/modules.ts';
import { admit } from '../../kernel/graph/admission.ts';
import { definePlugin, type Module } from '../../kernel/module.ts';

/** A plug-in of somebody's, as far as it is declared. */
const plugin = (schema: string, more: Partial<Module> = {}) =>
  definePlugin({ name: 'guest', contract: '1.0', schema, setup: () => ({}), ...more } as never);

/** Why a plug-in is left out; undefined when it is taken. */
const reasonOf = async (one: Module) => (await admit(modules, [one])).refused.get(one.name);

test('a plug-in adds types of its own, and fields to those of others by their keys', async () => {
  const schema = `
    type Query { gift(orderId: ID!): Gift }
    type Gift @key(fields: "id") { id: ID! of: Order! ribbon: Ribbon! }
    enum Ribbon { RED BLUE }
    type Order @key(fields: "id") { id: ID! gift: Gift @authenticated }
    extend type Diner @key(fields: "id") { id: ID! gifts(first: Int! = 10): [Gift!] }
  `;
  expect(await reasonOf(plugin(schema))).toBeUndefined();
});

const TWICE =
  'type Order @key(fields: "id") { id: ID! total: Money! @external tip: Int @requires(fields: "id", fields: "total") }';
const ORDER = (field: string, key = '@key(fields: "id")') => `type Order ${key} { id: ID! ${field} }`;

test.each([
  ['answers for another’s field', ORDER('total: Money!'), 'its field Order.total is one of orders'],
  [
    'shares another’s field',
    ORDER('total: Money! @shareable'),
    'its field Order.total has @shareable, which plug-ins may not use there',
  ],
  [
    'takes another’s field over',
    ORDER('total: Money! @override(from: "orders")'),
    'its field Order.total has @override, which plug-ins may not use there',
  ],
  [
    'hides another’s type',
    ORDER('gift: Int', '@key(fields: "id") @inaccessible'),
    'its type Order has @inaccessible, which plug-ins may not use there',
  ],
  [
    'asks for rights to another’s type',
    ORDER('gift: Int', '@key(fields: "id") @authenticated'),
    'its type Order has @authenticated, which plug-ins may not use there',
  ],
  [
    'knows another’s type by other keys',
    ORDER('total: Money!', '@key(fields: "id total")'),
    'has no @key of "id total" there',
  ],
  [
    'says what another’s type is without its key',
    ORDER('gift: Int', ''),
    'its type Order is one of orders; fields are added to it by its @key',
  ],
  [
    'says it again behind the key',
    `${ORDER('gift: Int')} extend type Order { total: Money! }`,
    'its field Order.total is one of orders',
  ],
  ['gives another’s enum a value', 'enum Channel { BY_DRONE }', 'its type Channel is one of the product'],
  [
    'closes what all modules have',
    'extend scalar Money @policy(policies: [["nobody"]])',
    'its type Money is one of the product',
  ],
  ['says twice what it requires', TWICE, 'its field Order.tip says fields of @requires twice'],
  [
    'takes over by another name',
    'type Query { order(id: ID!): Order @federation__override(from: "orders") }',
    'its field Query.order has @federation__override',
  ],
  ['hides all that can be changed', 'type Mutation @inaccessible { zip: Int }', 'its type Mutation has @inaccessible'],
  [
    'closes all that can be asked',
    'type Query @requiresScopes(scopes: [["nobody"]]) { zip: Int }',
    'its type Query has @requiresScopes',
  ],
  [
    'hides what another’s type is known by',
    'type Order @key(fields: "id") { id: ID! @inaccessible zap: Int }',
    'its field Order.id has @inaccessible',
  ],
  [
    'makes it dear',
    'type Order @key(fields: "id") { id: ID! @federation__cost(weight: 1000000) zap: Int }',
    'its field Order.id has @federation__cost',
  ],
  [
    'passes on what it was not given',
    'type Kid @federation__context(name: "c") { id: ID! }',
    'its type Kid has @federation__context',
  ],
  [
    'says what another’s type is like',
    'interface Dear { id: ID! } type Order implements Dear @key(fields: "id") { id: ID! zap: Int }',
    'may not implement Dear',
  ],
  [
    'calls another type Query',
    'schema { query: Q } type Q @inaccessible { zip: Int }',
    'it says what its root types are',
  ],
  ['answers what gateways ask', 'type Query { _service: Int }', 'its _service is a name of federation’s own'],
  [
    'describes another’s type',
    '"free food" type Order @key(fields: "id") { id: ID! zap: Int }',
    'which says what it is',
  ],
  [
    'says that another’s key may be null',
    'type Order @key(fields: "id") { id: ID t: Int }',
    'its field Order.id is not ID where it is from',
  ],
  [
    'says that another’s field may be null',
    ORDER('note: String! @external t: Int @requires(fields: "note")'),
    'its field Order.note is not String! where it is from',
  ],
  [
    'has inputs whose defaults have no end',
    'input I { a: I = {} b: Int } type Query { circ(i: I): Int }',
    'does not fit the others',
  ],
  [
    'has an object where a scalar is, which nobody could be told of',
    'scalar Z type Query { boxes(z: Z = { a: 1 }): Int }',
    'the default of z of Query.boxes is nothing that Z can be told as',
  ],
  [
    'has one deep in an input',
    'scalar Z input I { z: [Z] = [1, { a: 1 }] } type Query { boxes(i: I): Int }',
    'the default of z of I is nothing that [Z] can be told as',
  ],
  [
    'has an input of which one field is to be said, which federation does not know',
    'input I @oneOf { a: Int b: Int } type Query { boxes(i: I): Int }',
    'its type I has @oneOf, which plug-ins may not use there',
  ],
  [
    'says null for a right',
    'type Query { zip: Int @requiresScopes(scopes: null) }',
    'says null for scopes of @requiresScopes',
  ],
  ['hides an argument', 'type Query { zip(a: Int @tag(name: "x")): Int }', "its Query's a has @tag"],
  ['has a field of a query that is another’s', 'type Query { order(id: ID!): Int }', 'does not fit the others'],
])('a plug-in that %s is left out', async (_what, schema, reason) => {
  expect(await reasonOf(plugin(schema, { scopes: ['orders:read'] }))).toContain(reason);
});

const routed = (...routes: string[]) => reasonOf(plugin('type Query { gift: Int }', { routes: routes as never }));

test.each(['GET /kitchen/:asset', 'GET /:anything', 'GET /:first/:second', 'POST /webhooks/:any'])(
  'a plug-in answers at no place of another: %s',
  async (place) => expect(await routed('GET /box/:id', place)).toMatch(/^its routes meet (GET|POST) \/\S+ of [a-z-]+$/),
);

test.each(['GET /graphql', 'POST /graphql/', 'GET /', 'GET /livez', 'POST /_/internal/orders', 'GET /readyz'])(
  'nor where the product answers itself: %s',
  async (place) => expect(await routed(place)).toMatch(/is the product's own$|is not like GET \/box\/:id$/),
);

test.each([
  'GET box',
  'DELETE /box',
  'GET /box/*',
  'GET /box/(.*)',
  'GET /box/:id?',
  'GET /box/',
  'GET /box//a',
  'GET /b x',
])('nor at one that no request comes to as it is written: %s', async (place) =>
  expect(await routed(place)).toBe(`its route ${place} is not like GET /box/:id`),
);

test('it answers beside them', async () => {
  const places = [
    'GET /box/:id',
    'POST /box/:id',
    'GET /box',
    'GET /box/:id/lid.svg',
    'GET /.well-known/box',
    'POST /kitchen',
  ];
  expect(await routed(...places)).toBeUndefined();
});

const REQUIRING =
  'type Order @key(fields: "id") { id: ID! total: Money! @external tip: Int @requires(fields: "total") }';
const THROUGH = `
  type Order @key(fields: "id") { id: ID! diner: Diner @external greeting: String @requires(fields: "diner { name }") }
  type Diner @key(fields: "id") { id: ID! name: String! @external }
`;
const OWN_KEY = `
  type Query { gift: Gift }
  type Gift @key(fields: "order { id total }") { order: Order! }
  type Order @key(fields: "id") { id: ID! total: Money! @external }
`;

test('what a plug-in requires of others is within its scopes', async () => {
  const needs = 'which needs the scope';
  expect(await reasonOf(plugin(REQUIRING))).toContain(`its Order.tip requires Order.total, ${needs} orders:read`);
  expect(await reasonOf(plugin(REQUIRING, { scopes: ['orders:read'] }))).toBeUndefined();
  expect(await reasonOf(plugin(THROUGH, { scopes: ['orders:read'] }))).toContain(
    `its Order.greeting requires Diner.name, ${needs} members:read`,
  );
  expect(await reasonOf(plugin(THROUGH, { scopes: ['orders:read', 'members:read'] }))).toBeUndefined();
  expect(await reasonOf(plugin(OWN_KEY))).toContain(`its Gift requires Order.total, ${needs} orders:read`);
});

test('what a plug-in is told of is within its scopes', async () => {
  const hears = (more: Partial<Module>) => reasonOf(plugin('type Query { heard: Int }', more));
  expect(await hears({ consumes: ['order.paid'] })).toBe('it consumes order.paid, which needs the scope orders:read');
  expect(await hears({ consumes: ['order.paid'], scopes: ['orders:read'] })).toBeUndefined();
  expect(await hears({ consumes: ['order.eaten' as never] })).toBe('it consumes order.eaten, which no module emits');
  expect(await hears({ emits: ['order.paid'] })).toBe('its event order.paid is one of orders');
});

test('a scope that stands for nothing is named, with those that stand for something', async () => {
  const asks = (...scopes: string[]) => reasonOf(plugin('type Query { gift: Int }', { scopes }));
  for (const scope of ['order:read', 'internal:kitchen', 'internal:cash-payment', ''])
    expect(await asks('orders:read', scope)).toMatch(
      new RegExp(`^its scope ${scope} is none; there are internal:devices, .*members:read, .*stock:read$`),
    );
  expect(await asks('orders:read', 'internal:marketing', 'staff:manage')).toBeUndefined();
});

test.each(['01.0', '1.00', ' 1.0', '1.0 ', '1', '1.0.0', 'v1.0', '1.-0', `1.${'0'.repeat(99)}`])(
  'a contract that is written like %j is no version',
  async (contract) =>
    expect(await reasonOf(plugin('type Query { gift: Int }', { contract }))).toBe(
      "states no version of the contract, such as contract: '1.0'",
    ),
);
