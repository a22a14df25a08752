import type { FetchNode, PlanNode, SubscriptionNode } from '@apollo/query-planner';

/** Puts another fetch in the place of each of a plan. */
export function withFetches<Node extends PlanNode | SubscriptionNode>(
  node: Node,
  change: (fetch: FetchNode) => FetchNode,
): Node;
export function withFetches(
  node: PlanNode | SubscriptionNode,
  change: (fetch: FetchNode) => FetchNode,
): PlanNode | SubscriptionNode {
  switch (node.kind) {
    case 'Fetch':
      return change(node);
    case 'Flatten':
      return { ...node, node: withFetches(node.node, change) };
    case 'Sequence':
    case 'Parallel':
      return { ...node, nodes: node.nodes.map((inner) => withFetches(inner, change)) };
    case 'Subscription':
      return { ...node, primary: change(node.primary), ...(node.rest && { rest: withFetches(node.rest, change) }) };
    default:
      // Conditions are resolved before an operation is planned, and nothing is deferred.
      throw new Error(`a plan has a ${node.kind} node`);
  }
}

/** The fetches of a plan. */
export function fetchesOf(node: PlanNode | SubscriptionNode): readonly FetchNode[] {
  const fetches: FetchNode[] = [];
  withFetches(node, (fetch) => {
    fetches.push(fetch);
    return fetch;
  });
  return fetches;
}
