import { buildSubgraphSchema } from '@apollo/subgraph';
import { expect, test } from '@jest/globals';
import { isAbstractType, parse, TypeInfo, visit, visitWithTypeInfo } from 'graphql';
import { anonymous, type OuterIdentity } from '../../kernel/identity.ts';
import { randomOf } from '../random.ts';
import { randomOperation } from './federation/random/operations.ts';
import { type Answer, diner, guarded, HOUSE, LINK, STOCK, withScopes } from './guarded.ts';

const ALL = ['wages:read', 'books:read', 'house:all', 'recipes:read', 'alarms:read'];
const signedIn = ['Query.till', 'Dish.stolen', 'Dish.cost', 'Waiter.address', 'Waiter.mate', 'Person.locker'];
const wages = ['Query.wages', 'Waiter.wage'];
const recipes = ['Dish.recipe', 'Recipe.id', 'Recipe.steps', 'Recipe.grams'];

/** Callers, and what they may not have, as one reads it off the schema by hand. */
const callers: [OuterIdentity, string[]][] = [
  [anonymous, [...signedIn, ...wages, ...recipes, 'Dish.alarm', 'Query.keyholders']],
  [diner, [...wages, ...recipes, 'Dish.alarm', 'Query.keyholders']],
  [withScopes('wages:read', 'alarms:read'), [...recipes, 'Query.keyholders']],
];
const owner = withScopes(...ALL);
const graph = guarded(undefined, async (names, { identity }) => new Set(identity === owner ? names : []));
const schemas = new Map(
  Object.entries({ house: HOUSE, stock: STOCK }).map(([name, sdl]) => [
    name,
    buildSubgraphSchema([{ typeDefs: parse(LINK + sdl) }]),
  ]),
);

/** The fields that subgraphs were asked for, as `Type.field` of each type that may have stood there. */
function askedFor(): Set<string> {
  const fields = new Set<string>();
  for (const call of graph.asked) {
    const [, name = '', query = ''] = /^(\w+): (.*)$/s.exec(call) ?? [];
    const schema = schemas.get(name);
    if (!schema) throw new Error(`there is no subgraph ${name}`);
    const info = new TypeInfo(schema);
    const Field = ({ name: { value } }: { name: { value: string } }) => {
      const parent = info.getParentType();
      const types = isAbstractType(parent) ? schema.getPossibleTypes(parent) : [parent];
      for (const type of types) fields.add(`${type?.name}.${value}`);
    };
    visit(parse(query), visitWithTypeInfo(info, { Field }));
  }
  return fields;
}

type Place = readonly (string | number)[];

/** The places where an answer has null and the whole truth has something; throws where it has anything else. */
function missing(part: unknown, whole: unknown, at: Place = []): Place[] {
  if (part === null) return whole === null ? [] : [at];
  if (typeof part !== 'object') {
    expect([at, part]).toEqual([at, whole]);
    return [];
  }
  const [inner, outer] = [part as Record<string, unknown>, whole as Record<string, unknown>];
  expect([at, Object.keys(inner)]).toEqual([at, Object.keys(outer)]);
  const step = (key: string) => (Array.isArray(part) ? Number(key) : key);
  return Object.keys(inner).flatMap((key) => missing(inner[key], outer[key], [...at, step(key)]));
}

function explains(place: Place, { errors = [] }: Answer): boolean {
  return errors.some(({ path = [] }) => place.every((step, index) => path[index] === step));
}

test('whatever is asked, nobody gets or has fetched what is not theirs; all else is there, and what is not is explained', async () => {
  let refused = 0;
  for (let seed = 1; seed <= 150; seed += 1) {
    const { query, variables } = randomOperation(graph.schema, randomOf(seed));
    const whole = await graph.ask(query, owner, variables);
    expect([query, whole.errors]).toEqual([query, undefined]);
    for (const [identity, forbidden] of callers) {
      const answer = await graph.ask(query, identity, variables);
      const asked = askedFor();
      expect([query, forbidden.filter((field) => asked.has(field))]).toEqual([query, []]);
      const gaps = missing(answer.data ?? null, whole.data);
      expect([query, gaps.filter((place) => !explains(place, answer))]).toEqual([query, []]);
      const code = identity === anonymous ? 'UNAUTHENTICATED' : 'FORBIDDEN';
      for (const { extensions } of answer.errors ?? []) expect([query, extensions?.['code']]).toEqual([query, code]);
      refused += gaps.length;
    }
  }
  expect(refused).toBeGreaterThan(150);
});
