import type { IncomingMessage, Server } from 'node:http';
import { type DocumentNode, GraphQLError, getOperationAST } from 'graphql';
import type { YogaServerInstance } from 'graphql-yoga';
import { type WebSocket, WebSocketServer } from 'ws';
import { addressBehind, networkOf } from '../../kernel/address.ts';
import { SECOND } from '../../kernel/clock.ts';
import { badInput, CodedError } from '../../kernel/errors.ts';
import { callerOf } from '../../kernel/identity.ts';
import type { Logger } from '../../kernel/log.ts';
import { publicError } from '../../kernel/public-error.ts';
import { inTrace } from '../../kernel/telemetry/trace.ts';
import { within } from '../../kernel/within.ts';
import type { Gateway } from '../gateway.ts';
import { isForeign } from '../guards/csrf.ts';
import type { Gate } from '../guards/gate.ts';
import { guarded } from '../guards/guarded.ts';
import type { Named } from '../guards/persisted.ts';
import type { YogaContext } from '../http.ts';
import { contextOf, type Identify } from '../identify.ts';
import { type Begun, serveConnection } from './connection.ts';
import { counter, type SocketLimits } from './limits.ts';
import { CLOSED, type OperationParams, PROTOCOL } from './messages.ts';
import { turnstile } from './turnstile.ts';

export interface SocketsOptions {
  server: Server;
  gateway: Gateway;
  yoga: YogaServerInstance<YogaContext, YogaContext>;
  identify: Identify;
  gate: Gate;
  limits: SocketLimits;
  log: Logger;
}

/** The open sockets of a gateway. */
export interface Sockets {
  /** Closes all; their clients are told to come back. */
  dispose(): Promise<void>;
}

/** What a client came with, and where it is. */
interface Connected {
  headers: IncomingMessage['headers'];
  address: string;
}

/** How long a client may take to say good-bye, in milliseconds. */
const FAREWELL = 2 * SECOND;
/** How many operations begin in one turn of the event loop. */
const BEGINNINGS = 4;
const never = new AbortController().signal;

