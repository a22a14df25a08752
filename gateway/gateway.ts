import type { ExecutionResult, GraphQLSchema } from 'graphql';
import type { Executor } from '../kernel/executor.ts';
import type { LiveChannel } from '../kernel/live/live.ts';
import type { Logger } from '../kernel/log.ts';
import { createMetrics, type Metrics } from '../kernel/telemetry/metrics.ts';
import type { ExecuteArgs } from './context.ts';
import { assertCleanText } from './execute/clean-text.ts';
import { execute, type Surroundings } from './execute/execute.ts';
import { type GatewayFigures, gatewayFigures } from './figures.ts';
import { readWeights, type Weights } from './guards/weights.ts';
import { observed } from './observed.ts';
import { type Asked, operationsOf } from './plan/operations.ts';
import { readSupergraph } from './plan/supergraph.ts';
import type { Policies } from './rights/caller.ts';
import { type Subscriptions, subscriptions } from './subscriptions/subscribe.ts';

/** A composed graph, and how its subgraphs are reached. */
export interface GraphSource {
  supergraph: string;
  /** By the subgraph's name; `url` is what the supergraph says of where it is. Undefined when there is no such subgraph. */
  executorOf(name: string, url: string): Executor | undefined;
}

export interface GatewayOptions extends GraphSource {
  live: LiveChannel;
  log: Logger;
  /** The figures of the process; of nobody's when left out. */
  metrics?: Metrics | undefined;
  /** Who fulfils the graph's `@policy`; without it nobody does. */
  policies?: Policies | undefined;
}

/** Answers an operation. Throws BAD_INPUT when it cannot be carried out at all. */
export type GraphExecutor = (args: ExecuteArgs) => Promise<ExecutionResult>;

/** One graph over many subgraphs: answers operations and follows subscriptions. */
export interface Gateway {
  /** What clients see; introspection and validation run on it. */
  readonly schema: GraphQLSchema;
  /** What the graph says of its costs. */
  readonly weights: Weights;
  readonly figures: GatewayFigures;
  execute: GraphExecutor;
  /** The snapshot, then each change, until the client stops. A refusal is an answer with errors. */
  subscribe: Subscriptions['subscribe'];
  /** Takes another graph from now on. Throws an Error that says what is wrong with it, and goes on with the one before. */
  update(source: GraphSource): void;
  /** Ends every subscription that is open. */
  endSubscriptions(): void;
}

/** Loads a supergraph and joins it to its subgraphs. Throws when it names one that is not there. */
export function createGateway({ live, log, policies, metrics = createMetrics(), ...source }: GatewayOptions): Gateway {
  const figures = gatewayFigures(metrics);
  let current = load(source, policies, figures, log);
  const find = async ({ document, operationName, variables, context }: ExecuteArgs) => {
    assertCleanText({ document, variables });
    const { operations, schema, executors } = current;
    return {
      ...(await operations(document, operationName, variables ?? {}, context)),
      schema,
      executors,
      context,
      figures,
    };
  };
  const run = ({ operation, variables, ...surroundings }: Asked & Surroundings) =>
    execute(operation, variables, surroundings);
  const { subscribe, renew, end } = subscriptions({ find, run, live, figures, log });
  return {
    get schema() {
      return current.schema;
    },
    get weights() {
      return current.weights;
    },
    figures,
    execute: async (args) => run(await find(args)),
    subscribe,
    update(next) {
      current = load(next, policies, figures, log);
      renew();
    },
    endSubscriptions: end,
  };
}

function load(
  { supergraph, executorOf }: GraphSource,
  policies: Policies | undefined,
  figures: GatewayFigures,
  log: Logger,
) {
  const graph = readSupergraph(supergraph);
  const executors = new Map(
    graph.supergraph.subgraphsMetadata().map(({ name, url }) => {
      const executor = executorOf(name, url);
      if (!executor) throw new Error(`the supergraph names the subgraph ${name}, which is not running`);
      return [name, observed(name, executor, figures)] as const;
    }),
  );
  return {
    schema: graph.api,
    weights: readWeights(supergraph),
    executors,
    operations: operationsOf({ graph, figures, policies, log }),
  };
}
