import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { createPubSub, createYoga } from 'graphql-yoga';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { WebSocketServer } from 'ws';
import { type Answer, type Clients, clientsOf } from '../clients.ts';
import { type Command, run } from '../process.ts';

const FEDERATION = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key"])';
const MENU = `${FEDERATION}
  type Query { dishes: [Dish!]! }
  type Dish @key(fields: "id") { id: ID! name: String! }`;
const KITCHEN = `${FEDERATION}
  type Query { cooks: Int }
  type Subscription { ready(table: Int!): Dish bell: Int }
  type Dish @key(fields: "id") { id: ID! plates: Int }`;
const WITHOUT_BELL = KITCHEN.replace('bell: Int', '');
const READY = 'subscription ($table: Int!) { ready(table: $table) { name plates } }';

const folder = mkdtempSync(join(tmpdir(), 'dinegraph-any-graph-live-'));
const file = join(folder, 'supergraph.graphql');
const names: Record<string, string> = { 1: '宫保鸡丁', 2: '麻婆豆腐' };

/** A subgraph of somebody else's: queries and server-sent events over HTTP, graphql-ws beside them. */
async function serveSubgraph(typeDefs: string, resolvers: object, port = 0): Promise<{ server: Server; url: string }> {
  const schema = buildSubgraphSchema([{ typeDefs: parse(typeDefs), resolvers: resolvers as never }]);
  const yoga = createYoga({ schema, logging: false });
  const server = createServer((request, response) => void yoga(request, response));
  useServer({ schema }, new WebSocketServer({ server, path: '/graphql' }));
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql` };
}

/** The kitchen's bell, and how many listen to it. */
const bells = createPubSub<{ ready: [{ id: string; plates: number }]; bell: [number] }>();
let listening = 0;
/** Resolves as often as somebody begins to listen. */
let begun = Promise.withResolvers<void>();

async function* heard(name: 'ready' | 'bell') {
  const events: AsyncIterable<unknown> = name === 'ready' ? bells.subscribe('ready') : bells.subscribe('bell');
  listening += 1;
  begun.resolve();
  begun = Promise.withResolvers();
  try {
    for await (const event of events) yield { [name]: event };
  } finally {
    listening -= 1;
  }
}

const kitchenResolvers = {
  Subscription: { ready: { subscribe: () => heard('ready') }, bell: { subscribe: () => heard('bell') } },
};

let menu: Awaited<ReturnType<typeof serveSubgraph>>;
let kitchen: Awaited<ReturnType<typeof serveSubgraph>>;
let command: Command | undefined;
const opened: Clients[] = [];

function compose(kitchenSdl: string): string {
  const { supergraphSdl, errors } = composeServices([
    { name: 'menu', typeDefs: parse(MENU), url: menu.url },
    { name: 'kitchen', typeDefs: parse(kitchenSdl), url: kitchen.url },
  ]);
  if (!supergraphSdl) throw new Error(String(errors));
  return supergraphSdl;
}

beforeAll(async () => {
  menu = await serveSubgraph(MENU, {
    Dish: { __resolveReference: ({ id }: { id: string }) => ({ id, name: names[id] }) },
  });
  kitchen = await serveSubgraph(KITCHEN, kitchenResolvers);
  writeFileSync(file, compose(KITCHEN));
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((clients) => clients.close()));
  await command?.[Symbol.asyncDispose]();
});
afterAll(() => {
  for (const { server } of [menu, kitchen]) {
    server.closeAllConnections();
    server.close();
  }
  rmSync(folder, { recursive: true });
});

async function startGateway(...options: string[]): Promise<Clients> {
  command = run('gateway', ['--supergraph', file, '--port', '0', ...options], { LOG_LEVEL: 'info' });
  const [, url = ''] = await command.printed(/running at (http:\S+)\/graphql\./);
  const clients = clientsOf(url);
  opened.push(clients);
  return clients;
}

/** Ends the kitchen without a word, and starts it anew at its address. */
async function restartKitchen(): Promise<void> {
  const { port } = kitchen.server.address() as AddressInfo;
  const again = begun.promise;
  const closed = once(kitchen.server, 'close');
  kitchen.server.closeAllConnections();
  kitchen.server.close();
  for (const socket of sockets) socket.destroy();
  await closed;
  kitchen = await serveSubgraph(KITCHEN, kitchenResolvers, port);
  keepSockets();
  await again;
}

const sockets = new Set<import('node:net').Socket>();
function keepSockets() {
  sockets.clear();
  kitchen.server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
}

test.each([
  ['graphql-ws', () => []],
  ['server-sent events', () => ['--subscriptions', `kitchen=${kitchen.url}`]],
])(
  'a subgraph is followed over %s, once for all who ask the same, and again when it has restarted',
  async (_, options) => {
    keepSockets();
    const clients = await startGateway(...options());
    const first = begun.promise;
    const follow = () => clients.sockets().iterate({ query: READY, variables: { table: 1 } });
    const [one, other] = [follow(), follow()];
    const frames = [one.next(), other.next()];
    await first;
    bells.publish('ready', { id: '1', plates: 2 });
    const frame = { data: { ready: { name: '宫保鸡丁', plates: 2 } } };
    expect((await Promise.all(frames)).map(({ value }) => value)).toEqual([frame, frame]);
    expect(listening).toBe(1);

    const next = one.next();
    await restartKitchen();
    await command?.printed(/the subscriptions of a subgraph are away[\s\S]*are back/);
    bells.publish('ready', { id: '2', plates: 1 });
    expect((await next).value).toEqual({ data: { ready: { name: '麻婆豆腐', plates: 1 } } });
    await Promise.all([one.return?.(), other.return?.()]);
  },
);

test('a subgraph that answers in place of a stream is heard, and not asked again', async () => {
  let asked = 0;
  const closed = createServer((_, response) => {
    asked += 1;
    response.setHeader('content-type', 'application/json; charset=utf-8');
    response.end('{"errors": [{"message": "The kitchen is closed."}]}');
  }).listen(0, '127.0.0.1');
  await once(closed, 'listening');
  const { port } = closed.address() as AddressInfo;
  const clients = await startGateway('--subscriptions', `kitchen=http://127.0.0.1:${port}/graphql`);
  const frames = clients.sockets().iterate({ query: 'subscription { bell }' });
  expect((await frames.next()).value).toMatchObject({ errors: [{ message: 'The kitchen is closed.' }] });
  expect((await frames.next()).done).toBe(true);
  expect(asked).toBe(1);
  closed.close();
});

