import { beforeAll, expect, test } from '@jest/globals';
import { type Federation, federate } from './graph.ts';
import type { Computed } from './store.ts';

let graph: Federation;
beforeAll(() => {
  const price: Computed = (_, { currency }) => (currency === 'EUR' ? 10 : 70);
  const postage: Computed = (self) => Number(self('weight')) + Number(self('price', { currency: 'EUR' }));
  const label: Computed = (self, { loud }) => {
    const { name, at } = self('box') as { name: string; at: { city: string } | null };
    return loud ? `${name}, ${at?.city}!` : `${name}, ${at?.city}`;
  };
  const hint: Computed = (self) => `${self('postage')} fen`;
  const parcel = { price, postage, label, hint };
  const heavy = { ...parcel, __typename: 'Dish', id: '1', weight: 5, box: { name: 'big', at: { city: 'Harbin' } } };
  const light = { ...parcel, __typename: 'Dish', id: '2', weight: 0, box: { name: 'flat', at: null } };
  graph = federate({
    subgraphs: {
      menu: `
        type Query { dishes: [Dish!]! }
        type Dish @key(fields: "id") { id: ID! price(currency: Currency = CNY): Int box: Box }
        type Box { name: String at: Place }
        type Place @shareable { city: String }
        enum Currency { CNY EUR }
      `,
      kitchen: 'type Dish @key(fields: "id") { id: ID! weight: Int }',
      couriers: `
        type Dish @key(fields: "id") {
          id: ID!
          weight: Int @external
          price(currency: Currency = CNY): Int @external
          box: Box @external
          postage: Int @requires(fields: "weight price(currency: EUR)")
          label(loud: Boolean = false): String @requires(fields: "box { name at { city } }")
        }
        type Box @external { name: String at: Place }
        type Place @shareable { city: String }
        enum Currency { CNY EUR }
      `,
      guide: `
        type Dish @key(fields: "id") { id: ID! postage: Int @external hint: String @requires(fields: "postage") }
      `,
    },
    store: () => ({ Query: { dishes: [heavy, light] }, entities: [heavy, light] }),
  });
});

test('a courier is told the weight and the price in its currency, which nobody asked for', async () => {
  const { data } = await graph.agreed('{ dishes { postage } }');
  expect(data).toEqual({ dishes: [{ postage: 15 }, { postage: 10 }] });
  const { variables } = graph.calls.find(({ subgraph }) => subgraph === 'couriers') ?? {};
  expect(variables?.['representations']).toEqual([
    { __typename: 'Dish', id: '1', weight: 5, price: 10 },
    { __typename: 'Dish', id: '2', weight: 0, price: 10 },
  ]);
});

test.each([
  ['in the other currency by default', 'price', 70],
  ['in the other currency', 'price(currency: CNY)', 70],
  ['in the same currency', 'price(currency: EUR)', 10],
  ['by another name', 'price: price(currency: CNY)', 70],
])('a client may ask for the price %s, and the courier still gets its own', async (_, field, price) => {
  const { data } = await graph.agreed(`{ dishes { ${field} postage } }`);
  expect(data).toEqual({
    dishes: [
      { price, postage: 15 },
      { price, postage: 10 },
    ],
  });
});

test('the same by a variable, twice, beside each other', async () => {
  const query = `query ($here: Currency = CNY, $there: Currency) {
    dishes { a: price(currency: $here) b: price(currency: $there) postage }
  }`;
  expect((await graph.agreed(query, { there: 'EUR' })).data).toMatchObject({ dishes: [{ a: 70, b: 10 }, {}] });
  expect((await graph.agreed(query, { here: 'EUR', there: null })).data).toMatchObject({
    dishes: [{ a: 10, b: 70 }, {}],
  });
});

test.each(['id', 'weight', 'box', '__typename'])('a client may call something else %s', async (name) => {
  await graph.agreed(`{ dishes { ${name}: postage label(loud: true) } }`);
  await graph.agreed(`{ dishes { ${name}: price label weight_: weight } }`);
});

test('what is required may be parts of an object', async () => {
  const { data } = await graph.agreed('{ dishes { label quiet: label(loud: false) loud: label(loud: true) } }');
  expect(data).toMatchObject({
    dishes: [{ label: 'big, Harbin', loud: 'big, Harbin!' }, { label: 'flat, undefined' }],
  });
});

test('what is required may itself require something', async () => {
  expect((await graph.agreed('{ dishes { hint } }')).data).toEqual({
    dishes: [{ hint: '15 fen' }, { hint: '10 fen' }],
  });
});

