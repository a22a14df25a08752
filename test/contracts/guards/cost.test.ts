import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { buildSchema, type OperationDefinitionNode, parse } from 'graphql';
import { guardsOf } from '../../../gateway/guards/guards.ts';
import { reckoner } from '../../../gateway/guards/reckon.ts';
import { readWeights } from '../../../gateway/guards/weights.ts';
import type { App } from '../../app.ts';
import { refusalIn, shelf, startShelf, ways } from './shelf.ts';

let app: App;
beforeAll(async () => {
  app = await startShelf({ MAX_COST: '1000', MAX_PAGE: '50' });
});
afterAll(() => app[Symbol.asyncDispose]());

/** What an operation is reckoned to cost, by what a gateway that allows nothing says of it. */
async function costOf(query: string, variables?: Record<string, unknown>): Promise<number | undefined> {
  await using strict = await startShelf({ MAX_COST: '1' });
  return refusalIn(await strict.graph(query, variables)).asked;
}

const PAGE = 'query ($first: Int) { dishes(first: $first) { edges { node { id } } } }';

test('a list of lists of lists is refused before anything is asked, whichever way it comes', async () => {
  const query = '{ dishes(first: 20) { edges { node { similar(first: 20) { similar { id } } } } } }';
  const before = shelf.asked;
  for (const way of Object.values(ways))
    expect(refusalIn(await way(app, query))).toEqual({
      code: 'TOO_EXPENSIVE',
      limit: 'maxCost',
      allowed: 1000,
      asked: 1 + 20 * (1 + 1 + 20 * (1 + 10)),
    });
  const subscription = 'subscription { shelfChanged(first: 50) { edges { node { similar(first: 50) { id } } } } }';
  const sockets = ways['graphql-ws'] as (typeof ways)[string];
  expect(refusalIn(await sockets(app, subscription)).code).toBe('TOO_EXPENSIVE');
  expect(shelf.asked).toBe(before);
});

test('a page of the same list is answered, whichever way it comes', async () => {
  for (const way of Object.values(ways)) {
    const { data } = await way(app, PAGE, { first: 50 });
    expect(data.dishes.edges).toHaveLength(50);
  }
});

test('an expensive fragment is as expensive wherever it stands, and is not put there to be measured', async () => {
  const spread = Array.from({ length: 30 }, (_, i) => `d${i % 15}: dish(id: "${i % 15}") { ...f0 }`).join(' ');
  const chain = [0, 1, 2, 3, 4, 5].map((i) => `fragment f${i} on Dish { similar { ...f${i + 1} } }`).join(' ');
  const answer = await app.graph(`{ ${spread} } ${chain} fragment f6 on Dish { id }`);
  expect(refusalIn(answer)).toMatchObject({ code: 'TOO_EXPENSIVE', asked: 30 * 1_111_111 });
});

test.each([
  ['values cost nothing', '{ dishes(first: 2) { total } dish(id: "1") { id name } }', 2],
  ['a list that says nothing has ten', '{ all { id } }', 10],
  ['a list of which the graph says how long it is', '{ all { id } specials { id } }', 12],
  ['a field of which the graph says what it costs', '{ analysis }', 400],
  ['a field of a mutation costs ten more', 'mutation { a: unlock(pin: "1") b: unlock(pin: "2") }', 20],
  ['what is left out costs nothing', '{ all { id } specials @skip(if: true) { id } }', 10],
  ['the default of a page', '{ dishes { edges { node { id } } } }', 1 + 20 * 2],
  ['what is sent: each object, and what the graph says of its fields', '{ find(wish: { taste: "a" }) { id } }', 41],
  [
    'the items of a list that is sent',
    '{ find(wishes: [{ heat: HOT }, {}, { like: { like: {} } }]) { id } }',
    10 + 8 + 1 + 3,
  ],
  ['a value of which the graph says what it costs', '{ find(heat: MILD, word: "b") { id } }', 20],
  ['an argument that is null', '{ find(heat: null, word: null, wish: null) { id } }', 10],
  ['one of two that say how long a list is', '{ ends(bottom: 3) { id } }', 3],
  ['one of them null', '{ ends(bottom: 3, top: null) { id } }', 3],
  ['either, where the graph wants neither', '{ a: either { id } b: either(top: 2, bottom: 5) { id } }', 9],
  ['the default of one of them', '{ started { id } }', 6],
  ['one of them beside the default of the other', '{ started(bottom: 8) { id } }', 8],
  ['an interface: as its dearest object', '{ counter { dishes { id } } }', 1 + 200 * 2],
  ['a union: as its dearest object', '{ cases { ... on Bar { __typename } } }', 10 * 90],
  ['a page in a fragment', '{ dishes(first: 7) { ...C } } fragment C on DishConnection { edges { node { id } } }', 15],
])('%s', async (_, query, cost) => expect(await costOf(query)).toBe(cost));

test('a page is as long as its variable says, or the default of that', async () => {
  expect(await costOf(PAGE, { first: 40 })).toBe(81);
  expect(await costOf(PAGE.replace('Int)', 'Int = 30)'))).toBe(61);
});