/** GraphQL over graphql-ws at /graphql. Who connects is said in connection_init, or by the upgrade's own header. */
export function graphqlOverSockets({ server, gateway, yoga, identify, gate, limits, log }: SocketsOptions): Sockets {
  const { figures } = gateway;
  const { allowedOrigins } = gate.guards;
  const sockets = new WebSocketServer({
    verifyClient: ({ req }: { req: IncomingMessage }) => !allowedOrigins || !isForeign(req.headers, allowedOrigins),
    server,
    path: '/graphql',
    maxPayload: gate.guards.maxBody,
    handleProtocols: (offered) => offered.has(PROTOCOL) && PROTOCOL,
  });
  const addressOf = ({ socket, headers }: IncomingMessage) =>
    addressBehind(socket.remoteAddress ?? '', String(headers['x-forwarded-for'] ?? ''), gate.guards.trustProxy);
  figures.watchSockets(() => sockets.clients.size);
  const addresses = counter();
  const callers = counter();
  const turn = turnstile(BEGINNINGS);
  const { subscribe } = guarded(gateway, gate, log);

  sockets.on('connection', (socket: WebSocket, request: IncomingMessage) => {
    // A socket breaks for many reasons, all of which end in its being closed.
    socket.on('error', (error) => log.debug({ error }, 'a socket broke'));
    const address = networkOf(addressOf(request));
    if (socket.protocol !== PROTOCOL) return socket.close(...CLOSED.badProtocol);
    if (!addresses.enter(address, limits.perAddress)) return socket.close(...CLOSED.tooMany);
    socket.on('close', () => addresses.leave(address));
    watch(socket, limits.heartbeat);
    // The request itself is not kept: a socket may last for days.
    const client: Connected = { headers: request.headers, address: addressOf(request) };
    let authorization: unknown = client.headers.authorization;

    serveConnection(socket, {
      limits,
      async admit(params) {
        authorization = params['authorization'] ?? params['Authorization'] ?? authorization;
        try {
          const identity = await identify(authorization);
          if (identity.kind === 'anonymous' || identity.kind === 'unverified') return undefined;
          const caller = callerOf(identity);
          if (!callers.enter(caller, limits.perCaller)) return CLOSED.tooMany;
          socket.on('close', () => callers.leave(caller));
          return undefined;
        } catch (error) {
          // It tells a client to sign in anew.
          if (error instanceof GraphQLError) return CLOSED.forbidden;
          throw error;
        }
      },
      begin: (params) =>
        inTrace('socket', { kind: 'server' }, () => begin(params, authorization, client)).catch((error) => {
          const errors = [withoutHttp(publicError(error, log))];
          figures.refused({ errors });
          return errors;
        }),
      tooMany() {
        const most = `A socket runs at most ${limits.operations} operations at a time.`;
        const error = new CodedError('TOO_MANY_OPERATIONS', most);
        figures.refused({ errors: [error] });
        return error;
      },
    });
  });

  async function begin(params: OperationParams, authorization: unknown, client: Connected): Promise<Begun> {
    await turn();
    const query = await gate.textOf(params as Named);
    if (!query) throw badInput('query', 'is missing');
    // Anew for each operation: the session may have ended since the socket was opened.
    const headers = headersOf(authorization, client, allowedOrigins);
    const graph = { ...(await contextOf(identify, authorization, headers, never)), address: client.address };
    const { schema, parse, validate, contextFactory, execute } = yoga.getEnveloped({ graph, params } as never);
    const document = parse(query);
    const errors: readonly GraphQLError[] = validate(schema, document);
    if (errors.length > 0) {
      figures.refused({ errors });
      return errors.map(withoutHttp);
    }
    const { operationName, variables } = params;
    // Not by yoga, which would have every frame go through promises of its own that change nothing of it.
    if (isSubscription(document, operationName))
      return subscribe({ document, operationName, variables, context: graph }, params as Named);
    const contextValue = await contextFactory();
    return execute({ schema, document, operationName, variableValues: variables, contextValue });
  }

  return {
    async dispose() {
      const open = [...sockets.clients];
      const closed = Promise.all(open.map((socket) => new Promise((resolve) => socket.once('close', resolve))));
      for (const socket of open) socket.close(...CLOSED.goingAway);
      sockets.close();
      await within(closed, FAREWELL).catch(() => {});
      for (const socket of open) socket.terminate();
    },
  };
}

/** Without what an error says to HTTP alone. */
function withoutHttp({ message, nodes, source, positions, path, extensions }: GraphQLError): GraphQLError {
  const { http: _, ...shown } = extensions;
  const place = { nodes: nodes ?? null, source: source ?? null, positions: positions ?? null, path: path ?? null };
  return new GraphQLError(message, { ...place, extensions: shown });
}

function isSubscription(document: DocumentNode, operationName: string | null | undefined): boolean {
  return getOperationAST(document, operationName)?.operation === 'subscription';
}

/** What the client said when it connected; who it is may have come with its connection_init. */
function headersOf(
  authorization: unknown,
  { headers }: Connected,
  allowedOrigins: readonly string[] | undefined,
): Pick<Headers, 'get'> {
  return {
    get(name) {
      // What a browser adds by itself is not for a page of somebody else's.
      if (name === 'cookie' && isForeign(headers, allowedOrigins)) return null;
      const value = name === 'authorization' ? authorization : headers[name];
      return value === undefined || value === null ? null : String(value);
    },
  };
}

/** Ends a socket whose other end has vanished without a word. */
function watch(socket: WebSocket, heartbeat: number): void {
  let isAlive = true;
  const beating = setInterval(() => {
    if (!isAlive) return socket.terminate();
    isAlive = false;
    socket.ping();
  }, heartbeat);
  socket.on('pong', () => {
    isAlive = true;
  });
  socket.on('close', () => clearInterval(beating));
}
