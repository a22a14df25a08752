import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { graphql, parse } from 'graphql';

/** A webhook that came. */
export interface Came {
  id: string;
  /** Whether it is signed by a secret that the service knows. */
  genuine: boolean;
  name: string;
  aggregate: string;
  version: number;
  payload: Record<string, unknown>;
}

/** A service of somebody else's that is a remote plug-in, written against nothing of ours. */
export interface RemoteService extends AsyncDisposable {
  readonly url: string;
  readonly webhookUrl: string;
  /** What its messages are signed with; the test tells it. */
  readonly secrets: string[];
  readonly came: Came[];
  /** Who asked its graph, as far as it was told. */
  readonly callers: unknown[];
  /** Answers to webhooks with this status. */
  status: number;
  /** Answers the graph with whatever this makes of a request and its response; undefined is as it should. */
  mischief: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
  /** Is told of each request when it has come; the answer waits for what this gives. */
  hold: ((path: string) => Promise<unknown> | undefined) | undefined;
  /** Resolves when so many webhooks have come in all. */
  has(count: number): Promise<void>;
}

const SDL = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
  type Query { wishes: Int! }
  type Order @key(fields: "id") { id: ID! wish: String }
`;

/** Starts it on a free port. */
export async function remoteService(sdl = SDL): Promise<RemoteService> {
  const waiting = new Set<() => void>();
  const schema = buildSubgraphSchema([
    {
      typeDefs: parse(sdl),
      resolvers: {
        Query: { wishes: () => service.came.length },
        Order: { wish: ({ id }: { id: string }) => `A good meal, ${id.slice(0, 4)}` },
      } as never,
    },
  ]);

  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const genuine = isSigned(request, text, service.secrets);
    const message = JSON.parse(text);
    if (request.url === '/webhook') {
      const { name, aggregate, version, payload } = message;
      service.came.push({ id: String(request.headers['webhook-id']), genuine, name, aggregate, version, payload });
      await service.hold?.(request.url);
      response.writeHead(service.status).end();
      for (const look of [...waiting]) look();
      return;
    }
    await service.hold?.(request.url ?? '');
    if (service.mischief) return service.mischief(request, response);
    const isSchema = message.query.includes('_service');
    if (!genuine && !isSchema) return void response.writeHead(401).end();
    if (!isSchema) service.callers.push(message.extensions?.caller);
    const { query, variables } = message;
    const result = await graphql({ schema, source: query, variableValues: variables });
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(result));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const service: RemoteService = {
    url: `${origin}/graphql`,
    webhookUrl: `${origin}/webhook`,
    secrets: [],
    came: [],
    callers: [],
    status: 204,
    mischief: undefined,
    hold: undefined,
    has: (count) =>
      new Promise((resolve) => {
        const look = () => {
          if (service.came.length < count) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return service;
}

/** By the words of Standard Webhooks. */
function isSigned({ headers }: IncomingMessage, body: string, secrets: readonly string[]): boolean {
  const [id, at, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) =>
    String(headers[name]),
  ) as [string, string, string];
  if (Math.abs(Date.now() / 1_000 - Number(at)) > 300) return false;
  return secrets.some((secret) => {
    const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
    const expected = Buffer.from(`v1,${createHmac('sha256', key).update(`${id}.${at}.${body}`).digest('base64')}`);
    return signatures
      .split(' ')
      .some((one) => one.length === expected.length && timingSafeEqual(Buffer.from(one), expected));
  });
}
