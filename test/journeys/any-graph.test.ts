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
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { startCollector } from '../collector.ts';
import { run } from '../process.ts';

const FEDERATION =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@requires"])';
const DISHES = `${FEDERATION}
  type Query { dishes: [Dish!]! }
  type Dish @key(fields: "id") { id: ID! name: String! grams: Int! }`;
const STOCK = `${FEDERATION}
  type Dish @key(fields: "id") { id: ID! left: Int waiter: String }`;
const GUARDED = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: [
    "@key" "@authenticated" "@requiresScopes"
  ])
  type Dish @key(fields: "id") {
    id: ID!
    left: Int @authenticated
    waiter: String @requiresScopes(scopes: [["staff:read"]])
  }`;
const RENAMED = DISHES.replace('name: String!', 'name: String! english: String');

const folder = mkdtempSync(join(tmpdir(), 'dinegraph-any-graph-'));
const file = join(folder, 'supergraph.graphql');
const dishes = [
  { id: '1', name: '宫保鸡丁', english: 'Kung Pao chicken', grams: 350 },
  { id: '2', name: '麻婆豆腐', english: 'Mapo tofu', grams: 300 },
];
const stopping: (() => void)[] = [];
let addresses: Record<string, string>;
/** Where in a trace the stock was asked last. */
let askedIn: string | null;

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

function compose(menu: string, urls: Record<string, string> = addresses, stock = STOCK): string {
  const { supergraphSdl, errors } = composeServices([
    { name: 'menu', typeDefs: parse(menu), url: urls['menu']! },
    { name: 'stock', typeDefs: parse(stock), url: urls['stock']! },
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
      waiter(_: object, __: object, { request }: Asked, _info: GraphQLResolveInfo) {
        askedIn = request.headers.get('traceparent');
        return request.headers.get('x-waiter') ?? 'nobody';
      },
    },
  });
  addresses = { menu, stock };
  writeFileSync(file, compose(DISHES));
});
afterAll(() => {
  for (const stop of stopping) stop();
  rmSync(folder, { recursive: true });
});

const serve = (...options: string[]) => serveWith({}, ...options);

async function serveWith(environment: NodeJS.ProcessEnv, ...options: string[]) {
  const settings = { LOG_LEVEL: 'info', ...environment };
  const command = run('gateway', ['--supergraph', file, '--port', '0', ...options], settings);
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

test('a subgraph is told where in our trace it is asked, and not in whose the client is', async () => {
  writeFileSync(file, compose(DISHES));
  await using collector = await startCollector();
  const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: '100' };
  await using graph = await serveWith(environment, '--forward', 'traceparent');
  const theirs = `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`;
  await graph.ask('{ dishes { waiter } }', { traceparent: theirs });
  const spans = await collector.until((seen) => seen.some(({ name }) => name === 'POST /graphql'));
  const fetched = spans.find(({ name }) => name === 'fetch stock');
  expect(askedIn).toBe(`00-${fetched?.traceId}-${fetched?.spanId}-01`);
  expect(spans.map(({ name, service, failed }) => [name, service, failed])).toEqual(
    ['plan', 'fetch menu', 'fetch stock', 'query Query.dishes', 'POST /graphql'].map((name) => [
      name,
      'dinegraph-gateway',
      false,
    ]),
  );
});

test('whoever comes with a token of the named keys has the rights that it says, and no other', async () => {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const stranger = (await generateKeyPair('ES256')).privateKey;
  const keys = { keys: [{ ...(await exportJWK(publicKey)), alg: 'ES256', kid: 'one' }] };
  const set = join(folder, 'jwks.json');
  writeFileSync(set, JSON.stringify(keys));
  writeFileSync(file, compose(DISHES, addresses, GUARDED));
  const token = (claims: object, { key = privateKey, issuer = 'https://id.example', ends = '1h' } = {}) =>
    new SignJWT({ ...claims })
      .setProtectedHeader({ alg: 'ES256', kid: 'one' })
      .setSubject('guest-1')
      .setIssuer(issuer)
      .setAudience('dishes')
      .setExpirationTime(ends)
      .sign(key);
  const QUERY = '{ dishes { name left waiter } }';
  const first = async (graph: Awaited<ReturnType<typeof serve>>, bearer?: string) => {
    const { data, errors = [] } = await graph.ask(QUERY, bearer ? { authorization: `Bearer ${bearer}` } : {});
    const codes = errors.map(({ path, extensions }: { path?: string[]; extensions: { code: string } }) =>
      [...(path?.slice(1) ?? []), extensions.code].join(' '),
    );
    return [data?.dishes[0], codes.filter((code: string) => !code.startsWith('1'))];
  };
  const [name, waiter] = ['宫保鸡丁', 'nobody'];

  const named = ['--issuer', 'https://id.example', '--audience', 'dishes'];
  await using graph = await serve('--jwks', set, ...named);
  expect(await first(graph)).toEqual([
    { name, left: null, waiter: null },
    ['0 left UNAUTHENTICATED', '0 waiter UNAUTHENTICATED'],
  ]);
  expect(await first(graph, await token({}))).toEqual([{ name, left: 3, waiter: null }, ['0 waiter FORBIDDEN']]);
  expect(await first(graph, await token({ scope: 'other staff:read' }))).toEqual([{ name, left: 3, waiter }, []]);
  expect(await first(graph, await token({ scopes: ['staff:read'] }))).toEqual([{ name, left: 3, waiter }, []]);
  const claims = { iss: 'https://id.example', aud: 'dishes', sub: 'guest-1', scope: 'staff:read' };
  for (const bad of [
    await token(claims, { key: stranger }),
    await token(claims, { issuer: 'https://elsewhere.example' }),
    await token(claims, { ends: '1 hour ago' }),
    new UnsecuredJWT(claims).encode(),
    'nonsense',
  ])
    expect(await first(graph, bad)).toEqual([undefined, ['UNAUTHENTICATED']]);

  // The same keys, published; and a gateway that cannot read them.
  const published = createServer((_, response) => response.end(JSON.stringify(keys)));
  stopping.push(() => published.close());
  await new Promise<void>((resolve) => published.listen(0, '127.0.0.1', resolve));
  const { port } = published.address() as AddressInfo;
  await using reading = await serve('--jwks', `http://127.0.0.1:${port}/keys`);
  expect(await first(reading, await token({ scope: 'staff:read' }))).toEqual([{ name, left: 3, waiter }, []]);
  await using blind = await serve('--jwks', 'http://127.0.0.1:1/keys');
  expect(await first(blind, await token({ scope: 'staff:read' }))).toEqual([
    { name, left: null, waiter: null },
    ['0 left UNAVAILABLE', '0 waiter UNAVAILABLE'],
  ]);
  await using closed = await serve();
  expect((await first(closed, await token({ scope: 'staff:read' })))[1]).toEqual([
    '0 left UNAUTHENTICATED',
    '0 waiter UNAUTHENTICATED',
  ]);
});

test('a wrong command, and a file that is no graph, are one line each', async () => {
  const wrong = [
    [[], 2, /^--supergraph FILE is missing/],
    [
      ['--supergraph', file, '--port', 'many'],
      2,
      /^--port is a number of 0 to 65535, not many; --help lists the options\n$/,
    ],
    [['--supergraph', file, '--subgraph', 'menu'], 2, /^--subgraph is NAME=URL/],
    [['--supergraph', file, '--issuer', 'https://id.example'], 2, /^--jwks URL\|FILE names the keys[^\n]*\n$/],
    [['--supergraph', file, '--port', '0', '--jwks', file], 1, /^--jwks is the address or the file of[^\n]*\n$/],
    [['--supergraph', join(folder, 'none'), '--port', '0'], 1, /none cannot be served: ENOENT[^\n]*\n$/],
  ] as const;
  for (const [args, code, line] of wrong) {
    await using command = run('gateway', args);
    expect(await command.ended()).toBe(code);
    expect(command.output()).toMatch(line);
  }
});
