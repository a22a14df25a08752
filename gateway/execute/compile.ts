import type { PlanNode, QueryPlan } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import { CodedError } from '../../kernel/errors.ts';
import { type Required, withCalls } from '../plan/required-calls.ts';
import { isUnmet, type Told } from '../plan/unmet.ts';
import { compileFetch } from './fetch.ts';
import { inParallel, inSequence, type Step } from './run.ts';
import { split } from './split.ts';

/** How a subscription is carried out: its owner's part, then what other subgraphs add to each frame. */
export interface CompiledSubscription {
  /** The subgraph that owns the subscription's field. */
  owner: string;
  /** The operation as the owner sees it. */
  operation: string;
}

/** A plan that is ready to run. */
export interface CompiledPlan {
  step: Step;
  /** For a subscription. */
  subscription: CompiledSubscription | undefined;
}

/** Prepares a plan. `schema` holds every type that subgraphs may answer with. */
export function compilePlan(
  { node }: QueryPlan,
  schema: GraphQLSchema,
  required: Required & { told: Told },
): CompiledPlan {
  if (!node) return { step: inSequence([]), subscription: undefined };
  if (node.kind !== 'Subscription') return { step: compileNode(node, [], schema, required), subscription: undefined };
  const { primary, rest } = node;
  const nodes: PlanNode[] = rest ? [primary, rest] : [primary];
  return {
    step: compileNode({ kind: 'Sequence', nodes }, [], schema, required),
    subscription: { owner: primary.serviceName, operation: withCalls(primary.operation, required.calls) },
  };
}

function compileNode(
  node: PlanNode,
  path: readonly string[],
  schema: GraphQLSchema,
  required: Required & { told: Told },
): Step {
  switch (node.kind) {
    case 'Sequence':
      return inSequence(node.nodes.map((inner) => compileNode(inner, path, schema, required)));
    case 'Parallel':
      return inParallel(node.nodes.map((inner) => compileNode(inner, path, schema, required)));
    case 'Flatten':
      return compileNode(node.node, [...path, ...node.path.map(String)], schema, required);
    case 'Fetch':
      if (isUnmet(node, schema, required.told))
        throw new CodedError('NOT_AVAILABLE', 'No subgraph can answer this operation.');
      return inParallel(split(node, required).map((fetch) => compileFetch(fetch, path, schema, required.calls)));
    default:
      // Conditions are resolved before an operation is planned, and nothing is deferred.
      throw new Error(`a plan has a ${node.kind} node`);
  }
}
