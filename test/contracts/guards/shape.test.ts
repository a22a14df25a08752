import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { App } from '../../app.ts';
import { refusalIn, shelf, startShelf, ways } from './shelf.ts';

let app: App;
beforeAll(async () => {
  app = await startShelf();
});
afterAll(() => app[Symbol.asyncDispose]());

const many = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => text(i)).join(' ');
/** Dishes that are similar to dishes that are similar to dishes. */
const similar = (depth: number) =>
  `{ dish(id: "1") ${'{ similar(first: 1) '.repeat(depth - 2)}{ id }${'}'.repeat(depth - 1)}`;
/** Each fragment spreads the next one twice: few words that mean 2^40 fields. */
const doubled = `{ dish(id: "1") { ...f0 } } ${many(40, (i) => `fragment f${i} on Dish { ...f${i + 1} ...f${i + 1} }`)} fragment f40 on Dish { id }`;
/** The same depth, hidden in fragments. */
const hidden = `{ dish(id: "1") { ...f0 } } ${many(20, (i) => `fragment f${i} on Dish { similar(first: 1) { ...f${i + 1} } }`)} fragment f20 on Dish { id }`;

const attacks: [string, string, Record<string, unknown>][] = [
  ['a chain of 16 fields', similar(16), { code: 'TOO_DEEP', limit: 'maxDepth', allowed: 15, asked: 16 }],
  ['such a chain, hidden in fragments', hidden, { code: 'TOO_DEEP', limit: 'maxDepth', allowed: 15, asked: 22 }],
  ['a nest that no parser can follow', '{a'.repeat(2400), { code: 'TOO_DEEP', limit: 'maxDepth', allowed: 15 }],
  [
    'a hundred PINs in one mutation',
    `mutation { ${many(100, (i) => `p${i}: unlock(pin: "${i}")`)} }`,
    { code: 'TOO_MANY_ALIASES', limit: 'maxAliases', allowed: 15, asked: 100 },
  ],
  [
    'the same, spread over fragments',
    `mutation { ${many(20, (i) => `...f${i}`)} } ${many(20, (i) => `fragment f${i} on Mutation { p${i}: unlock(pin: "${i}") }`)}`,
    { code: 'TOO_MANY_ALIASES', limit: 'maxAliases', allowed: 15, asked: 20 },
  ],
  [
    'six directives on one field',
    `{ dish(id: "1") { id ${'@include(if: true)'.repeat(6)} } }`,
    { code: 'TOO_MANY_DIRECTIVES', limit: 'maxDirectives', allowed: 5, asked: 6 },
  ],
  [
    'conditions that mean 2^60 operations',
    `query (${many(60, (i) => `$v${i}: Boolean!`)}) { dish(id: "1") { ${many(60, (i) => `... @include(if: $v${i}) { id }`)} } }`,
    { code: 'TOO_MANY_DIRECTIVES', limit: 'maxDirectives in all', allowed: 50, asked: 60 },
  ],
  ['6000 words', `{ ${'all { id } '.repeat(1500)} }`, { code: 'TOO_LARGE', limit: 'maxTokens', allowed: 5_000 }],
  [
    'a comment of 60,000 characters',
    `# ${'x'.repeat(60_000)}\n{ all { id } }`,
    { code: 'TOO_LARGE', limit: 'characters' },
  ],
  [
    'the same field four hundred times, which validation compares with each other',
    `{ ${many(400, () => 'all { id }')} }`,
    { code: 'TOO_LARGE', limit: 'repeats', allowed: 50 },
  ],
  [
    'the same, in fragments',
    `{ ${many(300, (i) => `...f${i}`)} } ${many(300, (i) => `fragment f${i} on Query { all { id } }`)}`,
    { code: 'TOO_LARGE', limit: 'fragments', allowed: 100, asked: 300 },
  ],
  ['fragments that mean 2^40 fields', doubled, { code: 'TOO_LARGE', limit: 'maxSelections', allowed: 1_000 }],
];