test.each([
  ['a literal', '{ dishes(first: 51) { total } }', {}],
  ['a literal of very many', '{ dishes(first: 2147483647) { total } }', {}],
  ['a variable', PAGE, { first: 51 }],
  ['the default of a variable', PAGE.replace('Int)', 'Int = 51)'), {}],
  ['in a fragment', '{ ...Q } fragment Q on Query { dishes(first: 51) { total } }', {}],
])('a page that is too long is refused: %s', async (_, query, variables) => {
  const before = shelf.asked;
  expect(refusalIn(await app.graph(query, variables))).toMatchObject({
    code: 'PAGE_TOO_LARGE',
    limit: 'maxPage',
    allowed: 50,
  });
  expect(shelf.asked).toBe(before);
});

test('a page of less than nothing makes nothing cheaper', async () => {
  expect(await costOf('{ all { similar(first: -1000) { id } } }')).toBe(10);
});

const SENT = 'query ($wishes: [Wish!], $heat: Heat) { find(wishes: $wishes, heat: $heat) { id } }';
const wishes = (count: number) => Array.from({ length: count }, () => ({ taste: 'sweet', heat: 'HOT' }));

test('much that is sent is refused before anything is asked; a wish is answered', async () => {
  const before = shelf.asked;
  const asked = 10 + 40 * (1 + 30 + 7);
  for (const way of Object.values(ways))
    expect(refusalIn(await way(app, SENT, { wishes: wishes(40) }))).toMatchObject({ code: 'TOO_EXPENSIVE', asked });
  expect(shelf.asked).toBe(before);
  for (const way of Object.values(ways))
    expect((await way(app, SENT, { wishes: wishes(1), heat: 'MILD' })).data).toEqual({ find: [{ id: '0' }] });
});

test.each([
  ['none', '{ ends { id } }', {}, 0],
  ['both', '{ ends(top: 1, bottom: 1) { id } }', {}, 2],
  ['both beside a default', '{ started(top: 1, bottom: 1) { id } }', {}, 2],
  ['a variable that is not given', 'query ($top: Int) { ends(top: $top) { id } }', {}, 0],
  ['a variable that is null', 'query ($top: Int) { ends(top: $top) { id } }', { top: null }, 0],
])('of two arguments that say how long a list is, one is given, not %s', async (_, query, variables, asked) => {
  const { errors } = await app.graph(query, variables);
  expect(errors?.[0]?.extensions).toMatchObject({
    code: 'LIST_SIZE_UNCLEAR',
    field: query.includes('started') ? 'started' : 'ends',
    slicingArguments: ['top', 'bottom'],
    asked,
  });
  expect((await app.graph('query ($top: Int) { ends(top: $top) { id } }', { top: 1 })).data.ends).toHaveLength(1);
});

const refused = (code: string) => expect.objectContaining({ extensions: expect.objectContaining({ code }) });

test('an argument inside of what is sent may say how long a list is', () => {
  const supergraph = `
    schema @link(url: "https://specs.apollo.dev/cost/v0.1", import: ["@listSize"]) { query: Query }
    directive @link(url: String, import: [String]) repeatable on SCHEMA
    directive @listSize(slicingArguments: [String!]) on FIELD_DEFINITION
    type Query { find(wish: Wish!): [Query] @listSize(slicingArguments: ["wish.page.first"]) }
    input Wish { page: Page! } input Page { first: Int = 7 }`;
  const graph = { schema: buildSchema(supergraph), weights: readWeights(supergraph) };
  const reckon = reckoner(guardsOf({}, false));
  const cost = (query: string, variables = {}) => {
    const document = parse(query);
    return reckon(graph, document, document.definitions[0] as OperationDefinitionNode, variables);
  };
  const query = 'query ($page: Page!) { find(wish: { page: $page }) { __typename } }';
  // The two objects that are sent cost 1 each.
  expect(cost(query, { page: { first: 40 } })).toBe(2 + 40);
  expect(cost(query, { page: {} })).toBe(2 + 7);
  expect(cost('{ find(wish: { page: { first: 30 } }) { __typename } }')).toBe(2 + 30);
  expect(() => cost(query, { page: { first: 60_000 } })).toThrow(refused('TOO_EXPENSIVE'));
  expect(() => cost(query, { page: { first: null } })).toThrow(refused('LIST_SIZE_UNCLEAR'));
});

test('nothing is cheaper for having been asked before with other variables', async () => {
  const query = PAGE.replace('Int)', 'Int = 51)');
  for (const first of [null, 'undefined', [], {}, false]) await app.graph(query, { first });
  expect(refusalIn(await app.graph(query, {})).code).toBe('PAGE_TOO_LARGE');
  expect((await app.graph(PAGE, { first: 5 })).data.dishes.edges).toHaveLength(5);
  expect(refusalIn(await app.graph(PAGE, { first: 51 })).code).toBe('PAGE_TOO_LARGE');
  expect((await app.graph(PAGE, { first: 5 })).data.dishes.edges).toHaveLength(5);
});
