import type { FetchNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import { type OperationDefinitionNode, parse } from 'graphql';
import type { Told } from '../plan/unmet.ts';
import { rewritten } from './rewritten.ts';
import { keep } from './split.ts';

/**
 * What of a fetch of entities can be asked without telling what some of its fields require; undefined when that is all of
 * it or nothing. The planner puts into one fetch what it can reach by the same way, and what is required may have been
 * fetched for entities of one type alone: all others are to have the rest.
 */
export function spareOf(fetch: FetchNode, told: Told): FetchNode | undefined {
  const { serviceName, requires, operation } = fetch;
  if (!requires || told.size === 0) return undefined;
  const definition = parse(operation, { noLocation: true }).definitions[0] as OperationDefinitionNode;
  const required = new Set<string>();
  const selectionSet = keep(definition.selectionSet, '', (type, { name }) => {
    const wanted = told.get(`${serviceName} ${type}.${name.value}`);
    for (const one of wanted ?? []) required.add(one);
    return wanted === undefined && name.value !== '__typename';
  });
  if (required.size === 0 || selectionSet.selections.length === 0) return undefined;
  return rewritten({ ...fetch, requires: without(requires, required) }, { ...definition, selectionSet });
}

/** Of the entities themselves, and not of what is inside of them: a key may have a field of the same name there. */
function without(selections: readonly QueryPlanSelectionNode[], names: ReadonlySet<string>): QueryPlanSelectionNode[] {
  return selections.flatMap((selection): QueryPlanSelectionNode[] => {
    if (selection.kind === 'Field') return names.has(selection.name) ? [] : [selection];
    return [{ ...selection, selections: without(selection.selections, names) }];
  });
}
