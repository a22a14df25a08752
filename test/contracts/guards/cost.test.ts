import { afterAll, beforeAll, expect, test } from '@jest/globals';
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

test('nothing is cheaper for having been asked before with other variables', async () => {
  const query = PAGE.replace('Int)', 'Int = 51)');
  for (const first of [null, 'undefined', [], {}, false]) await app.graph(query, { first });
  expect(refusalIn(await app.graph(query, {})).code).toBe('PAGE_TOO_LARGE');
  expect((await app.graph(PAGE, { first: 5 })).data.dishes.edges).toHaveLength(5);
  expect(refusalIn(await app.graph(PAGE, { first: 51 })).code).toBe('PAGE_TOO_LARGE');
  expect((await app.graph(PAGE, { first: 5 })).data.dishes.edges).toHaveLength(5);
});