test('fields that require the same of another, with different arguments, each get their own', async () => {
  const price: Computed = (_, { currency, at }) => (currency === 'EUR' ? 10 : 70) + (at === 'NIGHT' ? 1 : 0);
  const dish = {
    __typename: 'Dish',
    id: '1',
    price,
    postage: ((self, { fast }) => Number(self('price', { currency: 'EUR' })) * (fast ? 2 : 1)) as Computed,
    tax: ((self) => self('price', { currency: 'CNY', at: 'NIGHT' })) as Computed,
    dear: ((self) => Number(self('price')) > 20) as Computed,
    gram: 5,
    cheap: ((self) => Number(self('price', { currency: 'EUR' })) < 20) as Computed,
  };
  const shop = federate({
    subgraphs: {
      menu: `
        type Query { dishes: [Dish!]! }
        interface Priced { price(currency: String = "CNY", at: Time): Int }
        type Dish implements Priced @key(fields: "id") { id: ID! price(currency: String = "CNY", at: Time): Int }
        enum Time { NOON NIGHT }
      `,
      couriers: `
        interface Priced { price(currency: String = "CNY", at: Time): Int }
        type Dish implements Priced @key(fields: "id") {
          id: ID!
          gram: Int
          price(currency: String = "CNY", at: Time): Int @external
          postage(fast: Boolean): Int @requires(fields: "price(currency: \\"EUR\\")")
          tax: Int @requires(fields: "price(at: NIGHT, currency: \\"CNY\\")")
          dear: Boolean @requires(fields: "price")
        }
        enum Time { NOON NIGHT }
      `,
      guide: `
        type Dish @key(fields: "id") {
          id: ID!
          price(currency: String = "CNY", at: Time): Int @external
          cheap: Boolean @requires(fields: "price(currency: \\"EUR\\")")
        }
        enum Time { NOON NIGHT }
      `,
    },
    store: () => ({ Query: { dishes: [dish] }, entities: [dish] }),
  });
  const { data } = await shop.agreed('{ dishes { postage tax dear gram cheap } }');
  expect(data).toEqual({ dishes: [{ postage: 10, tax: 71, dear: true, gram: 5, cheap: true }] });
  const query = `query ($fast: Boolean, $time: Time = NIGHT) {
    dishes { a: postage(fast: $fast) b: tax price: dear dear: price tax: price(currency: "EUR", at: $time) }
  }`;
  await shop.agreed(query, { fast: true });
  await shop.agreed(query, { time: 'NOON' });
  await shop.agreed('{ __type(name: "Dish") { fields { name } } }');
});

test('what is required with arguments may stand in a list of objects of several types', async () => {
  const rate: Computed = (_, { day }) => (day === 'SUN' ? 3 : 1);
  const busy: Computed = (self) =>
    (self('tables') as { rate: unknown }[]).map((table) => (typeof table.rate === 'function' ? 3 : table.rate)).join();
  const quiet: Computed = (self) =>
    (self('tables') as { rate: unknown }[]).map((table) => (typeof table.rate === 'function' ? 1 : table.rate)).join();
  const tables = [
    { __typename: 'Round', seats: 4, rate },
    { __typename: 'Square', seats: 2, rate },
  ];
  const hall = { __typename: 'Hall', id: 'h', tables, busy, quiet };
  const chain = federate({
    subgraphs: {
      halls: `
        type Query { hall: Hall }
        type Hall @key(fields: "id") { id: ID! tables: [Table!] }
        interface Table { rate(day: String): Int }
        type Round implements Table { seats: Int rate(day: String): Int }
        type Square implements Table { seats: Int rate(day: String): Int }
      `,
      planner: `
        type Hall @key(fields: "id") {
          id: ID!
          tables: [Table!] @external
          busy: String @requires(fields: "tables { rate(day: \\"SUN\\") }")
          quiet: String @requires(fields: "tables { ... on Round { rate(day: \\"MON\\") } ... on Square { rate } }")
        }
        interface Table { rate(day: String): Int }
        type Round implements Table @external { rate(day: String): Int }
        type Square implements Table @external { rate(day: String): Int }
      `,
    },
    store: () => ({ Query: { hall }, entities: [hall] }),
  });
  expect((await chain.agreed('{ hall { busy } }')).data).toEqual({ hall: { busy: '3,3' } });
  expect((await chain.agreed('{ hall { quiet busy tables { rate: __typename } } }')).data).toMatchObject({
    hall: { quiet: '1,1', busy: '3,3' },
  });
  await chain.agreed('{ hall { busy tables { rate ... on Round { sunday: rate(day: "SUN") } } quiet } }');
});

test('what is required of the objects of one type alone keeps nothing from those of others', async () => {
  const north = {
    __typename: 'Store',
    id: 's1',
    name: 'North',
    queue: 3,
    sign: ((self) => `* ${self('name')} *`) as Computed,
  };
  const items = [
    { __typename: 'Dish', id: 'd1', store: north },
    { __typename: 'Gift', id: 'g1', store: north },
  ];
  const chain = federate({
    subgraphs: {
      menu: `
        type Query { items: [Item] }
        interface Item { id: ID! store: Store }
        type Dish implements Item { id: ID! store: Store }
        type Gift implements Item { id: ID! store: Store }
        type Store @key(fields: "id") { id: ID! name: String }
      `,
      orders: `
        type Store @key(fields: "id") {
          id: ID!
          name: String @external
          sign: String @requires(fields: "name")
          queue: Int
        }
      `,
    },
    store: () => ({ Query: { items }, entities: [north] }),
  });
  const { data, errors } = await chain.agreed('{ items { store { queue } ... on Gift { store { sign } } } }');
  expect(errors).toBeUndefined();
  expect(data).toEqual({ items: [{ store: { queue: 3 } }, { store: { queue: 3, sign: '* North *' } }] });
});
