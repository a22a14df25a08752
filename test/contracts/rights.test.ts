import { expect, test } from '@jest/globals';
import { anonymous, unverified } from '../../kernel/identity.ts';
import { composeGuarded, diner, guarded, HOUSE, refusals, withScopes } from './guarded.ts';

const graph = guarded();

test('a stranger reads the menu, and is told of each field to sign in for; nothing of these was fetched', async () => {
  const answer = await graph.ask('{ till dishes { name left stolen cost } }');
  expect(answer.data).toEqual({
    till: null,
    dishes: [
      { name: '宫保鸡丁', left: 3, stolen: null, cost: null },
      { name: '麻婆豆腐', left: 6, stolen: null, cost: null },
    ],
  });
  expect(refusals(answer)).toEqual([
    'till UNAUTHENTICATED',
    'dishes.0.stolen UNAUTHENTICATED',
    'dishes.0.cost UNAUTHENTICATED',
    'dishes.1.stolen UNAUTHENTICATED',
    'dishes.1.cost UNAUTHENTICATED',
  ]);
  expect(graph.asked.join()).not.toMatch(/till|stolen|cost/);
  const own = await graph.ask('{ till dishes { name left stolen cost } }', diner);
  expect(own.errors).toBeUndefined();
  expect(own.data).toMatchObject({ till: 100, dishes: [{ stolen: 1, cost: 900 }, {}] });
});

test('an operation of which nothing is left asks nobody', async () => {
  expect(await graph.ask('{ till }')).toMatchObject({ data: { till: null } });
  expect(graph.asked).toEqual([]);
  expect(await graph.ask('{ till }', diner)).toEqual({ data: { till: 100 } });
});

test('one set of scopes out of several does, and all scopes of it are needed', async () => {
  const WAGES = '{ wages }';
  for (const scopes of [[], ['books:read'], ['house:all'], ['wages'], ['WAGES:READ']]) {
    const answer = await graph.ask(WAGES, withScopes(...scopes));
    expect([answer.data, refusals(answer)]).toEqual([{ wages: null }, ['wages FORBIDDEN']]);
  }
  expect(refusals(await graph.ask(WAGES, diner))).toEqual(['wages FORBIDDEN']);
  expect(refusals(await graph.ask(WAGES))).toEqual(['wages UNAUTHENTICATED']);
  for (const scopes of [['wages:read'], ['house:all', 'books:read'], ['other', 'wages:read']])
    expect(await graph.ask(WAGES, withScopes(...scopes))).toEqual({ data: { wages: 60 } });
});

test('no fragment, other name or condition leads around a guard', async () => {
  const HIDDEN = `query ($all: Boolean! = true) {
    name: till
    ...Inner @include(if: $all)
    ... { ... on Query { ... @skip(if: false) { __typename special { id: stolen ...Costs } } } }
  }
  fragment Inner on Query { again: till dishes { ...Costs } }
  fragment Costs on Dish { name: cost }`;
  const answer = await graph.ask(HIDDEN);
  expect(answer.data).toEqual({
    name: null,
    again: null,
    dishes: [{ name: null }, { name: null }],
    __typename: 'Query',
    special: { id: null, name: null },
  });
  expect(refusals(answer)).toHaveLength(6);
  expect(graph.asked.join()).not.toMatch(/till|stolen|cost/);
  const own = await graph.ask(HIDDEN, diner);
  expect(own).toMatchObject({ data: { name: 100, again: 100, special: { id: 1, name: 900 } } });
  expect(own.errors).toBeUndefined();
});

test('what is skipped is not refused', async () => {
  const query = 'query ($all: Boolean!) { till @include(if: $all) special { name cost @skip(if: true) } }';
  expect(await graph.ask(query, anonymous, { all: false })).toEqual({ data: { special: { name: '宫保鸡丁' } } });
  expect(refusals(await graph.ask(query, anonymous, { all: true }))).toEqual(['till UNAUTHENTICATED']);
});

test('each caller has the rights of his own, whoever asked the same before', async () => {
  const query = '{ till wages }';
  const seen = async (...callers: Parameters<typeof graph.ask>[1][]) =>
    Promise.all(callers.map(async (caller) => (await graph.ask(query, caller)).data));
  expect(await seen(withScopes('wages:read'), anonymous, diner, withScopes(), anonymous)).toEqual([
    { till: 100, wages: 60 },
    { till: null, wages: null },
    { till: 100, wages: null },
    { till: 100, wages: null },
    { till: null, wages: null },
  ]);
});

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

