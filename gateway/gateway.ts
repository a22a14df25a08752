import type { GraphQLSchema } from 'graphql';
import type { Executor } from '../kernel/executor.ts';
import type { LiveChannel } from '../kernel/live/live.ts';
import type { Logger } from '../kernel/log.ts';
import { type GraphExecutor, loadSupergraph } from './execute/supergraph.ts';
import { type Subscriptions, subscriptions } from './subscriptions/subscribe.ts';

export interface GatewayOptions {
  /** The composed graph. */
  supergraph: string;
  /** How each subgraph is reached, by its name. */
  executors: ReadonlyMap<string, Executor>;
  live: LiveChannel;
  log: Logger;
}

/** One graph over many subgraphs: answers operations and follows subscriptions. */
export interface Gateway {
  /** What clients see; introspection and validation run on it. */
  readonly schema: GraphQLSchema;
  execute: GraphExecutor;
  /** The snapshot, then each change, until the client stops. A refusal is an answer with errors. */
  subscribe: Subscriptions['subscribe'];
  /** Ends every subscription that is open. */
  endSubscriptions(): void;
  close(): Promise<void>;
}

/** Loads a supergraph and joins it to its subgraphs. */
export async function createGateway({ supergraph, executors, live, log }: GatewayOptions): Promise<Gateway> {
  const graph = await loadSupergraph(supergraph, executors, log);
  const { subscribe, end } = subscriptions(graph, executors, live);
  return {
    schema: graph.schema,
    execute: graph.execute,
    subscribe,
    endSubscriptions: end,
    close: () => graph.close(),
  };
}
