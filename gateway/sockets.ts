import type { IncomingMessage, Server } from 'node:http';
import { type ExecutionArgs, GraphQLError } from 'graphql';
import type { Disposable, SubscribePayload } from 'graphql-ws';
import { useServer } from 'graphql-ws/use/ws';
import type { YogaServerInstance } from 'graphql-yoga';
import { WebSocketServer } from 'ws';
import { badInput } from '../kernel/errors.ts';
import type { Logger } from '../kernel/log.ts';
import { publicError } from '../kernel/public-error.ts';
import { addressBehind } from './guards/address.ts';
import type { Gate } from './guards/gate.ts';
import type { YogaContext } from './http.ts';
import { contextOf, type Identify } from './identify.ts';

/** How long a socket may wait with its connection_init, in milliseconds. */
const INIT_TIMEOUT = 5_000;
const never = new AbortController().signal;

type ConnectionParams = Record<'authorization' | 'Authorization', string | undefined>;
type Extra = { authorization?: string | undefined } & Record<PropertyKey, unknown>;
type Carried = ExecutionArgs & Record<'execute' | 'subscribe', (args: ExecutionArgs) => never>;

/** What the client said when it connected; who it is may come with its connection_init. */
function headersOf({ authorization, request }: Extra): Pick<Headers, 'get'> {
  const { headers } = request as IncomingMessage;
  return {
    get(name) {
      const value = name === 'authorization' ? (authorization ?? headers[name]) : headers[name];
      return value === undefined ? null : String(value);
    },
  };
}

export interface SocketOptions {
  server: Server;
  yoga: YogaServerInstance<YogaContext, YogaContext>;
  identify: Identify;
  gate: Gate;
  log: Logger;
}

/** GraphQL over graphql-ws at /graphql. Who connects is said in connection_init, or by the upgrade's own header. */
export function graphqlOverSockets({ server, yoga, identify, gate, log }: SocketOptions): Disposable {
  const { maxBody, trustProxy } = gate.guards;
  const sockets = new WebSocketServer({ server, path: '/graphql', maxPayload: maxBody });

  async function prepare(extra: Extra, params: SubscribePayload) {
    const query = await gate.textOf(params);
    if (!query) throw badInput('query', 'is missing');
    const headers = headersOf(extra);
    const { remoteAddress = '' } = (extra['request'] as IncomingMessage).socket;
    const address = addressBehind(remoteAddress, headers.get('x-forwarded-for'), trustProxy);
    // Anew for each operation: the session may have ended since the socket was opened.
    const graph = { ...(await contextOf(identify, extra.authorization, headers, never)), address };
    const enveloped = yoga.getEnveloped({ graph, params } as never);
    const { schema, parse, validate, contextFactory, execute, subscribe } = enveloped;
    const document = parse(query);
    const errors: readonly GraphQLError[] = validate(schema, document);
    if (errors.length > 0) return errors;
    const { operationName, variables } = params;
    const contextValue = await contextFactory();
    return { schema, document, operationName, variableValues: variables, contextValue, execute, subscribe };
  }

  return useServer<ConnectionParams, Extra>(
    {
      connectionInitWaitTimeout: INIT_TIMEOUT,
      async onConnect({ connectionParams, extra }) {
        const { authorization = connectionParams?.Authorization } = connectionParams ?? {};
        extra.authorization = authorization ?? (extra.request as IncomingMessage).headers.authorization;
        try {
          await identify(extra.authorization);
          return true;
        } catch (error) {
          // False closes the socket as forbidden (4403), which tells a client to sign in anew.
          if (error instanceof GraphQLError) return false;
          throw error;
        }
      },
      async onSubscribe({ extra }, _id, params) {
        return prepare(extra, params).catch((error) => [withoutHttp(publicError(error, log))]);
      },
      // The functions that onSubscribe handed on: they belong to the operation.
      execute: (args) => (args as Carried).execute(args),
      subscribe: (args) => (args as Carried).subscribe(args),
    },
    sockets,
  );
}

/** Without what an error says to HTTP alone. */
function withoutHttp({ message, path, extensions: { http: _, ...extensions } }: GraphQLError): GraphQLError {
  return new GraphQLError(message, { path: path ?? null, extensions });
}
