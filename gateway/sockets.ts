import type { IncomingMessage, Server } from 'node:http';
import type { ExecutionArgs, GraphQLError } from 'graphql';
import type { Disposable } from 'graphql-ws';
import { useServer } from 'graphql-ws/use/ws';
import type { YogaServerInstance } from 'graphql-yoga';
import { WebSocketServer } from 'ws';
import type { YogaContext } from './http.ts';
import type { Identify } from './identify.ts';

/** How long a socket may wait with its connection_init, in milliseconds. */
const INIT_TIMEOUT = 5_000;
const never = new AbortController().signal;

type ConnectionParams = Record<'authorization' | 'Authorization', string | undefined>;
type Extra = YogaContext & Record<PropertyKey, unknown>;
type Carried = ExecutionArgs & Record<'execute' | 'subscribe', (args: ExecutionArgs) => never>;

/** GraphQL over graphql-ws at /graphql. Who connects is said in connection_init, or by the upgrade's own header. */
export function graphqlOverSockets(
  server: Server,
  yoga: YogaServerInstance<YogaContext, YogaContext>,
  identify: Identify,
  maxBody: number,
): Disposable {
  const sockets = new WebSocketServer({ server, path: '/graphql', maxPayload: maxBody });
  return useServer<ConnectionParams, Extra>(
    {
      connectionInitWaitTimeout: INIT_TIMEOUT,
      async onConnect({ connectionParams, extra }) {
        const { authorization = connectionParams?.Authorization } = connectionParams ?? {};
        const identity = await identify(authorization ?? (extra.request as IncomingMessage).headers.authorization);
        extra.graph = { identity, signal: never };
      },
      async onSubscribe({ extra }, _id, params) {
        const { schema, parse, validate, contextFactory, execute, subscribe } = yoga.getEnveloped({
          graph: extra.graph,
          params,
        } as never);
        const document = parse(params.query);
        const errors: readonly GraphQLError[] = validate(schema, document);
        if (errors.length > 0) return errors;
        return {
          schema,
          document,
          operationName: params.operationName,
          variableValues: params.variables,
          contextValue: await contextFactory(),
          execute,
          subscribe,
        };
      },
      // The functions that onSubscribe handed on: they belong to the operation.
      execute: (args) => (args as Carried).execute(args),
      subscribe: (args) => (args as Carried).subscribe(args),
    },
    sockets,
  );
}
