import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServerAdapter } from '@whatwg-node/server';
import type { GraphQLError } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { createYoga, type Plugin } from 'graphql-yoga';
import { WebSocketServer } from 'ws';
import { CodedError } from '../kernel/errors.ts';
import { anonymous, type PersonIdentity, type TokenVerifier } from '../kernel/identity.ts';
import type { Logger } from '../kernel/log.ts';
import type { GraphContext } from './context.ts';
import type { ExecuteArgs } from './execute/supergraph.ts';
import type { Gateway } from './gateway.ts';
import type { RouteHandler } from './routes.ts';

export interface ServerOptions {
  gateway: Gateway;
  routes: RouteHandler;
  /** Absent, everybody is anonymous. */
  tokens: TokenVerifier | undefined;
  host: string;
  /** 0 takes any free port. */
  port: number;
  /** Shows GraphiQL. */
  development: boolean;
  log: Logger;
}

export interface RunningServer {
  /** Such as http://localhost:4000. */
  readonly url: string;
  /** Ends sockets and waits for the requests under way. */
  close(): Promise<void>;
}

/** The largest request body, in bytes. */
const MAX_BODY = 1_000_000;
/** How long a socket may wait with its connection_init, in milliseconds. */
const INIT_TIMEOUT = 5_000;
const never = new AbortController().signal;

/** Serves the graph over HTTP, SSE and graphql-ws at /graphql, and the modules' routes beside it. */
export async function serve({
  gateway,
  routes,
  tokens,
  host,
  port,
  development,
  log,
}: ServerOptions): Promise<RunningServer> {
  async function identify(authorization: unknown): Promise<PersonIdentity> {
    const token = /^Bearer (.+)$/i.exec(typeof authorization === 'string' ? authorization : '')?.[1];
    return token && tokens ? tokens.verify(token) : anonymous;
  }

  const yoga = createYoga<{ graph?: GraphContext }>({
    schema: gateway.schema,
    graphiql: development && { title: 'DineGraph', subscriptionsProtocol: 'WS' },
    landingPage: false,
    logging: false,
    maskedErrors: { maskError: (error) => publicError(error, log) },
    maxRequestBodySize: MAX_BODY,
    context: async ({ request, graph }) => {
      const context: GraphContext = graph ?? {
        identity: await identify(request.headers.get('authorization')),
        signal: request.signal,
      };
      return { graph: context };
    },
    plugins: [throughGateway(gateway)],
  });

  const adapter = createServerAdapter(async (request: Request) => {
    try {
      const authorization = request.headers.get('authorization');
      return (await routes(request, () => identify(authorization))) ?? (await yoga.fetch(request, {}));
    } catch (error) {
      const { message, extensions } = publicError(error, log);
      const status = extensions['code'] === 'UNAUTHENTICATED' ? 401 : extensions['code'] === 'INTERNAL' ? 500 : 400;
      return Response.json({ errors: [{ message, extensions }] }, { status });
    }
  });

  const server = createServer(adapter);
  const sockets = new WebSocketServer({ server, path: '/graphql', maxPayload: MAX_BODY });
  const graphqlWs = useServer<{ authorization?: string; Authorization?: string }, { graph?: GraphContext }>(
    {
      connectionInitWaitTimeout: INIT_TIMEOUT,
      async onConnect({ connectionParams, extra }) {
        const header = (extra.request as IncomingMessage).headers.authorization;
        const authorization = connectionParams?.authorization ?? connectionParams?.Authorization ?? header;
        extra.graph = { identity: await identify(authorization), signal: never };
      },
      async onSubscribe({ extra }, _id, params) {
        const { schema, parse, validate, contextFactory, execute, subscribe } = yoga.getEnveloped({
          graph: extra.graph,
          params,
        } as never);
        const document = parse(params.query);
        const errors = validate(schema, document);
        if (errors.length) return errors as readonly GraphQLError[];
        return {
          schema,
          operationName: params.operationName,
          document,
          variableValues: params.variables,
          contextValue: await contextFactory(),
          execute,
          subscribe,
        };
      },
      execute: (args) => (args as unknown as { execute: (args: unknown) => never }).execute(args),
      subscribe: (args) => (args as unknown as { subscribe: (args: unknown) => never }).subscribe(args),
    },
    sockets,
  );

  await listen(server, host, port);
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${host === '0.0.0.0' || host === '::' ? 'localhost' : host}:${taken}`,
    async close() {
      await graphqlWs.dispose();
      server.closeIdleConnections();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      // Event streams never end by themselves.
      setTimeout(() => server.closeAllConnections(), 200).unref();
      await closed;
      await yoga.dispose();
    },
  };
}

/** Has the gateway carry out what yoga has parsed and validated. */
function throughGateway(gateway: Gateway): Plugin {
  return {
    onExecute: ({ setExecuteFn }) => setExecuteFn((args) => gateway.execute(graphArgs(args)) as never),
    onSubscribe: ({ setSubscribeFn }) => setSubscribeFn((args) => gateway.subscribe(graphArgs(args)) as never),
  };
}

function graphArgs(args: {
  document: unknown;
  operationName?: unknown;
  variableValues?: unknown;
  contextValue?: unknown;
}): ExecuteArgs {
  return {
    document: args.document as ExecuteArgs['document'],
    operationName: args.operationName as string | undefined,
    variables: args.variableValues as Record<string, unknown> | undefined,
    context: (args.contextValue as { graph: GraphContext }).graph,
  };
}

/** What a client may read of an error; unexpected ones are logged and hidden. */
function publicError(error: unknown, log: Logger): GraphQLError | CodedError {
  if (error instanceof Error && error.name === 'GraphQLError') {
    const coded = error as GraphQLError;
    if (!coded.originalError || coded.originalError.name === 'GraphQLError' || coded.extensions['code']) return coded;
  }
  log.error({ error }, 'an unexpected fault');
  return new CodedError('INTERNAL', 'Something went wrong on our side.');
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve());
  });
}
