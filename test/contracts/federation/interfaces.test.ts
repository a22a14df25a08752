import { beforeAll, expect, test } from '@jest/globals';
import { type Federation, federate, told } from './graph.ts';
import type { Computed, Thing } from './store.ts';

const first: Computed = (_, { first: most }) => ['good', 'bad'].slice(0, most ?? 9);
const headline: Computed = (self) => `${self('name')}!`;
const known = { reviews: first, stars: 4, headline, sold: 2 };
const soup: Thing = { ...known, __typename: 'Dish', id: '1', name: 'Soup', spice: 'HOT', twin: null };
const lunch: Thing = { ...known, __typename: 'Combo', id: '2', name: 'Lunch', dishes: [soup], twin: soup };
/** Reviewed, but on no menu. */
const ghost: Thing = { ...known, __typename: 'Ghost', id: '9' };

let graph: Federation;
beforeAll(() => {
  graph = federate({
    subgraphs: {
      menu: `
        type Query { items: [Item] named: [Named] }
        interface Named { name: String }
        interface Item @key(fields: "id") { id: ID! name: String twin: Item }
        type Dish implements Item & Named @key(fields: "id") { id: ID! name: String spice: String twin: Item }
        type Combo implements Item & Named @key(fields: "id") { id: ID! name: String dishes: [Dish] twin: Item }
      `,
      reviews: `
        type Query { best: Item worst: Item }
        type Item @interfaceObject @key(fields: "id") {
          id: ID!
          reviews(first: Int): [String]
          stars: Int!
          name: String @external
          headline: String @requires(fields: "name")
        }
      `,
      sales: `
        type Query { sales: [Sale] }
        type Sale { item: Item }
        type Item @interfaceObject @key(fields: "id") { id: ID! sold: Int }
      `,
    },
    store: () => ({
      Query: {
        items: [soup, null, lunch],
        named: [lunch, soup],
        best: lunch,
        worst: ghost,
        sales: [{ item: lunch }, { item: soup }, { item: null }],
      },
      entities: [soup, lunch, ghost],
    }),
  });
});

test('what other subgraphs add to an interface is had for all of its types', async () => {
  const { data } = await graph.agreed(
    '{ items { __typename id name stars headline ... on Combo { dishes { sold } } } }',
  );
  expect(data).toMatchObject({
    items: [
      { __typename: 'Dish', stars: 4, headline: 'Soup!' },
      null,
      { __typename: 'Combo', headline: 'Lunch!', dishes: [{ sold: 2 }] },
    ],
  });
  await graph.agreed('{ named { name ... on Dish { reviews(first: 1) } ... on Item { sold twin { stars } } } }');
});

test.each([
  '{ best { id } }',
  '{ best { __typename } }',
  '{ best { name stars } }',
  '{ best { ... on Dish { spice } ... on Combo { id name } } }',
  '{ best { ... on Item { id ... on Item { stars } } } }',
  '{ best { ... on Named { name } } }',
  '{ best { ... on Named { ... on Combo { dishes { name } } ... on Dish { spice } } } }',
  '{ best { a: __typename ... on Named { b: __typename } } }',
  '{ sales { item { ... on Combo { headline } } } }',
  '{ sales { item { ... on Named { name ... on Item { headline stars } } } } }',
  '{ sales { item { headline ... on Combo { headline dishes { headline } } } } }',
  '{ sales { item { ... on Dish { x: headline } ... on Combo { y: headline z: reviews } } } }',
])('an object of which only the interface is known is what it is elsewhere: %s', async (query) => {
  expect((await graph.agreed(query)).errors).toBeUndefined();
});

test.each([
  '{ items { ... on Dish { reviews(first: 1) } ... on Combo { reviews } } }',
  '{ items { ... on Combo { reviews } ... on Dish { reviews(first: 1) } } best { ... on Combo { reviews(first: 0) } } }',
  '{ items { ... on Dish { x: reviews } ... on Combo { x: reviews(first: 1) } } }',
  '{ items { ... on Dish { apart1_x: reviews x: reviews } ... on Combo { x: reviews(first: 1) } } }',
  '{ sales { item { ... on Dish { x: headline } ... on Combo { x: name } } } }',
  '{ sales { item { ... on Dish { id: name } ... on Combo { id: headline } } } }',
])('what types that are one in a subgraph ask by one name stays apart: %s', async (query) => {
  expect((await graph.agreed(query)).errors).toBeUndefined();
});

