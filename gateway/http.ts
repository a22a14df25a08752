import { type DocumentNode, type GraphQLSchema, SingleFieldSubscriptionsRule, specifiedRules, validate } from 'graphql';
import { createYoga, type Plugin, type YogaServerInstance } from 'graphql-yoga';
import { CodedError } from '../kernel/errors.ts';
import type { Logger } from '../kernel/log.ts';
import { publicError } from '../kernel/public-error.ts';
import { TextCache } from '../kernel/text-cache.ts';
import type { ExecuteArgs, GraphContext } from './context.ts';
import type { Gateway } from './gateway.ts';
import type { Gate } from './guards/gate.ts';
import { type Guarded, guarded } from './guards/guarded.ts';
import type { Named } from './guards/persisted.ts';
import { guardPlugin } from './guards/plugin.ts';
import { contextOf, type Identify } from './identify.ts';

/** How many characters of operations are kept parsed and validated: some 150 bytes of memory each at the most. */
const REMEMBERED = 500_000;

/** What yoga carries for each operation; a socket hands its own in. */
export interface YogaContext {
  graph?: GraphContext;
  /** Where the request comes from. */
  address?: string;
}

export interface HttpOptions {
  gateway: Gateway;
  identify: Identify;
  gate: Gate;
  development: boolean;
  log: Logger;
}

/** GraphQL over HTTP and over server-sent events at /graphql, with GraphiQL in development. */
export function graphqlOverHttp(options: HttpOptions): YogaServerInstance<YogaContext, YogaContext> {
  const { gateway, identify, gate, development, log } = options;
  const { maxBody, maxBatch, allowedOrigins } = gate.guards;
  return createYoga<YogaContext, YogaContext>({
    graphiql: development && { title: 'DineGraph', subscriptionsProtocol: 'WS' },
    landingPage: false,
    logging: false,
    maskedErrors: { maskError: (error) => publicError(error, log) },
    maxRequestBodySize: maxBody,
    batching: maxBatch > 0 && { limit: maxBatch },
    // Whoever calls brings a token; what a browser brings by itself is for named origins alone.
    cors: { origin: allowedOrigins ?? '*', credentials: allowedOrigins !== undefined },
    extraParamNames: ['documentId'],
    multipart: false,
    parserAndValidationCache: {
      documentCache: new TextCache(REMEMBERED),
      errorCache: refusals(),
    },
    // From the package, so that it also shows where its usual host is out of reach; loaded when it is first opened.
    renderGraphiQL: async (graphiql) => (await import('@graphql-yoga/render-graphiql')).renderGraphiQL(graphiql),
    context: async ({ request, graph, address }) => ({
      graph: graph ?? {
        ...(await contextOf(identify, request.headers.get('authorization'), request.headers, request.signal)),
        address,
      },
    }),
    plugins: [
      validated(),
      guardPlugin(gate, gateway.figures),
      throughGateway(gateway, guarded(gateway, gate, log)),
      withoutCauses(),
    ],
  });
}

/** Remembers why texts are refused, unless it was for who sent it. */
function refusals(): Pick<TextCache<Error>, 'get' | 'set'> {
  const known = new TextCache<Error>(REMEMBERED);
  return {
    get: (text) => known.get(text),
    set(text, error) {
      if (!(error instanceof CodedError && error.code === 'RATE_LIMITED')) known.set(text, error);
    },
  };
}

/** That a subscription has one field is known when its conditions are: GraphQL's own rule fails at a condition. */
const RULES = specifiedRules.filter((rule) => rule !== SingleFieldSubscriptionsRule);

function validated(): Plugin {
  return {
    onValidate: ({ setValidationFn }) =>
      setValidationFn((schema: GraphQLSchema, document: DocumentNode) => validate(schema, document, RULES)),
  };
}

/** Takes off the parser's own exception, which yoga adds to its answer to a body that is no JSON, and leaves its 400. */
function withoutCauses(): Plugin {
  return {
    onResultProcess({ result }) {
      for (const one of [result].flat()) {
        for (const { extensions } of ('errors' in one && one.errors) || []) {
          if (!extensions?.['originalError']) continue;
          delete extensions['originalError'];
          extensions['http'] = { status: 400 };
        }
      }
    },
  };
}

/** Has the gateway carry out what yoga has parsed and validated, if its guards let it. */
function throughGateway(gateway: Gateway, { execute, subscribe }: Guarded): Plugin {
  return {
    // Whatever the graph is just now.
    onEnveloped: ({ setSchema }) => setSchema(gateway.schema),
    onExecute: ({ setExecuteFn }) => setExecuteFn((args) => execute(graphArgs(args), namedIn(args)) as never),
    onSubscribe: ({ setSubscribeFn }) => setSubscribeFn((args) => subscribe(graphArgs(args), namedIn(args)) as never),
  };
}

/** What the client has sent. */
function namedIn({ contextValue }: { contextValue?: unknown }): Named | undefined {
  return (contextValue as { params?: Named }).params;
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
