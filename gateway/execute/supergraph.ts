import { operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { type FetchNode, type PlanNode, type QueryPlan, QueryPlanner } from '@apollo/query-planner';
import { type DocumentNode, type ExecutionResult, GraphQLError, type GraphQLSchema, print } from 'graphql';
import { digest } from '../../kernel/crypto.ts';
import type { Executor } from '../../kernel/executor.ts';
import type { Logger } from '../../kernel/log.ts';
import type { ExecuteArgs } from '../context.ts';
import { clean } from '../errors.ts';
import { sourceOf } from '../sources/source.ts';
import { assertCleanText } from './clean-text.ts';

// It probes the network when it is imported, unless told not to.
process.env['APOLLO_TELEMETRY_DISABLED'] = 'true';
const { ApolloGateway, buildOperationContext, executeQueryPlan } = await import('@apollo/gateway');

/** Answers an operation. */
export type GraphExecutor = (args: ExecuteArgs) => Promise<ExecutionResult>;

/** How a subscription is carried out: the owner's own part, then what other subgraphs add to each frame. */
export interface SubscriptionPlan {
  /** The subgraph that owns the subscription's field. */
  owner: string;
  /** The operation as the owner sees it. */
  operation: string;
  /** The whole frame, as a plan that begins with the owner's part. */
  frame: QueryPlan;
}

/** A loaded supergraph. */
export interface LoadedSupergraph {
  readonly schema: GraphQLSchema;
  execute: GraphExecutor;
  planSubscription(args: ExecuteArgs): SubscriptionPlan;
  executeFrame(plan: SubscriptionPlan, args: ExecuteArgs): Promise<ExecutionResult>;
  close(): Promise<void>;
}

type ApolloRequest = Parameters<Awaited<ReturnType<InstanceType<typeof ApolloGateway>['load']>>['executor']>[0];

/** Loads a supergraph into @apollo/gateway for operations, and into its planner for subscriptions. */
export async function loadSupergraph(
  sdl: string,
  executors: ReadonlyMap<string, Executor>,
  log: Logger,
): Promise<LoadedSupergraph> {
  const sources = new Map(
    [...executors].map(([name, executor]) => [name, sourceOf(executor, log.child({ subgraph: name }))]),
  );
  const gateway = new ApolloGateway({
    supergraphSdl: sdl,
    logger: { debug() {}, info() {}, warn: (m) => log.warn(m), error: (m) => log.error(m) },
    buildService: ({ name }) => {
      const source = sources.get(name);
      if (!source) throw new Error(`the supergraph names the subgraph ${name}, which is not running`);
      return source;
    },
  });
  const { schema, executor } = await gateway.load();
  const supergraph = Supergraph.build(sdl);
  // Made once: it takes as long as a hundred frames.
  const fullSchema = supergraph.schema.toGraphQLJSSchema();
  const planner = new QueryPlanner(supergraph);
  const planned = new WeakMap<DocumentNode, Map<string, SubscriptionPlan>>();

  /** The gateway's executor was written for Apollo Server, and asks for what that hands on. */
  function request({ document, operationName, variables, context }: ExecuteArgs): ApolloRequest {
    return {
      document,
      request: { variables: { ...variables }, ...(operationName && { operationName }) },
      operationName: operationName ?? null,
      queryHash: hashOf(document),
      source: '',
      context,
      metrics: {},
      schema,
      logger: log,
    } as unknown as ApolloRequest;
  }

  return {
    schema,
    async execute(args) {
      assertCleanText(args);
      return publicResult((await executor(request(args))) as ExecutionResult);
    },

    planSubscription({ document, operationName, variables }) {
      assertCleanText({ document, variables });
      const known = planned.get(document) ?? new Map<string, SubscriptionPlan>();
      planned.set(document, known);
      const name = operationName ?? '';
      const plan = known.get(name) ?? planOf(planner, supergraph, document, operationName);
      known.set(name, plan);
      return plan;
    },

    async executeFrame({ frame }, args) {
      const result = await executeQueryPlan(
        frame,
        Object.fromEntries(sources),
        request(args),
        buildOperationContext({
          schema,
          operationDocument: args.document,
          ...(args.operationName && { operationName: args.operationName }),
        }),
        fullSchema,
        supergraph.apiSchema(),
      );
      return publicResult(result as ExecutionResult);
    },

    close: () => gateway.stop(),
  };
}

function planOf(
  planner: QueryPlanner,
  supergraph: Supergraph,
  document: DocumentNode,
  operationName: string | null | undefined,
): SubscriptionPlan {
  const operation = operationFromDocument(supergraph.apiSchema(), document, {
    ...(operationName && { operationName }),
  });
  const { node } = planner.buildQueryPlan(operation);
  if (node?.kind !== 'Subscription') throw new GraphQLError('The operation is not a subscription');
  const primary: FetchNode = node.primary;
  const nodes: PlanNode[] = node.rest ? [primary, node.rest] : [primary];
  return {
    owner: primary.serviceName,
    operation: primary.operation,
    frame: { kind: 'QueryPlan', node: { kind: 'Sequence', nodes } },
  };
}

const hashes = new WeakMap<DocumentNode, string>();

/** The server hands over the same document for the same text, so its hash is worked out once. */
function hashOf(document: DocumentNode): string {
  const known = hashes.get(document);
  if (known) return known;
  const hash = digest(print(document));
  hashes.set(document, hash);
  return hash;
}

/**
 * What clients may see of a result: every error has a code, none says which subgraph it came from. What Apollo's executor
 * puts aside (a null where there must be none, without an error) is an error here: nothing goes missing in silence.
 */
function publicResult({ data = null, errors, extensions }: ExecutionResult): ExecutionResult {
  const aside = (extensions?.['valueCompletion'] ?? []) as GraphQLError[];
  const all = [
    ...(errors ?? []),
    ...aside.map(
      (error) => new GraphQLError(error.message, { path: error.path, extensions: { code: 'NOT_AVAILABLE' } }),
    ),
  ];
  return all.length > 0 ? { data, errors: all.map(clean) } : { data };
}
