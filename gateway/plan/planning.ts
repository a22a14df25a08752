import type { Supergraph } from '@apollo/federation-internals';
import type { FetchNode, QueryPlan } from '@apollo/query-planner';
import { type DocumentNode, type GraphQLSchema, Kind, type OperationDefinitionNode, print } from 'graphql';
import { CodedError } from '../../kernel/errors.ts';
import { fetchesOf, withFetches } from './fetches.ts';
import { type Plan, plannerOf } from './planner.ts';
import { requiringApart, type Stands } from './requiring-apart.ts';
import { isUnmet, type Told } from './unmet.ts';
import type { WithoutImpossible } from './without-impossible.ts';

/**
 * Plans an operation that asks for something, for the labels of `@override` that take the new side. Throws NOT_AVAILABLE
 * when no subgraph can answer it, or none without being told what it requires, after `failed` has heard what the planner
 * said; and TOO_COMPLEX when there are too many ways to look at.
 */
export type Planning = (
  operation: OperationDefinitionNode,
  overrides: Map<string, boolean>,
  failed: (error: unknown) => void,
) => QueryPlan;

/** A supergraph that plans are made on. */
interface Planned {
  plan: Plan;
  /** The subgraphs that stand for others. */
  stands: Stands;
}

/** What plans are made on, and of. */
interface PlanningOptions {
  supergraph: Supergraph;
  /** What it was made of, and what makes another. */
  document: DocumentNode;
  build(sdl: string): Supergraph;
  /** Every type. */
  schema: GraphQLSchema;
  told: Told;
  possible: WithoutImpossible;
}

/**
 * Plans on a supergraph. Where the planner would ask a subgraph for what it cannot know, or gives up, it is asked again with
 * the fields that require others set apart, and at last without what is asked of objects that cannot be there (`possible`).
 */
export function planningOn({ supergraph, document, build, schema, told, possible }: PlanningOptions): Planning {
  const first: Planned = { plan: plannerOf(supergraph), stands: new Map() };
  let second: { planned: Planned | undefined } | undefined;
  // Made when it is first needed, which takes as long as to load a graph.
  const apart = () => {
    second ??= { planned: setApart(document, build) };
    return second.planned;
  };
  return (definition, overrideConditions, failed) => {
    const reasons: unknown[] = [];
    const attempt = (planned: Planned | undefined, asked: OperationDefinitionNode) => {
      const operation: DocumentNode = { kind: Kind.DOCUMENT, definitions: [asked] };
      const plan = planOn(planned, operation, overrideConditions, (error) => reasons.push(error));
      return plan?.node && !fetchesOf(plan.node).some((fetch) => isUnmet(fetch, schema, told)) ? plan : undefined;
    };
    const less = () => {
      const asked = possible(definition);
      return asked === definition ? undefined : attempt(first, asked);
    };
    const plan = attempt(first, definition) ?? attempt(apart(), definition) ?? less();
    if (plan) return plan;
    const [reason] = reasons;
    if (reason) failed(reason);
    throw new CodedError('NOT_AVAILABLE', 'No subgraph can answer this operation.');
  };
}

/** Undefined for a supergraph in which there is nothing to be set apart, or that cannot be. */
function setApart(document: DocumentNode, build: (sdl: string) => Supergraph): Planned | undefined {
  const apart = requiringApart(document);
  if (!apart) return undefined;
  try {
    return { plan: plannerOf(build(print(apart.document))), stands: apart.stands };
  } catch {
    return undefined;
  }
}

function planOn(
  planned: Planned | undefined,
  operation: DocumentNode,
  overrideConditions: Map<string, boolean>,
  failed: (error: unknown) => void,
): QueryPlan | undefined {
  if (!planned) return undefined;
  const { stands } = planned;
  try {
    const plan = planned.plan(operation, overrideConditions);
    // Nothing to fetch for fields that were asked for: the supergraph has no way to them.
    if (!plan.node) return undefined;
    const named = (fetch: FetchNode) => ({ ...fetch, serviceName: stands.get(fetch.serviceName) ?? fetch.serviceName });
    return { ...plan, node: withFetches(plan.node, named) };
  } catch (error) {
    if (error instanceof CodedError) throw error;
    // So the planner says that it has found no way, or not been able to look.
    failed(error);
    return undefined;
  }
}
