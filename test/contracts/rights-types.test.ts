import { expect, test } from '@jest/globals';
import { composeGuarded, diner, guarded, HOUSE, refusals, withScopes } from './guarded.ts';

const graph = guarded();

test('what is asked of an interface is judged by all that may stand there', async () => {
  const answer = await graph.ask('{ people { name wage boss { wage } } }', diner);
  expect(answer.data.people).toEqual([
    { name: 'Han Meimei', wage: null, boss: { wage: null } },
    { name: 'Li Lei', wage: null, boss: null },
  ]);
  expect(refusals(answer)).toEqual([
    'people.0.wage FORBIDDEN',
    'people.0.boss.wage FORBIDDEN',
    'people.1.wage FORBIDDEN',
  ]);
  expect(graph.asked.join()).not.toMatch(/wage/);
  const guests = await graph.ask('{ people { name ... on Guest { wage } } }', diner);
  expect(guests).toEqual({ data: { people: [{ name: 'Han Meimei', wage: 0 }, { name: 'Li Lei' }] } });
  const all = await graph.ask('{ people { wage } }', withScopes('wages:read'));
  expect(all).toEqual({ data: { people: [{ wage: 0 }, { wage: 30 }] } });
});

test('a fragment on an interface, inside of a type, is that type’s', async () => {
  const FRAGMENT = '{ waiter { ...Wage } people { ... on Guest { ...Wage } } } fragment Wage on Person { wage }';
  const answer = await graph.ask(FRAGMENT, diner);
  expect(answer.data).toEqual({ waiter: { wage: null }, people: [{ wage: 0 }, {}] });
  expect(refusals(answer)).toEqual(['waiter.wage FORBIDDEN']);
});

test('whoever may have a field by one way has it, though another is refused', async () => {
  const answer = await graph.ask('{ people { boss { wage } wage ... on Guest { wage boss { name } } } }', diner);
  expect(answer.data.people).toEqual([
    { boss: { wage: null, name: 'Li Lei' }, wage: 0 },
    { boss: null, wage: null },
  ]);
  expect(refusals(answer)).toEqual(['people.0.boss.wage FORBIDDEN', 'people.1.wage FORBIDDEN']);
});

test('of a field that is refused by one way, what was asked for by that way alone is refused', async () => {
  const answer = await graph.ask('{ people { mate { wage } ... on Guest { mate { name } } } }');
  expect(answer.data.people).toEqual([{ mate: { wage: null, name: 'Li Lei' } }, { mate: null }]);
  expect(refusals(answer)).toEqual(['people.0.mate.wage UNAUTHENTICATED', 'people.1.mate UNAUTHENTICATED']);
});

test('a guarded type is guarded wherever it stands: behind a field, in a union, in another subgraph', async () => {
  const FINDS = `{
    special { name recipe { id steps grams } }
    finds { __typename ... on Dish { name left } ... on Recipe { grams } }
  }`;
  const answer = await graph.ask(FINDS, diner);
  expect(answer.data).toEqual({
    special: { name: '宫保鸡丁', recipe: null },
    finds: [
      { __typename: 'Dish', name: '宫保鸡丁', left: 3 },
      { __typename: 'Recipe', grams: null },
    ],
  });
  expect(refusals(answer)).toEqual(['special.recipe FORBIDDEN', 'finds.1.grams FORBIDDEN']);
  expect(graph.asked.join()).not.toMatch(/Recipe|grams|steps/);
  const only = await graph.ask('{ finds { ... on Recipe { grams } } }', diner);
  expect(only.data.finds).toEqual([{}, { grams: null }]);
  expect(graph.asked).toHaveLength(1);
  const cook = await graph.ask(FINDS, withScopes('recipes:read'));
  expect(cook.data.special.recipe).toEqual({ id: 'r1', steps: '先炒花生', grams: 350 });
  expect(cook.data.finds[1]).toEqual({ __typename: 'Recipe', grams: 350 });
});

test('what another subgraph adds to an interface is guarded in all types of it', async () => {
  const LOCKERS = '{ people { name shoes locker } waiter { ...Of } } fragment Of on Person { locker }';
  const answer = await graph.ask(LOCKERS);
  expect(answer.data).toEqual({
    people: [
      { name: 'Han Meimei', shoes: 42, locker: null },
      { name: 'Li Lei', shoes: 42, locker: null },
    ],
    waiter: { locker: null },
  });
  expect(refusals(answer)).toHaveLength(3);
  expect(graph.asked.join()).not.toMatch(/locker/);
  expect((await graph.ask(LOCKERS, diner)).data).toMatchObject({ people: [{ locker: 7 }, {}], waiter: { locker: 7 } });
});

test('an enum and a scalar guard the fields that have them', async () => {
  const answer = await graph.ask('{ special { name alarm cost } }', diner);
  expect(answer.data.special).toEqual({ name: '宫保鸡丁', alarm: null, cost: 900 });
  expect(refusals(answer)).toEqual(['special.alarm FORBIDDEN']);
  expect((await graph.ask('{ special { alarm } }', withScopes('alarms:read'))).data.special.alarm).toBe('LOW');
});

test('a graph of older tools may guard an interface itself; it is guarded as it says', async () => {
  const older = composeGuarded().replace(/^interface Person/m, 'interface Person @authenticated\n');
  const answer = await guarded(older).ask('{ people { ... on Guest { visits } } special { name } }');
  expect([answer.data, refusals(answer)]).toEqual([null, ['people UNAUTHENTICATED']]);
  expect((await guarded(older).ask('{ people { name } }', diner)).data.people).toHaveLength(2);
});

test('a graph of older tools may guard types and leave their interface open; that leads nowhere', async () => {
  const open = composeGuarded().replace(/^interface Person[^}]*\}/m, (block) =>
    block.replaceAll(/ @(?!join)\w+(\(.*\))?/g, ''),
  );
  expect(open).not.toMatch(/interface Person[^}]*@requiresScopes/);
  const older = guarded(open);
  const answer = await older.ask('{ people { wage mate { name } } }');
  expect(answer.data.people).toEqual([
    { wage: null, mate: null },
    { wage: null, mate: null },
  ]);
  expect(refusals(answer)).toHaveLength(4);
  expect(older.asked.join()).not.toMatch(/wage|mate/);
  // No waiter is a visitor.
  const visitors = await older.ask('{ visitors { ... on Person { wage } } }');
  expect(visitors).toEqual({ data: { visitors: [{ wage: 0 }, {}] } });
});

test('a field that is worked out of guarded ones has to be guarded as they are, or it is not composed', async () => {
  const worth = (guard: string) =>
    composeGuarded({
      house: HOUSE,
      stock: `type Dish @key(fields: "id") {
        id: ID! cost: Cents @external worth: Int @requires(fields: "cost") ${guard}
      }
      scalar Cents @authenticated`,
    });
  expect(() => worth('')).toThrow(/"Dish.worth" does not specify necessary @authenticated/);
  const answer = await guarded(worth('@authenticated')).ask('{ special { worth } }');
  expect([answer.data, refusals(answer)]).toEqual([{ special: { worth: null } }, ['special.worth UNAUTHENTICATED']]);
});
