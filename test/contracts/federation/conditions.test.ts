import { beforeAll, expect, test } from '@jest/globals';
import { type Federation, federate } from './graph.ts';

let graph: Federation;
beforeAll(() => {
  const store = { __typename: 'Store', id: 's', city: 'Harbin', open: true };
  const soup = { __typename: 'Dish', id: '1', name: 'Soup', weight: 300, store };
  const lunch = { __typename: 'Combo', id: '2', name: 'Lunch', parts: [soup] };
  graph = federate({
    subgraphs: {
      menu: `
        type Query { items: [Item] dish: Dish }
        interface Item { id: ID! name: String }
        type Dish implements Item @key(fields: "id") { id: ID! name: String store: Store }
        type Combo implements Item @key(fields: "id") { id: ID! name: String parts: [Dish] }
        type Store @key(fields: "id") { id: ID! city: String }
      `,
      kitchen: `
        type Query { busy: Boolean }
        type Dish @key(fields: "id") { id: ID! weight: Int }
        type Store @key(fields: "id") { id: ID! open: Boolean }
      `,
    },
    store: () => ({ Query: { items: [soup, lunch], dish: soup, busy: true }, entities: [soup, lunch, store] }),
  });
});

const both = [{ on: true }, { on: false }];

test.each([
  'query ($on: Boolean!) { dish { name weight @include(if: $on) } }',
  'query ($on: Boolean!) { dish { name @skip(if: $on) weight @include(if: $on) } }',
  'query ($on: Boolean!) { dish @include(if: $on) { weight } busy @skip(if: $on) }',
  'query ($on: Boolean!) { dish @skip(if: $on) @include(if: $on) { weight } busy }',
  'query ($on: Boolean!) { dish { store { id @skip(if: $on) } } }',
  'query ($on: Boolean!) { dish { store { open @skip(if: $on) city @skip(if: $on) } weight @skip(if: $on) } }',
  'query ($on: Boolean!) { ... on Query @include(if: $on) { dish { weight } } ... @skip(if: $on) { busy } }',
  'query ($on: Boolean!) { items { ... on Dish @include(if: $on) { weight } ... on Combo @skip(if: $on) { name } } }',
  'query ($on: Boolean!) { items { ...Heavy @include(if: $on) name } } fragment Heavy on Dish { weight store { ...Where } } fragment Where on Store { open @skip(if: $on) city }',
  'query ($on: Boolean!) { items { __typename @include(if: $on) } dish { __typename @skip(if: $on) } }',
  'query ($on: Boolean!) { a: items { name } a: items @include(if: $on) { ... on Combo { parts { weight } } } }',
  'query ($on: Boolean!) { ...All } fragment All on Query { dish @skip(if: $on) { weight } ...More @include(if: $on) } fragment More on Query { busy }',
])('with a condition that holds, and one that does not: %s', async (query) => {
  for (const variables of both) expect((await graph.agreed(query, variables)).errors).toBeUndefined();
});

test('what is left out is not fetched', async () => {
  const query = 'query ($on: Boolean!) { dish { name weight @include(if: $on) } }';
  await graph.agreed(query, { on: false });
  expect(graph.calls.map(({ subgraph }) => subgraph)).toEqual(['menu']);
  expect((await graph.agreed('{ dish @skip(if: true) { name weight } }')).data).toEqual({});
  expect(graph.calls).toEqual([]);
});

test('defaults of conditions, and of those given nothing', async () => {
  const query =
    'query ($on: Boolean! = true, $off: Boolean = false) { dish { name @skip(if: $on) weight @include(if: $on) store { id @include(if: $off) city } } }'.replace(
      '$off: Boolean =',
      '$off: Boolean! =',
    );
  await graph.agreed(query);
  await graph.agreed(query, { on: false });
  await graph.agreed(query, { off: true });
  const { errors } = await graph.ask('query ($on: Boolean!) { dish @skip(if: $on) { id } }');
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_INPUT' } }]);
});

test('fields of one name are joined in the order in which they were first asked for', async () => {
  const { data } = await graph.agreed(
    '{ dish { weight } busy dish { name ... on Item { id } store { open } } dish { store { id } } }',
  );
  expect(JSON.stringify(data)).toBe(
    '{"dish":{"weight":300,"name":"Soup","id":"1","store":{"open":true,"id":"s"}},"busy":true}',
  );
});
