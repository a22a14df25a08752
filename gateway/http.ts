import { parse } from 'graphql';
import { createYoga, type Plugin, type YogaServerInstance } from 'graphql-yoga';
import { badInput } from '../kernel/errors.ts';
import type { Logger } from '../kernel/log.ts';
import { publicError } from '../kernel/public-error.ts';
import { TextCache } from '../kernel/text-cache.ts';
import type { ExecuteArgs, GraphContext } from './context.ts';
import type { Gateway } from './gateway.ts';
import { contextOf, type Identify } from './identify.ts';

/** The longest operation text, in characters; the largest of our own front ends have some thousand. */
const MAX_OPERATION = 50_000;
/** The most words and signs an operation may have. */
const MAX_TOKENS = 5_000;
/** How many characters of operations are kept parsed and validated. */
const REMEMBERED = 1_000_000;

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
    graphiql: development && { title: 'DineGraph', subscriptionsProtocol: 'WS' },
    landingPage: false,
    logging: false,
    maskedErrors: { maskError: (error) => publicError(error, log) },
    maxRequestBodySize: maxBody,
    multipart: false,
    parserAndValidationCache: {
      documentCache: new TextCache(REMEMBERED),
      errorCache: new TextCache(REMEMBERED),
    },
    // From the package, so that it also shows where its usual host is out of reach; loaded when it is first opened.
    renderGraphiQL: async (graphiql) => (await import('@graphql-yoga/render-graphiql')).renderGraphiQL(graphiql),
    context: async ({ request, graph }) => ({
      graph:
        graph ?? (await contextOf(identify, request.headers.get('authorization'), request.headers, request.signal)),
    }),
    plugins: [boundedParser(), throughGateway(gateway), withoutCauses()],
  });
}

/** Refuses operations that are too large to be anybody's honest wish, before they cost anything. */
function boundedParser(): Plugin {
  return {
    onParse({ params, setParseFn }) {
      if (String(params.source).length > MAX_OPERATION)
        throw badInput('query', `has at most ${MAX_OPERATION} characters`);
      setParseFn((source, options) => parse(source, { ...options, maxTokens: MAX_TOKENS }));
    },
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

/** Has the gateway carry out what yoga has parsed and validated. */
function throughGateway(gateway: Gateway): Plugin {
  return {
    // Whatever the graph is just now.
    onEnveloped: ({ setSchema }) => setSchema(gateway.schema),
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
