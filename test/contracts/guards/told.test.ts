import { expect, test } from '@jest/globals';
import { startShelf, ways } from './shelf.ts';

const SCHEMA = '{ __schema { types { name } } }';
const TYPE = '{ ... on Query { __type(name: "Dish") { fields { name } } } }';
const TYPO = '{ dish(id: "1") { nmae } }';
const BAD_VARIABLE = 'query ($first: Int!) { dishes(first: $first) { total } }';
const outside = { INTROSPECTION: 'false', SUGGESTIONS: 'false' };

test('outside of development the schema is not told, nor guessed from what a refusal says', async () => {
  await using app = await startShelf(outside);
  for (const way of Object.values(ways)) {
    for (const query of [SCHEMA, TYPE])
      expect((await way(app, query)).errors?.[0]?.extensions.code).toBe('INTROSPECTION_OFF');
    const { errors } = await way(app, TYPO);
    expect(errors?.map(({ message }) => message)).toEqual(['Cannot query field "nmae" on type "Dish".']);
    expect(await way(app, '{ dish(id: "1") { __typename } }')).toEqual({ data: { dish: { __typename: 'Dish' } } });
  }
  const { errors } = await app.graph(BAD_VARIABLE, { frist: 3 });
  expect(errors?.[0]?.message).not.toContain('Did you mean');
});

test('in development it is, and a typing error is met with the name that was meant', async () => {
  await using app = await startShelf();
  for (const way of Object.values(ways)) {
    expect((await way(app, SCHEMA)).data.__schema.types).toContainEqual({ name: 'Dish' });
    expect((await way(app, TYPO)).errors?.[0]?.message).toContain('Did you mean "name"?');
  }
});
