import { beforeAll, expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { createGateway, type Gateway } from '../../gateway/gateway.ts';
import type { Executor } from '../../kernel/executor.ts';
import { compose } from '../../kernel/graph/compose.ts';
import { anonymous } from '../../kernel/identity.ts';
import { localChannel } from '../../kernel/live/live.ts';
import { silent } from './tally.ts';

const WINES = parse('{ wines { name price } }');
const wines = ['Port', 'Muscat'].map((name) => ({ __typename: 'Wine', id: name, name }));

let gateway: Gateway;
/** What the price list answers: a process that is somebody else's, or of another version. */
let answer: unknown;

const executor = (data: () => unknown): Executor => ({
  execute: async () => ({ data: data() as Record<string, unknown> }),
  live: async () => [],
});

beforeAll(async () => {
  const supergraph = await compose([
    {
      name: 'cellar',
      schema: 'type Query { wines: [Wine!]! } type Wine @key(fields: "id") { id: ID! name: String! }',
    },
    { name: 'prices', schema: 'type Wine @key(fields: "id") { id: ID! price: Int }' },
  ]);
  const executors = new Map([
    ['cellar', executor(() => ({ wines }))],
    ['prices', executor(() => answer)],
  ]);
  gateway = createGateway({ supergraph, executorOf: (name) => executors.get(name), live: localChannel(), log: silent });
});

const prices = async (given: unknown) => {
  answer = given;
  const context = { identity: anonymous, verify: async () => anonymous, signal: new AbortController().signal };
  return gateway.execute({ document: WINES, context });
};

test.each([
  ['nothing', {}],
  ['null', { _entities: null }],
  ['no list', { _entities: { price: 900 } }],
  ['too few', { _entities: [{ price: 900 }] }],
  ['too many', { _entities: [{ price: 900 }, { price: 800 }, { price: 700 }] }],
  ['numbers', { _entities: [900, 800] }],
  ['lists', { _entities: [[900], [800]] }],
])('a subgraph that answers %s costs its own fields, and nobody the rest', async (_, given) => {
  const { data, errors = [] } = await prices(given);
  expect(data).toEqual({ wines: wines.map(({ name }) => ({ name, price: null })) });
  expect(errors.map(({ path, extensions }) => [path?.join('.'), extensions['code']])).toEqual([
    ['wines.0.price', 'UNAVAILABLE'],
    ['wines.1.price', 'UNAVAILABLE'],
  ]);
});

test('a gap among its things is an answer', async () => {
  const { data, errors } = await prices({ _entities: [null, { price: 800 }] });
  expect(errors).toBeUndefined();
  expect(data).toEqual({
    wines: [
      { name: 'Port', price: null },
      { name: 'Muscat', price: 800 },
    ],
  });
});
