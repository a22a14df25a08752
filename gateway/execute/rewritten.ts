import type { FetchNode } from '@apollo/query-planner';
import { type OperationDefinitionNode, print, stripIgnoredCharacters, visit } from 'graphql';

/** A fetch that asks for less than it did, so that it may have no use for some of its variables. */
export function rewritten(fetch: FetchNode, operation: OperationDefinitionNode): FetchNode {
  const used = new Set<string>();
  visit({ ...operation, variableDefinitions: [] }, { Variable: ({ name }) => void used.add(name.value) });
  const variableDefinitions = operation.variableDefinitions?.filter(({ variable }) => used.has(variable.name.value));
  const variableUsages = fetch.variableUsages?.filter((name) => used.has(name));
  return {
    ...fetch,
    operation: stripIgnoredCharacters(print({ ...operation, ...(variableDefinitions && { variableDefinitions }) })),
    ...(variableUsages && { variableUsages }),
  };
}