test('a new graph ends a subscription that it cannot answer, and no other', async () => {
  const clients = await startGateway();
  const follow = async (query: string, variables = {}) => {
    const isFollowed = begun.promise;
    const frames = clients.sockets().iterate({ query, variables });
    await isFollowed;
    return { frames, next: frames.next() };
  };
  const { frames: ready, next: dish } = await follow(READY, { table: 1 });
  const { frames: bell, next: rings } = await follow('subscription { bell }');
  bells.publish('bell', 1);
  expect((await rings).value).toEqual({ data: { bell: 1 } });
  writeFileSync(file, compose(WITHOUT_BELL));
  expect((await bell.next()).value).toMatchObject({ errors: [{ extensions: { code: 'GRAPH_CHANGED' } }] });
  expect((await bell.next()).done).toBe(true);
  bells.publish('ready', { id: '1', plates: 3 });
  expect((await dish).value).toEqual({ data: { ready: { name: '宫保鸡丁', plates: 3 } } });
  await ready.return?.();
});

test('a token that comes to its end ends what it follows, also where nothing changes; others go on', async () => {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const keys = join(folder, 'keys.json');
  writeFileSync(keys, JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), alg: 'ES256' }] }));
  const tokenFor = (time: string) =>
    new SignJWT({}).setProtectedHeader({ alg: 'ES256' }).setSubject('guest').setExpirationTime(time).sign(privateKey);
  const clients = await startGateway('--jwks', keys);
  const first = begun.promise;
  const follow = async (time: string) =>
    clients.sockets(await tokenFor(time)).iterate({ query: READY, variables: { table: 1 } });
  // The same guest twice, and so one group.
  const [brief, lasting] = [await follow('2s'), await follow('1h')];
  const [ended, shown] = [brief.next(), lasting.next()];
  await first;
  expect(((await ended).value as Answer).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  expect((await brief.next()).done).toBe(true);
  bells.publish('ready', { id: '1', plates: 2 });
  expect(((await shown).value as Answer).data).toEqual({ ready: { name: '宫保鸡丁', plates: 2 } });
});
