import { createYoga, type Plugin, type YogaServerInstance } from 'graphql-yoga';
import type { Logger } from '../kernel/log.ts';
import { publicError } from '../kernel/public-error.ts';
import type { ExecuteArgs, GraphContext } from './context.ts';
import type { Gateway } from './gateway.ts';
import { contextOf, type Identify } from './identify.ts';

/** What yoga carries for each operation; a socket hands its own in. */
export interface YogaContext {
  graph?: GraphContext;
}

export interface HttpOptions {
  gateway: Gateway;
  identify: Identify;
  /** The largest request body, in bytes. */
  maxBody: number;
  development: boolean;
  log: Logger;
}

/** GraphQL over HTTP and over server-sent events at /graphql, with GraphiQL in development. */
export function graphqlOverHttp(options: HttpOptions): YogaServerInstance<YogaContext, YogaContext> {
  const { gateway, identify, maxBody, development, log } = options;
  return createYoga<YogaContext, YogaContext>({
    schema: gateway.schema,
    graphiql: development && { title: 'DineGraph', subscriptionsProtocol: 'WS' },
    landingPage: false,
    logging: false,
    maskedErrors: { maskError: (error) => publicError(error, log) },
    maxRequestBodySize: maxBody,
    context: async ({ request, graph }) => ({
      graph: graph ?? (await contextOf(identify, request.headers.get('authorization'), request.signal)),
    }),
    plugins: [throughGateway(gateway)],
  });
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
