import { beforeAll, expect, test } from '@jest/globals';
import { type Federation, federate } from './graph.ts';
import type { Computed } from './store.ts';

const echo: Computed = (_, args) => JSON.stringify(args);
let graph: Federation;
beforeAll(() => {
  const soup = { __typename: 'Dish', id: '1', name: 'Soup', secret: 'salt', kind: 'FOOD', state: 'SOLD' };
  const tea = { __typename: 'Drink', id: '2', name: 'Tea', cup: 'big', kind: 'INNER', state: 'NEW' };
  const pass = { __typename: 'Pass', id: '3', door: 'back' };
  const hall = { __typename: 'Hall', id: '4', seats: 20 };
  graph = federate({
    subgraphs: {
      menu: `
        type Query {
          found: [Found]
          offers: [Offer]
          kinds(only: Want, filter: Filter): String
          secrets: String @inaccessible
        }
        union Found = Dish | Drink | Pass
        union Offer = Dish
        interface Served { id: ID! name: String }
        type Dish implements Served @key(fields: "id") {
          id: ID!
          name: String @tag(name: "public")
          secret: String @inaccessible
          kind: Kind
        }
        type Drink implements Served @key(fields: "id") { id: ID! name: String cup: String kind: Kind }
        type Pass @key(fields: "id") @inaccessible { id: ID! door: String }
        enum Kind { FOOD DRINK SECRET @inaccessible }
        enum Want { FOOD DRINK INNER @inaccessible }
        input Filter { kind: Want name: String = "any" menuOnly: Int }
      `,
      hall: `
        type Query { free: [Free] best: Offer sold(only: Want, filter: Filter): String }
        union Free = Hall | Dish
        union Offer = Dish | Hall
        type Hall @key(fields: "id") { id: ID! seats: Int }
        type Dish @key(fields: "id") {
          id: ID!
          state: State
          secret: String @external
          hint: String @requires(fields: "secret")
        }
        enum Want { FOOD DRINK TABLE INNER }
        enum State { NEW SOLD }
        input Filter { kind: Want name: String = "any" hallOnly: Int }
      `,
      stock: 'enum State { NEW SOLD LOST } type Dish @key(fields: "id") { id: ID! past: [State] }',
    },
    store: () => ({
      Query: {
        found: [{ ...soup, hint: ((self) => `not ${self('secret')}`) as Computed }, tea, pass, null],
        offers: [soup],
        free: [hall, soup],
        best: hall,
        kinds: echo,
        sold: echo,
      },
      entities: [
        { ...soup, past: ['NEW', 'LOST'], hint: ((self) => `not ${self('secret')}`) as Computed },
        tea,
        pass,
        hall,
      ],
    }),
  });
});

test('a union has the members of all subgraphs, each found where it is known', async () => {
  await graph.agreed(
    '{ free { __typename ... on Hall { seats } ... on Dish { name state } } best { ... on Hall { seats } } }',
  );
  await graph.agreed('{ offers { ... on Dish { name state } ... on Hall { seats } } }');
});

test('what is not for clients does not reach them, by its value, its type or its name', async () => {
  const answer = await graph.agreed('{ found { __typename ... on Served { name } ... on Drink { kind } } }');
  expect(answer.data).toEqual({
    found: [{ __typename: 'Dish', name: 'Soup' }, { __typename: 'Drink', name: 'Tea', kind: null }, null, null],
  });
  expect(answer.errors?.map(({ path }) => path)).toEqual([
    ['found', 1, 'kind'],
    ['found', 2],
  ]);
  expect(JSON.stringify(answer)).not.toMatch(/SECRET|Pass|menu|hall/);
  await expect(graph.ask('{ secrets }')).rejects.toThrow('Cannot query field');
});

test('what is not for clients may still be required', async () => {
  expect((await graph.agreed('{ found { ... on Dish { hint } } }')).data).toMatchObject({
    found: [{ hint: 'not salt' }, {}, null, null],
  });
});

test('an enum that is asked and answered has the values that all subgraphs know', async () => {
  await graph.agreed('{ kinds(only: FOOD) sold(only: DRINK, filter: { kind: DRINK }) }');
  await expect(graph.ask('{ sold(filter: { kind: TABLE }) }')).rejects.toThrow('does not exist in "Want"');
  const query = 'query ($filter: Filter) { kinds(filter: $filter) sold(filter: $filter) }';
  await graph.agreed(query, { filter: { kind: 'FOOD' } });
  for (const filter of [{ kind: 'INNER' }, { kind: 'TABLE' }, { menuOnly: 1 }, { hallOnly: 1 }]) {
    const { data, errors } = await graph.ask(query, { filter });
    expect(data).toBeUndefined();
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_INPUT' } }]);
    expect(graph.calls).toEqual([]);
  }
});

test('an enum that is only answered has the values of all', async () => {
  const both = federate({
    subgraphs: {
      menu: 'type Query { dish: Dish } enum Past { NEW SOLD } type Dish @key(fields: "id") { id: ID! now: Past }',
      stock: 'enum Past { NEW SOLD LOST } type Dish @key(fields: "id") { id: ID! past: [Past] }',
    },
    store: () => {
      const dish = { __typename: 'Dish', id: '1', now: 'SOLD', past: ['NEW', 'LOST', null] };
      return { Query: { dish }, entities: [dish] };
    },
  });
  expect((await both.agreed('{ dish { now past } }')).data).toEqual({
    dish: { now: 'SOLD', past: ['NEW', 'LOST', null] },
  });
});