test('what must not be null takes what is around it along', async () => {
  const ADDRESS = '{ waiter { name address } people { name ... on Waiter { address } } }';
  const answer = await graph.ask(ADDRESS);
  // The list's items must not be null either.
  expect(answer.data).toBeNull();
  expect(refusals(answer)).toContain('people.1.address UNAUTHENTICATED');
  expect(graph.asked.join()).not.toMatch(/address/);
  expect((await graph.ask('{ waiter { name address } }')).data).toEqual({ waiter: null });
  expect((await graph.ask(ADDRESS, diner)).data.people[1]).toEqual({ name: 'Li Lei', address: '2 West Street' });
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

test('an enum and a scalar guard the fields that have them', async () => {
  const answer = await graph.ask('{ special { name alarm cost } }', diner);
  expect(answer.data.special).toEqual({ name: '宫保鸡丁', alarm: null, cost: 900 });
  expect(refusals(answer)).toEqual(['special.alarm FORBIDDEN']);
  expect((await graph.ask('{ special { alarm } }', withScopes('alarms:read'))).data.special.alarm).toBe('LOW');
});

test('a mutation that is refused is not carried out, and the one beside it is', async () => {
  const FIRE = 'mutation { clap fire(name: "Li Lei") }';
  const answer = await graph.ask(FIRE, withScopes('staff:read'));
  expect([answer.data, refusals(answer)]).toEqual([{ clap: 1, fire: null }, ['fire FORBIDDEN']]);
  expect(graph.asked.join()).not.toContain('fire');
  expect((await graph.ask(FIRE, withScopes('staff:manage'))).data).toEqual({ clap: 1, fire: true });
});

test('a subscription that is refused does not begin', async () => {
  const refused = (await graph.follow('subscription { tillChanged }')) as { errors: never };
  expect(refusals(refused)).toEqual(['tillChanged UNAUTHENTICATED']);
  expect(graph.asked).toEqual([]);
  const frames = (await graph.follow('subscription { tillChanged }', diner)) as AsyncGenerator;
  expect((await frames.next()).value).toHaveProperty('data');
  await frames.return(undefined);
});

test('while nobody can say who asks, what is guarded is unavailable, and not forbidden', async () => {
  const answer = await graph.ask('{ till wages special { name } }', unverified);
  expect(answer.data).toEqual({ till: null, wages: null, special: { name: '宫保鸡丁' } });
  expect(refusals(answer)).toEqual(['till UNAVAILABLE', 'wages UNAVAILABLE']);
});

test('policies are asked once for an operation, for all that it names; whatever is not answered is not fulfilled', async () => {
  const KEYS = '{ keyholders again: keyholders }';
  expect((await graph.ask(KEYS, withScopes('owner', 'manager'))).data).toEqual({ keyholders: null, again: null });
  const questions: unknown[] = [];
  const answers = new Set<string>(['manager']);
  const asking = guarded(undefined, async (names, { identity }) => {
    questions.push([...names, identity.kind]);
    return new Set(answers);
  });
  expect(refusals(await asking.ask(KEYS, diner))).toEqual(['keyholders FORBIDDEN', 'again FORBIDDEN']);
  expect(questions).toEqual([['owner', 'manager', 'on-duty', 'diner']]);
  answers.add('on-duty');
  expect((await asking.ask(KEYS, diner)).data).toEqual({ keyholders: ['Li Lei'], again: ['Li Lei'] });
  expect(refusals(await asking.ask(KEYS, unverified))).toEqual(['keyholders UNAVAILABLE', 'again UNAVAILABLE']);
  await asking.ask('{ till }', diner);
  expect(questions).toHaveLength(2);
  const failing = guarded(undefined, () => Promise.reject(new Error('away')));
  await expect(failing.ask(KEYS, diner)).rejects.toThrow('away');
  expect((await failing.ask('{ till }', diner)).data).toEqual({ till: 100 });
});

test('a graph of older tools may guard an interface itself; it is guarded as it says', async () => {
  const older = composeGuarded().replace(/^interface Person/m, 'interface Person @authenticated\n');
  const answer = await guarded(older).ask('{ people { ... on Guest { visits } } special { name } }');
  expect([answer.data, refusals(answer)]).toEqual([null, ['people UNAUTHENTICATED']]);
  expect((await guarded(older).ask('{ people { name } }', diner)).data.people).toHaveLength(2);
});

test('a directive is known by what it is linked to, and not by its name', async () => {
  const renamed = composeGuarded()
    .replace('specs.apollo.dev/authenticated/v0.1"', 'specs.apollo.dev/authenticated/v0.1", as: "signedIn"')
    .replaceAll('@authenticated', '@signedIn');
  const other = guarded(renamed);
  expect(refusals(await other.ask('{ till }'))).toEqual(['till UNAUTHENTICATED']);
  expect((await other.ask('{ till }', diner)).data).toEqual({ till: 100 });
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
