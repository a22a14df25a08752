import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type GraphQLResolveInfo, parse } from 'graphql';
import { createYoga } from 'graphql-yoga';
import { run } from '../process.ts';

const FEDERATION =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@requires"])';
const DISHES = `${FEDERATION}
  type Query { dishes: [Dish!]! }
  type Dish @key(fields: "id") { id: ID! name: String! grams: Int! }`;
const STOCK = `${FEDERATION}
  type Dish @key(fields: "id") { id: ID! left: Int waiter: String }`;
const RENAMED = DISHES.replace('name: String!', 'name: String! english: String');

const folder = mkdtempSync(join(tmpdir(), 'dinegraph-any-graph-'));
const file = join(folder, 'supergraph.graphql');
const dishes = [
  { id: '1', name: '宫保鸡丁', english: 'Kung Pao chicken', grams: 350 },
  { id: '2', name: '麻婆豆腐', english: 'Mapo tofu', grams: 300 },
];
const stopping: (() => void)[] = [];
let addresses: Record<string, string>;

/** A subgraph of somebody else's, over HTTP. */
function subgraph(typeDefs: string, resolvers: object): Promise<string> {
  const schema = buildSubgraphSchema([{ typeDefs: parse(typeDefs), resolvers: resolvers as never }]);
  const yoga = createYoga({ schema, logging: false, graphqlEndpoint: '/graph' });
  const server = createServer((request: IncomingMessage, response) => void yoga(request, response));
  stopping.push(() => server.close());
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}/graph`)),
  );
}

function compose(menu: string, urls: Record<string, string> = addresses): string {
  const { supergraphSdl, errors } = composeServices([
    { name: 'menu', typeDefs: parse(menu), url: urls['menu']! },
    { name: 'stock', typeDefs: parse(STOCK), url: urls['stock']! },
  ]);
  if (!supergraphSdl) throw new Error(String(errors));
  return supergraphSdl;
}

beforeAll(async () => {
  type Asked = { request: Request };
  const menu = await subgraph(RENAMED, { Query: { dishes: () => dishes } });
  const stock = await subgraph(STOCK, {
    Dish: {
      __resolveReference: ({ id }: { id: string }) => ({ id, left: Number(id) * 3 }),
      waiter: (_: object, __: object, { request }: Asked, _info: GraphQLResolveInfo) =>
        request.headers.get('x-waiter') ?? 'nobody',
    },
  });
  addresses = { menu, stock };
  writeFileSync(file, compose(DISHES));
});
afterAll(() => {
  for (const stop of stopping) stop();
  rmSync(folder, { recursive: true });
});

async function serve(...options: string[]) {
  const command = run('gateway', ['--supergraph', file, '--port', '0', ...options], { LOG_LEVEL: 'info' });
  const [, url = ''] = await command.printed(/running at (http:\S+)\./);
  const ask = async (query: string, headers: Record<string, string> = {}) => {
    const body = JSON.stringify({ query });
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
    // biome-ignore lint/suspicious/noExplicitAny: a test reads what it selected
    return (await response.json()) as any;
  };
  return { command, ask, [Symbol.asyncDispose]: () => command[Symbol.asyncDispose]() };
}

test('a graph of somebody else is served as it stands in a file, and as the file becomes', async () => {
  await using graph = await serve();
  expect(await graph.ask('{ dishes { name left } }')).toEqual({
    data: {
      dishes: [
        { name: '宫保鸡丁', left: 3 },
        { name: '麻婆豆腐', left: 6 },
      ],
    },
  });
  const ENGLISH = '{ dishes { english left } }';
  expect((await graph.ask(ENGLISH)).errors[0].message).toContain('english');
  writeFileSync(file, 'type Query { nonsense');
  await graph.command.printed(/cannot be served/);
  expect((await graph.ask('{ dishes { left } }')).data.dishes).toHaveLength(2);
  writeFileSync(file, compose(RENAMED));
  await graph.command.printed(/a new graph is served/);
  expect((await graph.ask(ENGLISH)).data.dishes[1]).toEqual({ english: 'Mapo tofu', left: 6 });
  graph.command.child.kill('SIGTERM');
  expect(await graph.command.ended()).toBe(0);
});

test('a subgraph is where the command says, gets the headers that it is to have, and fails alone', async () => {
  const nowhere = 'http://127.0.0.1:1/graph';
  writeFileSync(file, compose(DISHES, { menu: nowhere, stock: nowhere }));
  await using graph = await serve('--subgraph', `menu=${addresses['menu']}`);
  const partial = await graph.ask('{ dishes { name left } }');
  expect(partial.data.dishes).toEqual(dishes.map(({ name }) => ({ name, left: null })));
  expect(
    partial.errors.map(({ path, extensions }: { path: unknown; extensions: object }) => [path, extensions]),
  ).toEqual([0, 1].map((index) => [['dishes', index, 'left'], { code: 'UNAVAILABLE' }]));
  await using whole = await serve(
    ...Object.entries(addresses).flatMap(([name, url]) => ['--subgraph', `${name}=${url}`]),
    '--forward',
    'X-Waiter',
  );
  const answer = await whole.ask('{ dishes { waiter } }', { 'x-waiter': 'Li Lei' });
  expect(answer.data.dishes[0]).toEqual({ waiter: 'Li Lei' });
});

test('a wrong command, and a file that is no graph, are one line each', async () => {
  const wrong = [
    [[], 2, /^--supergraph FILE is missing/],
    [['--supergraph', file, '--port', 'many'], 2, /^--port is a number of 0 to 65535, not many\n$/],
    [['--supergraph', file, '--subgraph', 'menu'], 2, /^--subgraph is NAME=URL/],
    [['--supergraph', join(folder, 'none'), '--port', '0'], 1, /none cannot be served: ENOENT[^\n]*\n$/],
  ] as const;
  for (const [args, code, line] of wrong) {
    await using command = run('gateway', args);
    expect(await command.ended()).toBe(code);
    expect(command.output()).toMatch(line);
  }
});
