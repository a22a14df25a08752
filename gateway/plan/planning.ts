import { operationFromDocument, type Supergraph } from '@apollo/federation-internals';
import { type FetchNode, type QueryPlan, QueryPlanner } from '@apollo/query-planner';
import { type DocumentNode, type GraphQLSchema, Kind, type OperationDefinitionNode, print } from 'graphql';
import { CodedError } from '../../kernel/errors.ts';
import { fetchesOf, withFetches } from './fetches.ts';
import { requiringApart, type Stands } from './requiring-apart.ts';
import { isUnmet, toldIn } from './unmet.ts';

/**
 * Plans an operation that asks for something, for the labels of `@override` that take the new side. Throws NOT_AVAILABLE
 * when no subgraph can answer it, or none without being told what it requires.
 */
export type Planning = (operation: OperationDefinitionNode, overrides: Map<string, boolean>) => QueryPlan;

/** A supergraph that plans are made on. */
interface Planned {
  supergraph: Supergraph;
  planner: QueryPlanner;
  /** The subgraphs that stand for others. */
  stands: Stands;
}

/**
 * Plans on a supergraph. `document` is what it was made of, `build` makes another, and `schema` holds every type. Where the
 * planner would ask a subgraph for what it cannot know, or gives up, it is asked again with the fields that require others
 * set apart.
 */
export function planningOn(
  supergraph: Supergraph,
  document: DocumentNode,
  build: (sdl: string) => Supergraph,
  schema: GraphQLSchema,
): Planning {
  const told = toldIn(document);
  const first: Planned = { supergraph, planner: new QueryPlanner(supergraph), stands: new Map() };
  let second: { planned: Planned | undefined } | undefined;
  // Made when it is first needed, which takes as long as to load a graph.
  const apart = () => {
    second ??= { planned: setApart(document, build) };
    return second.planned;
  };
  return (definition, overrideConditions) => {
    const operation: DocumentNode = { kind: Kind.DOCUMENT, definitions: [definition] };
    for (const planned of [() => first, apart]) {
      const plan = planOn(planned(), operation, overrideConditions);
      if (plan?.node && !fetchesOf(plan.node).some((fetch) => isUnmet(fetch, schema, told))) return plan;
    }
    throw new CodedError('NOT_AVAILABLE', 'No subgraph can answer this operation.');
  };
}

/** Undefined for a supergraph in which there is nothing to be set apart, or that cannot be. */
function setApart(document: DocumentNode, build: (sdl: string) => Supergraph): Planned | undefined {
  const apart = requiringApart(document);
  if (!apart) return undefined;
  try {
    const supergraph = build(print(apart.document));
    return { supergraph, planner: new QueryPlanner(supergraph), stands: apart.stands };
  } catch {
    return undefined;
  }
}

function planOn(
  planned: Planned | undefined,
  operation: DocumentNode,
  overrideConditions: Map<string, boolean>,
): QueryPlan | undefined {
  if (!planned) return undefined;
  const { supergraph, planner, stands } = planned;
  const parsed = operationFromDocument(supergraph.apiSchema(), operation);
  try {
    const plan = planner.buildQueryPlan(parsed, { overrideConditions });
    // Nothing to fetch for fields that were asked for: the supergraph has no way to them.
    if (!plan.node) return undefined;
    const named = (fetch: FetchNode) => ({ ...fetch, serviceName: stands.get(fetch.serviceName) ?? fetch.serviceName });
    return { ...plan, node: withFetches(plan.node, named) };
  } catch {
    // So the planner says that it has found no way, or not been able to look.
    return undefined;
  }
}
