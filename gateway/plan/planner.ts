import { operationFromDocument, type Supergraph } from '@apollo/federation-internals';
import { type QueryPlan, QueryPlanner } from '@apollo/query-planner';
import type { DocumentNode } from 'graphql';
import { refusal } from '../guards/refusal.ts';

/** Plans an operation. Throws TOO_COMPLEX when there are too many ways to look at, and whatever the planner throws. */
export type Plan = (document: DocumentNode, overrideConditions: Map<string, boolean>) => QueryPlan;

/** How many ways to a field are looked at, and how many plans are made of them to find the best. */
const PATHS = 3_000;
const PLANS = 500;
/** How many times a plan may look where it can go on: some 20 microseconds each. Our own operations take 11 at the most. */
const STEPS = 20_000;

/**
 * Makes plans within limits. How many ways there are grows with each field of an interface whose objects several subgraphs
 * know: a few words would hold the process for minutes, or take all of its memory, and a plan cannot be interrupted.
 */
export function plannerOf(supergraph: Supergraph): Plan {
  const planner = new QueryPlanner(supergraph, { debug: { pathsLimit: PATHS, maxEvaluatedPlans: PLANS } });
  let steps = 0;
  const graph = planner['federatedQueryGraph'];
  const { nonTrivialFollowupEdges } = graph;
  Object.assign(graph, {
    nonTrivialFollowupEdges: (...edge: Parameters<typeof nonTrivialFollowupEdges>) => {
      steps += 1;
      if (steps > STEPS) throw tooComplex(STEPS);
      return nonTrivialFollowupEdges(...edge);
    },
  });
  return (document, overrideConditions) => {
    steps = 0;
    try {
      return planner.buildQueryPlan(operationFromDocument(supergraph.apiSchema(), document), { overrideConditions });
    } catch (error) {
      throw /^Error: (Too many options|Number of non-local selections)/.test(String(error)) ? tooComplex(PATHS) : error;
    }
  };
}

const tooComplex = (allowed: number) => refusal('TOO_COMPLEX', { limit: 'planning', allowed });
