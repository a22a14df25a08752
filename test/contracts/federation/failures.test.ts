import { beforeEach, expect, test } from '@jest/globals';
import { type Federation, federate, told } from './graph.ts';

let graph: Federation;
beforeEach(() => {
  const soup = { __typename: 'Dish', id: '1', name: 'Soup', weight: 300, left: 4, shelf: { row: 'A', number: 1 } };
  const tea = { __typename: 'Dish', id: '2', name: 'Tea', weight: null, left: 0, shelf: null };
  graph = federate({
    subgraphs: {
      menu: 'type Query { dishes: [Dish] first: Dish! } type Dish @key(fields: "id") { id: ID! name: String }',
      kitchen: 'type Query { open: Boolean hours: [Int] } type Dish @key(fields: "id") { id: ID! weight: Int }',
      stock: `
        type Dish @key(fields: "id") { id: ID! left: Int! shelf: Shelf weight: Int @external light: Boolean @requires(fields: "weight") }
        type Shelf { row: String number: Int! }
      `,
    },
    store: () => ({ Query: { dishes: [soup, tea], first: soup, open: true, hours: [9, 20] }, entities: [soup, tea] }),
  });
});

const answers = (reply: unknown) => () => reply;
const codes = ({ errors = [] }: Awaited<ReturnType<Federation['ask']>>) =>
  errors.map(({ extensions }) => extensions?.['code']);

test('one subgraph is down: the others’ part is there, and each field that is missing has an error', async () => {
  graph.replies.set('kitchen', () => {
    throw new Error('connection refused');
  });
  const answer = await graph.ask('{ dishes { name weight shelf { row } } open hours }');
  expect(answer.data).toEqual({
    dishes: [
      { name: 'Soup', weight: null, shelf: { row: 'A' } },
      { name: 'Tea', weight: null, shelf: null },
    ],
    open: null,
    hours: null,
  });
  expect(answer.errors?.map(({ path }) => path?.join('.')).sort()).toEqual([
    'dishes.0.weight',
    'dishes.1.weight',
    'hours',
    'open',
  ]);
  expect(new Set(codes(answer))).toEqual(new Set(['UNAVAILABLE']));
  expect(JSON.stringify(answer)).not.toMatch(/kitchen|refused/);
});

test.each([
  ['nothing', null],
  ['a text', 'Bad Gateway'],
  ['a list', []],
  ['an empty object', {}],
  ['data that is a text', { data: 'all of it' }],
  ['no data and no errors', { data: null, errors: [] }],
  ['errors that are none', { errors: [null, 7, { reason: 'x' }] }],
  ['entities that are a text', { data: { _entities: 'soup' } }],
  ['too few entities', { data: { _entities: [{ weight: 1 }] } }],
  ['too many entities', { data: { _entities: [{ weight: 1 }, { weight: 2 }, { weight: 3 }] } }],
  ['other fields than were asked for', { data: { dishes: 3, _entities: [{ height: 1 }, 'soup'] } }],
])(
  'a subgraph that answers %s gives errors at the places it should have filled, and no wrong data',
  async (_, reply) => {
    graph.replies.set('kitchen', answers(reply));
    const answer = await graph.ask('{ dishes { name weight } open }');
    expect(answer.data).toEqual({
      dishes: [
        { name: 'Soup', weight: null },
        { name: 'Tea', weight: null },
      ],
      open: null,
    });
    expect(answer.errors?.map(({ path }) => path?.join('.')).sort()).toEqual([
      'dishes.0.weight',
      'dishes.1.weight',
      'open',
    ]);
  },
);

test.each([
  ['no path', undefined],
  ['the path of all entities', ['_entities']],
  ['a path to an entity that was not asked for', ['_entities', 7, 'weight']],
  ['a path that is none', 'weight'],
])('an error with %s beside data is told once, and explains what is null', async (_, path) => {
  const errors = [{ message: 'some were lost', path }];
  graph.replies.set('stock', answers({ data: { _entities: [null, { left: 3 }] }, errors }));
  const answer = await graph.ask('{ dishes { name left } }');
  expect(answer.data).toEqual({ dishes: [null, { name: 'Tea', left: 3 }] });
  expect(told(answer)).toEqual([': some were lost']);
});

test('an entity that its subgraph does not know is null where it may be, and an error where it must not', async () => {
  graph.replies.set('kitchen', answers({ data: { _entities: [null, { weight: null }] } }));
  expect(await graph.ask('{ dishes { name weight } }')).toEqual({
    data: {
      dishes: [
        { name: 'Soup', weight: null },
        { name: 'Tea', weight: null },
      ],
    },
  });
  graph.replies.set('stock', answers({ data: { _entities: [null, { left: 0 }] } }));
  const answer = await graph.ask('{ dishes { name left } }');
  expect(answer.data).toEqual({ dishes: [null, { name: 'Tea', left: 0 }] });
  expect(told(answer)).toEqual(['dishes.0.left: Cannot return null for non-nullable field Dish.left.']);
});

test('an error of what another field required is told at the object that it was for', async () => {
  graph.replies.set('kitchen', answers({ data: null, errors: [{ message: 'no scales' }] }));
  const answer = await graph.ask('{ dishes { name light } }');
  expect(answer.data).toEqual({
    dishes: [
      { name: 'Soup', light: null },
      { name: 'Tea', light: null },
    ],
  });
  expect(told(answer)).toEqual(['dishes.0: no scales', 'dishes.1: no scales']);
});

test('the same dish twice: its error is at both places', async () => {
  const both = federate({
    subgraphs: {
      menu: 'type Query { dishes: [Dish] } type Dish @key(fields: "id") { id: ID! }',
      kitchen: 'type Dish @key(fields: "id") { id: ID! weight: Int }',
    },
    store() {
      const dish = { __typename: 'Dish', id: '1', weight: new Error('no scales') };
      return { Query: { dishes: [dish, dish] }, entities: [dish] };
    },
  });
  expect(told(await both.agreed('{ dishes { weight } }'))).toEqual([
    'dishes.0.weight: no scales',
    'dishes.1.weight: no scales',
  ]);
  expect(both.calls[1]?.variables['representations']).toHaveLength(1);
});

test('codes and details of an error reach the client; the name of its subgraph does not', async () => {
  const extensions = { code: 'SOLD_OUT', until: '2026-01-01', serviceName: 'kitchen' };
  graph.replies.set(
    'kitchen',
    answers({ data: { open: null }, errors: [{ message: 'm', path: ['open'], extensions }] }),
  );
  const { errors } = await graph.ask('{ open }');
  expect(errors).toMatchObject([{ path: ['open'], extensions: { code: 'SOLD_OUT', until: '2026-01-01' } }]);
  expect(errors?.[0]?.extensions).not.toHaveProperty('serviceName');
});
