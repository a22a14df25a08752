import { expect, test } from '@jest/globals';
import { anonymous, unverified } from '../../kernel/identity.ts';
import { composeGuarded, diner, guarded, refusals, withScopes } from './guarded.ts';

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

test('a directive is known by what it is linked to, and not by its name', async () => {
  const renamed = composeGuarded()
    .replace('specs.apollo.dev/authenticated/v0.1"', 'specs.apollo.dev/authenticated/v0.1", as: "signedIn"')
    .replaceAll('@authenticated', '@signedIn');
  const other = guarded(renamed);
  expect(refusals(await other.ask('{ till }'))).toEqual(['till UNAUTHENTICATED']);
  expect((await other.ask('{ till }', diner)).data).toEqual({ till: 100 });
});
