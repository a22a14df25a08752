import type { FetchNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import {
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Required } from '../plan/required-calls.ts';
import { rewritten } from './rewritten.ts';

/**
 * Splits a fetch of entities whose fields require the same field with different arguments: a representation has room for one
 * of them, so each is told in a call of its own.
 */
export function split(fetch: FetchNode, { calls, requirements }: Required): readonly FetchNode[] {
  const rivals = rivalsIn(fetch.requires ?? [], calls);
  if (rivals.size === 0) return [fetch];
  const document = parse(fetch.operation, { noLocation: true });
  const operation = document.definitions[0] as OperationDefinitionNode;
  /** Which of the rivals a field requires. */
  const wishOf = (type: string, { name }: FieldNode) =>
    [...(requirements.get(`${type}.${name.value}`) ?? [])].filter((one) => rivals.has(one)).sort();
  const wishes = new Map<string, readonly string[]>();
  eachField(operation.selectionSet, '', (type, field) => {
    const wish = wishOf(type, field);
    if (wish.length > 0) wishes.set(wish.join(), wish);
  });
  const [first] = wishes.keys();
  return [...wishes].map(([key, wish]) => {
    const kept = keep(operation.selectionSet, '', (type, field) => (wishOf(type, field).join() || first) === key);
    const requires = without(fetch.requires ?? [], (name) => rivals.has(name) && !wish.includes(name));
    return rewritten({ ...fetch, requires }, { ...operation, selectionSet: kept });
  });
}

/** The names that stand for one field in the same place. */
function rivalsIn(selections: readonly QueryPlanSelectionNode[], calls: Required['calls']): Set<string> {
  const rivals = new Set<string>();
  const met = new Map<string, string>();
  const look = (level: readonly QueryPlanSelectionNode[], place: string) => {
    for (const selection of level) {
      if (selection.kind === 'InlineFragment') look(selection.selections, place);
      else {
        const field = `${place}.${calls.get(selection.name)?.field ?? selection.name}`;
        const other = met.get(field) ?? selection.name;
        if (other !== selection.name) rivals.add(other).add(selection.name);
        met.set(field, other);
        look(selection.selections ?? [], field);
      }
    }
  };
  look(selections, '');
  return rivals;
}

function without(
  selections: readonly QueryPlanSelectionNode[],
  isUnwanted: (name: string) => boolean,
): QueryPlanSelectionNode[] {
  return selections.flatMap((selection): QueryPlanSelectionNode[] => {
    if (selection.kind === 'Field' && isUnwanted(selection.name)) return [];
    if (!selection.selections) return [selection];
    return [{ ...selection, selections: without(selection.selections, isUnwanted) } as QueryPlanSelectionNode];
  });
}

/** Visits the fields of the entities of an operation, each with the type it is asked of. */
function eachField(set: SelectionSetNode, type: string, see: (type: string, field: FieldNode) => void): void {
  keep(set, type, (...field) => {
    see(...field);
    return true;
  });
}

/** Keeps some of the fields of an operation's entities, by the type that each is asked of. */
export function keep(
  { selections, ...rest }: SelectionSetNode,
  type: string,
  isKept: (type: string, field: FieldNode) => boolean,
): SelectionSetNode {
  const kept = selections.flatMap((selection): SelectionNode[] => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return [selection];
    if (selection.kind === Kind.FIELD && selection.name.value !== '_entities')
      return isKept(type, selection) ? [selection] : [];
    const condition = selection.kind === Kind.INLINE_FRAGMENT ? selection.typeCondition?.name.value : '';
    const inner = selection.selectionSet && keep(selection.selectionSet, condition ?? type, isKept);
    return inner && inner.selections.length > 0 ? [{ ...selection, selectionSet: inner } as SelectionNode] : [];
  });
  return { ...rest, selections: kept };
}