test.each([
  '{ items { ... on Dish { reviews(first: 1) } ... on Combo { reviews(first: 2) } } }',
  '{ best { ... on Dish { reviews(first: 1) } ... on Combo { reviews(first: 2) } } }',
  '{ best { ... on Dish { x: headline } ... on Combo { x: name } } }',
  '{ sales { item { ... on Dish { x: headline } ... on Combo { x: name } } } }',
  '{ items { ... on Dish { twin { x: name } } ... on Combo { twin { x: headline y: sold } } } }',
])('one name for different things of different types: %s', async (query) => {
  expect((await graph.agreed(query)).errors).toBeUndefined();
});

test.each([
  '{ pinned { ... on Dish { stars } } }',
  '{ pinned { ... on Note { text } ... on Item { stars } } }',
  '{ notes { about { ... on Dish { stars } ... on Note { text } } } }',
  '{ pinned { ... on Note { about { ... on Dish { stars } } } } }',
])('what is asked of objects that cannot be there changes nothing: %s', async (query) => {
  const dish: Thing = { __typename: 'Dish', id: '1', stars: 4 };
  const note: Thing = { __typename: 'Note', id: '2', text: 'Try it', about: [dish] };
  const board = federate({
    subgraphs: {
      menu: `
        interface Item @key(fields: "id") { id: ID! }
        type Dish implements Item @key(fields: "id") { id: ID! }
        type Note @key(fields: "id") { id: ID! about: [Pinned] @shareable }
        union Pinned = Dish | Note
        type Query { notes: [Note] }
      `,
      reviews: `
        type Item @interfaceObject @key(fields: "id") { id: ID! stars: Int }
        type Note @key(fields: "id") { id: ID! text: String about: [Pinned] @shareable }
        union Pinned = Note
        type Query { pinned: [Pinned] }
      `,
    },
    store: () => ({ Query: { notes: [note], pinned: [note] }, entities: [dish, note] }),
  });
  expect((await board.agreed(query)).errors).toBeUndefined();
});

test('what nobody can say is an error, and never a silent null', async () => {
  const answer = await graph.ask('{ worst { __typename } best { id } }');
  expect(answer.data).toEqual({ worst: null, best: { id: '2' } });
  expect(told(answer)).toEqual(['worst: It is not known what is here.']);
  expect(told(await graph.ask('{ worst { id ... on Dish { spice } } }'))).toEqual([
    'worst: It is not known what is here.',
  ]);
  expect(await graph.ask('{ worst { id stars } }')).toEqual({ data: { worst: { id: '9', stars: 4 } } });
});

test('an operation that no subgraph can answer is an error', async () => {
  const dish = { __typename: 'Dish', id: '1', name: 'Soup' };
  const dead = federate({
    subgraphs: {
      menu: `
        interface Item @key(fields: "id") { id: ID! }
        type Dish implements Item @key(fields: "id") { id: ID! name: String }
        type Query { items: [Item] }
      `,
      reviews: `
        type Query { best: Item }
        type Item @interfaceObject @key(fields: "id", resolvable: false) { id: ID! }
      `,
    },
    store: () => ({ Query: { best: dish, items: [dish] }, entities: [dish] }),
  });
  for (const query of ['{ best { id } }', '{ best { id __typename } }', '{ best { ... on Dish { name } } }']) {
    const answer = await dead.ask(query);
    if (!answer.data) expect(answer.errors).toMatchObject([{ extensions: { code: 'NOT_AVAILABLE' } }]);
    else if (answer.data['best'] === null) expect(answer.errors).toHaveLength(1);
    else expect(answer).toEqual(await dead.askWhole(query));
  }
});