test.each(attacks)('%s: refused, and nothing is executed', async (_, query, refusal) => {
  const before = { ...shelf, tried: [...shelf.tried] };
  for (const way of Object.values(ways)) expect(refusalIn(await way(app, query))).toMatchObject(refusal);
  expect(shelf).toEqual(before);
});

const honest: [string, string][] = [
  ['15 fields deep', similar(15)],
  ['15 aliases of one field, and of another', `{ ${many(15, (i) => `a${i}: dish(id: "${i}") { b${i}: name }`)} }`],
  [
    'the same alias in many places',
    `{ a: all { n: name similar(first: 1) { n: name similar(first: 1) { n: name } } } }`,
  ],
  [
    'a fragment in many places',
    `{ all { ...D similar(first: 2) { ...D } } dish(id: "1") { ...D } } fragment D on Dish { id n: name }`,
  ],
  ['five directives', `{ dish(id: "1") { ${many(5, (i) => `n${i}: name @include(if: true) @skip(if: false)`)} } }`],
  ['a long form', `{ ${many(50, () => 'all { id name }')} }`],
];

test.each(honest)('%s: answered, whichever way it comes', async (_, query) => {
  for (const way of Object.values(ways)) {
    const { data, errors } = await way(app, query);
    expect(errors).toBeUndefined();
    expect(Object.keys(data)).not.toHaveLength(0);
  }
});

test('fragments that lead in a circle are no way to keep a guard busy', async () => {
  const circle = '{ dish(id: "1") { ...a } } fragment a on Dish { id ...b } fragment b on Dish { id ...a }';
  expect((await app.graph(circle)).errors?.[0]?.message).toContain('Cannot spread fragment');
});

test('variables that are nested without end are refused, and those of an honest cart are taken', async () => {
  const nested = (depth: number) => `${'['.repeat(depth)}1${']'.repeat(depth)}`;
  const query = 'query ($id: ID!) { dish(id: $id) { id } }';
  for (const way of Object.values(ways)) {
    const variables = { id: '1', more: JSON.parse(nested(2_000)) };
    expect(refusalIn(await way(app, query, variables))).toMatchObject({ code: 'TOO_DEEP', limit: 'variables' });
    expect((await way(app, query, { id: '1', more: JSON.parse(nested(50)) })).data).toEqual({ dish: { id: '1' } });
  }
});

const COUNT = 'query ($first: Int!) { dishes(first: $first) { total } }';

test('variables that name without end what nobody knows are refused; a typing error is told', async () => {
  const many = Object.fromEntries(Array.from({ length: 1_001 }, (_, index) => [`v${index}`, index]));
  const wish = 'query ($wish: Wish!) { find(wish: $wish) { id } }';
  for (const way of Object.values(ways)) {
    const refused = { code: 'TOO_LARGE', limit: 'members of a variable', allowed: 1_000 };
    expect(refusalIn(await way(app, wish, { wish: many }))).toMatchObject({ ...refused, asked: 1_001 });
    const { errors } = await way(app, wish, { wish: { tast: 'a' } });
    expect(errors?.[0]).toMatchObject({ extensions: { code: 'BAD_INPUT' } });
    expect(errors?.[0]?.message).toContain('Did you mean "taste"?');
  }
});

test('of very many faults in variables a few are told, each in a few words', async () => {
  const wishes = Array.from({ length: 10_000 }, (_, index) => ({ [`taste${index}`]: 'x'.repeat(40) }));
  const query = 'query ($wishes: [Wish!]) { find(wishes: $wishes) { id } }';
  const { errors } = await app.graph(query, { wishes });
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_INPUT' } }]);
  expect(errors?.[0]?.message.length).toBeLessThan(4_000);
  expect((await app.graph(query, { wishes: [{ taste: 'a' }] })).data.find).toHaveLength(1);
});

test('what a page is not is not remembered, however long it is', async () => {
  for (const length of [10, 100_000]) {
    const { errors } = await app.graph(COUNT, { first: 'x'.repeat(length) });
    expect(errors?.[0]?.extensions.code).toBe('BAD_INPUT');
  }
  expect((await app.graph(COUNT, { first: 5 })).data.dishes.total).toBe(1000);
});
