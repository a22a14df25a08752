import { beforeAll, expect, test } from '@jest/globals';
import { type Federation, federate } from './graph.ts';
import type { Computed } from './store.ts';

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
  const shelf = graph.calls.find(({ subgraph }) => subgraph === 'shelf');
  expect(shelf?.variables['representations']).toEqual([
    { __typename: 'Dish', plu: '4011' },
    { __typename: 'Dish', plu: '4012' },
  ]);
});

test('from one key to another and on', async () => {
  await graph.agreed('{ scaled(code: "tea") { name store { city { name } scales } minutes } }');
  await graph.agreed('{ onShelf { plu shelf note name weight } }');
});

test('keys that are mixed of the parts of others', async () => {
  const label: Computed = (self) => `board: ${self('name')}`;
  const dish = (id: string, number: number) => {
    const place = { hall: 'east', row: 7, number };
    return { __typename: 'Dish', id, plu: `p${id}`, place, name: `dish ${id}`, label, left: number };
  };
  const dishes = [dish('1', 1), dish('2', 2)];
  const board = { __typename: 'Board', id: 'b', dishes };
  const mixed = federate({
    subgraphs: {
      menu: `
        type Query { dish: Dish }
        type Dish @key(fields: "id") @key(fields: "plu") @key(fields: "place { hall number }") @key(fields: "id place { row number }") {
          id: ID!
          plu: ID!
          place: Place!
          name: String!
        }
        type Place { hall: String! @shareable row: Int! @shareable number: Int! @shareable }
      `,
      boards: `
        type Query { board: Board }
        type Board @key(fields: "id") { id: ID! dishes: [Dish!]! }
        type Dish @key(fields: "id place { row number }") {
          id: ID!
          place: Place!
          name: String! @external
          label: String! @requires(fields: "name")
        }
        type Place @shareable { row: Int! number: Int! }
      `,
      stock: `
        type Dish @key(fields: "place { hall number }") { place: Place! left: Int }
        type Place @shareable { hall: String! number: Int! }
      `,
    },
    store: () => ({ Query: { board, dish: dishes[0] }, entities: [...dishes, board] }),
  });
  await mixed.agreed('{ board { id dishes { id name label } } }');
  await mixed.agreed('{ board { dishes { label left place { hall row number } } } dish { label left plu } }');
  await mixed.agreed('{ board { dishes { id: label place: left } } dish { place: label id: left } }');
});

test('a key that a subgraph tells, but finds nothing by, is never asked with', async () => {
  const label: Computed = (self) => `board: ${self('name')}`;
  const price: Computed = (self) => 10 * (self('grams') as number);
  const dish = (id: string, number: number) => {
    const place = { hall: 'east', row: 7, number };
    return { __typename: 'Dish', id, plu: `p${id}`, place, name: `dish ${id}`, label, grams: number, price };
  };
  const dishes = [dish('1', 1), dish('2', 2)];
  const board = { __typename: 'Board', id: 'b', dishes };
  const mixed = federate({
    subgraphs: {
      menu: `
        type Query { dish: Dish }
        type Dish
          @key(fields: "plu", resolvable: false)
          @key(fields: "place { hall number }", resolvable: false)
          @key(fields: "id") {
          id: ID!
          plu: ID!
          place: Place!
          name: String!
          grams: Int! @external
          price: Int @requires(fields: "grams")
        }
        type Place @shareable { hall: String! row: Int! number: Int! }
      `,
      boards: `
        type Query { board: Board }
        type Board @key(fields: "id") { id: ID! dishes: [Dish!]! }
        type Dish
          @key(fields: "place { hall number }", resolvable: false)
          @key(fields: "id place { row number }")
          @key(fields: "id", resolvable: false) {
          id: ID!
          place: Place!
          name: String! @external
          label: String! @requires(fields: "name")
        }
        type Place @shareable { hall: String! row: Int! number: Int! }
      `,
      scales: `type Dish @key(fields: "plu", resolvable: false) @key(fields: "id") { id: ID! plu: ID! grams: Int! }`,
    },
    store: () => ({ Query: { board, dish: dishes[0] }, entities: [...dishes, board] }),
  });
  const { data } = await mixed.agreed('{ board { dishes { id name label } } }');
  expect(data).toMatchObject({ board: { dishes: [{ label: 'board: dish 1' }, { label: 'board: dish 2' }] } });
  await mixed.agreed('{ board { dishes { label price place { hall } } } dish { label price plu } }');
  const told = mixed.calls.flatMap(({ variables }) => (variables['representations'] ?? []) as object[]);
  for (const representation of told) expect(representation).toHaveProperty('id');
});

test('a list may be a key', async () => {
  const parts = [{ code: 'a' }, { code: 'b' }];
  const combo = { __typename: 'Combo', id: '1', parts, saved: 5 };
  const other = { __typename: 'Combo', id: '2', parts: [{ code: 'a' }], saved: 3 };
  const graph = federate({
    subgraphs: {
      menu: `
        type Query { combos: [Combo] }
        type Combo @key(fields: "parts { code }") { id: ID! parts: [Part!]! }
        type Part @shareable { code: String! }
      `,
      offers: `
        type Combo @key(fields: "parts { code }") { parts: [Part!]! saved: Int }
        type Part @shareable { code: String! }
      `,
    },
    store: () => ({ Query: { combos: [combo, other] }, entities: [combo, other] }),
  });
  expect((await graph.agreed('{ combos { id saved } }')).data).toEqual({
    combos: [
      { id: '1', saved: 5 },
      { id: '2', saved: 3 },
    ],
  });
});
