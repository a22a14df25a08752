import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLFormattedError,
  type GraphQLSchema,
  getOperationAST,
  parse,
  validate,
} from 'graphql';
import { getArgumentValues, getVariableValues } from 'graphql/execution/values.js';
import type { Context } from './context.ts';
import type { Identity } from './identity.ts';
import type { LiveEvent, LiveField, TopicPosition } from './live/live.ts';
import type { Logger } from './log.ts';
import type { ResolverMap } from './module.ts';
import { publicError } from './public-error.ts';
import { scalars } from './scalars.ts';
import { fail, inSpan } from './telemetry/trace.ts';
import { TextCache } from './text-cache.ts';

/** A GraphQL request on its way to a module. */
export interface GraphRequest {
  query: string;
  operationName?: string | undefined;
  variables?: Readonly<Record<string, unknown>> | undefined;
  identity: Identity;
  signal?: AbortSignal | undefined;
  /** Those that the client came with, for a subgraph that is not the product's own. */
  headers?: Pick<Headers, 'get'> | undefined;
  /** For a subscription: the change to be shown; left out for the snapshot. */
  event?: LiveEvent | undefined;
}

/** What came of it; errors are masked and coded already. */
export interface GraphResult {
  data?: Record<string, unknown> | null | undefined;
  errors?: readonly GraphQLFormattedError[] | undefined;
}

/** The seam between the modules and the gateway: a function call in one process, HTTP across processes. */
export interface Executor {
  execute(request: GraphRequest): Promise<GraphResult>;
  /** For a subscription: checks the right to it and says what to follow. Rejects with the coded error. */
  live(request: GraphRequest): Promise<TopicPosition[]>;
  /** Of a subgraph that is not the product's own, and has subscriptions of its own. */
  upstream?: Upstream | undefined;
}

/** The subscriptions that a subgraph serves by itself. */
export interface Upstream {
  /** What it yields, until it ends or the iteration is returned; asked for anew by itself when its connection breaks. */
  follow(request: GraphRequest): AsyncIterable<GraphResult>;
  /** What its answers depend on besides the request's text, variables and identity: the headers that it is sent. */
  audienceOf(request: Pick<GraphRequest, 'headers'>): string;
}

export interface LocalExecutorOptions {
  /** What it is in a trace. */
  name: string;
  typeDefs: DocumentNode;
  resolvers: ResolverMap;
  live: Readonly<Record<string, LiveField>>;
  context(identity: Identity, signal?: AbortSignal): Context;
  log: Logger;
}

/** How many characters of operations are kept parsed and validated. */
const REMEMBERED = 1_000_000;

/** Executes on a module of this process. An operation is parsed and validated once, however often it comes. */
export function localExecutor({ name, typeDefs, resolvers, live, context, log }: LocalExecutorOptions): Executor {
  const schema = buildSubgraphSchema([{ typeDefs, resolvers: { ...used(typeDefs, scalars), ...resolvers } }]);
  const documents = new TextCache<DocumentNode>(REMEMBERED);

  function documentOf(query: string): DocumentNode {
    const known = documents.get(query);
    if (known) return known;
    const document = parse(query, { noLocation: true });
    const errors = validate(schema, document);
    if (errors[0]) throw errors[0];
    documents.set(query, document);
    return document;
  }

  async function answer({ query, operationName, variables, identity, signal, event }: GraphRequest) {
    try {
      const result = await execute({
        schema,
        document: documentOf(query),
        rootValue: event ? { event } : {},
        contextValue: context(identity, signal),
        variableValues: variables,
        operationName,
      });
      return masked(result, log);
    } catch (error) {
      return { errors: [formatted(error, log)] };
    }
  }

  return {
    execute: (request) =>
      inSpan(name, {}, async () => {
        const result = await answer(request);
        const [error] = result.errors ?? [];
        if (error) fail(String(error.extensions?.['code']));
        return result;
      }),

    async live({ query, operationName, variables, identity, signal }) {
      try {
        const { field, args } = rootField(schema, documentOf(query), operationName, variables);
        const start = live[field];
        if (!start) throw new Error(`no topics for the subscription ${field}`);
        return await start(args, context(identity, signal));
      } catch (error) {
        throw publicError(error, log);
      }
    },
  };
}

/** Scalars that a schema does not define would be refused, and an internal schema may lack one. */
function used(typeDefs: DocumentNode, all: ResolverMap): ResolverMap {
  const names = new Set(typeDefs.definitions.flatMap((node) => ('name' in node ? [node.name?.value] : [])));
  return Object.fromEntries(Object.entries(all).filter(([name]) => names.has(name)));
}

function rootField(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | undefined,
  variables: Readonly<Record<string, unknown>> = {},
) {
  const operation = getOperationAST(document, operationName);
  const selection = operation?.selectionSet.selections.find((node) => node.kind === 'Field');
  if (selection?.kind !== 'Field') throw new Error('a subscription without a field');
  const definition = schema.getSubscriptionType()?.getFields()[selection.name.value];
  if (!definition) throw new Error(`no subscription ${selection.name.value}`);
  const { coerced, errors } = getVariableValues(schema, operation?.variableDefinitions ?? [], { ...variables });
  if (errors?.[0]) throw errors[0];
  return { field: selection.name.value, args: getArgumentValues(definition, selection, coerced ?? {}) };
}

function masked({ data, errors }: ExecutionResult, log: Logger): GraphResult {
  if (!errors) return { data: data as GraphResult['data'] };
  return { data: data as GraphResult['data'], errors: errors.map((error) => formatted(error, log)) };
}

/** Without the places in the subgraph's own operation, which mean nothing to a client. */
function formatted(error: unknown, log: Logger): GraphQLFormattedError {
  const { message, path, extensions } = publicError(error, log);
  return { message, ...(path && { path }), extensions };
}
