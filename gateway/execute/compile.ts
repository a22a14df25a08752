import type { FetchNode, PlanNode, QueryPlan } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import type { Absent } from '../plan/absent-types.ts';
import { type Required, withCalls } from '../plan/required-calls.ts';
import type { Told } from '../plan/unmet.ts';
import { compileFetch } from './fetch.ts';
import { inParallel, inSequence, type Step } from './run.ts';
import { spareOf } from './spare.ts';
import { split } from './split.ts';
import { withoutAbsent } from './without-absent.ts';

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

/** What plans are made with that subgraphs are not to see, and what fields require. */
export type Requirements = Required & { absent: Absent; told: Told };

/** Prepares a plan. `schema` holds every type that subgraphs may answer with. */
export function compilePlan({ node }: QueryPlan, schema: GraphQLSchema, required: Requirements): CompiledPlan {
  if (!node) return { step: inSequence([]), subscription: undefined };
  if (node.kind !== 'Subscription') return { step: compileNode(node, [], schema, required), subscription: undefined };
  const { primary, rest } = node;
  const nodes: PlanNode[] = rest ? [primary, rest] : [primary];
  return {
    step: compileNode({ kind: 'Sequence', nodes }, [], schema, required),
    subscription: { owner: primary.serviceName, operation: asAsked(primary, schema, required).operation },
  };
}

function compileNode(node: PlanNode, path: readonly string[], schema: GraphQLSchema, required: Requirements): Step {
  switch (node.kind) {
    case 'Sequence':
      return inSequence(node.nodes.map((inner) => compileNode(inner, path, schema, required)));
    case 'Parallel':
      return inParallel(node.nodes.map((inner) => compileNode(inner, path, schema, required)));
    case 'Flatten':
      return compileNode(node.node, [...path, ...node.path.map(String)], schema, required);
    case 'Fetch':
      return inParallel(
        split(node, required).map((fetch) => {
          const spare = spareOf(fetch, required.told);
          return compileFetch(asAsked(fetch, schema, required), path, schema, required.calls, {
            spare: spare && asAsked(spare, schema, required),
          });
        }),
      );
    default:
      // Conditions are resolved before an operation is planned, and nothing is deferred.
      throw new Error(`a plan has a ${node.kind} node`);
  }
}

/** A fetch as its subgraph is asked. */
function asAsked(fetch: FetchNode, schema: GraphQLSchema, { calls, absent }: Requirements): FetchNode {
  return withoutAbsent({ ...fetch, operation: withCalls(fetch.operation, calls) }, absent, schema);
}
