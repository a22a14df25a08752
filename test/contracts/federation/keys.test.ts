import { beforeAll, expect, test } from '@jest/globals';
import { type Federation, federate } from './graph.ts';

let graph: Federation;
beforeAll(() => {
  graph = federate({
    subgraphs: {
      menu: `
        type Query { dishes: [Dish!]! }
        type Dish @key(fields: "id") @key(fields: "code store { id }") {
          id: ID!
          code: String!
          store: Store!
          name: String
        }
        type Store @key(fields: "id") { id: ID! city: City }
        type City @shareable { name: String }
      `,
      scales: `
        type Dish @key(fields: "code store { id }") {
          code: String!
          store: Store!
          weight: Int
        }
        type Store @key(fields: "id") { id: ID! scales: [String!]! }
        type Query { scaled(code: String!): Dish }
      `,
      kitchen: `type Dish @key(fields: "id") { id: ID! minutes: Int }`,
      diary: `
        type Dish @key(fields: "id") @key(fields: "plu") { id: ID! plu: String note: String }
      `,
      shelf: `type Dish @key(fields: "plu") { plu: String shelf: String } type Query { onShelf: [Dish] }`,
    },
    store() {
      const north = { __typename: 'Store', id: 'n', city: { name: 'Harbin' }, scales: ['big', 'small'] };
      const south = { __typename: 'Store', id: 's', city: null, scales: [] };
      const soup = { __typename: 'Dish', id: '1', code: 'soup', store: north, name: 'Soup', weight: 300, minutes: 5 };
      const southern = { ...soup, id: '2', store: south, weight: 350, minutes: 7 };
      const tea = { __typename: 'Dish', id: '3', code: 'tea', store: north, name: null, weight: null, minutes: null };
      const dishes = [
        { ...soup, plu: '4011', note: 'hot', shelf: 'A' },
        { ...southern, plu: null, note: 'very hot', shelf: null },
        { ...tea, plu: '4012', note: null, shelf: 'C' },
      ];
      return {
        Query: {
          dishes,
          scaled: (_: unknown, { code }: { code: string }) => dishes.find((dish) => dish.code === code),
          onShelf: [dishes[0], null, dishes[2]],
        },
        entities: [...dishes, north, south],
      };
    },
  });
});

test('a dish is found by whichever key a subgraph has, also by one made of several and of another’s', async () => {
  const { data } = await graph.agreed('{ dishes { name weight minutes } }');
  expect(data).toEqual({
    dishes: [
      { name: 'Soup', weight: 300, minutes: 5 },
      { name: 'Soup', weight: 350, minutes: 7 },
      { name: null, weight: null, minutes: null },
    ],
  });
  const scales = graph.calls.find(({ subgraph }) => subgraph === 'scales');
  expect(scales?.variables['representations']).toEqual([
    { __typename: 'Dish', code: 'soup', store: { id: 'n' } },
    { __typename: 'Dish', code: 'soup', store: { id: 's' } },
    { __typename: 'Dish', code: 'tea', store: { id: 'n' } },
  ]);
});

test('a dish that has no such number is not asked for by it, and what is behind it is null', async () => {
  const { data, errors } = await graph.agreed('{ dishes { id shelf } }');
  expect(errors).toBeUndefined();
  expect(data).toEqual({
    dishes: [
      { id: '1', shelf: 'A' },
      { id: '2', shelf: null },
      { id: '3', shelf: 'C' },
    ],
  });
});

test('from one key to another and on', async () => {
  await graph.agreed('{ scaled(code: "tea") { name store { city { name } scales } minutes } }');
  await graph.agreed('{ onShelf { plu shelf note name weight } }');
});
