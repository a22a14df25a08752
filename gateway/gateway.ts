import type { ExecutionResult, GraphQLSchema } from 'graphql';
import type { Executor } from '../kernel/executor.ts';
import type { LiveChannel } from '../kernel/live/live.ts';
import type { ExecuteArgs } from './context.ts';
import { assertCleanText } from './execute/clean-text.ts';
import { execute } from './execute/execute.ts';
import { operationsOf } from './plan/operations.ts';
import { readSupergraph } from './plan/supergraph.ts';
import { type Subscriptions, subscriptions } from './subscriptions/subscribe.ts';

export interface GatewayOptions {
  /** The composed graph. */
  supergraph: string;
  /** How each subgraph is reached, by its name. */
  executors: ReadonlyMap<string, Executor>;
  live: LiveChannel;
}

/** Answers an operation. Throws BAD_INPUT when it cannot be carried out at all. */
export type GraphExecutor = (args: ExecuteArgs) => Promise<ExecutionResult>;

/** One graph over many subgraphs: answers operations and follows subscriptions. */
export interface Gateway {
  /** What clients see; introspection and validation run on it. */
  readonly schema: GraphQLSchema;
  execute: GraphExecutor;
  /** The snapshot, then each change, until the client stops. A refusal is an answer with errors. */
  subscribe: Subscriptions['subscribe'];
  /** Ends every subscription that is open. */
  endSubscriptions(): void;
}

/** Loads a supergraph and joins it to its subgraphs. Throws when it names one that is not there. */
export function createGateway({ supergraph, executors, live }: GatewayOptions): Gateway {
  const graph = readSupergraph(supergraph);
  const missing = graph.supergraph.subgraphsMetadata().find(({ name }) => !executors.has(name));
  if (missing) throw new Error(`the supergraph names the subgraph ${missing.name}, which is not running`);
  const operations = operationsOf(graph);
  const find = ({ document, operationName, variables, context }: ExecuteArgs) => {
    assertCleanText({ document, variables });
    return { ...operations(document, operationName, variables ?? {}), context };
  };
  const run = ({ operation, variables, context }: ReturnType<typeof find>) =>
    execute(operation, variables, { schema: graph.api, executors, context });
  const { subscribe, end } = subscriptions({ find, run, executors, live });
  return {
    schema: graph.api,
    execute: async (args) => run(find(args)),
    subscribe,
    endSubscriptions: end,
  };
}
