import {
  type DirectiveNode,
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  print,
  type SelectionNode,
  type SelectionSetNode,
  valueFromASTUntyped,
  visit,
} from 'graphql';
import { sortValueNode } from 'graphql/utilities/sortValueNode.js';
import type { Fragments } from '../guards/fragments.ts';
import { isLeftOut } from '../guards/values.ts';

/** An operation as it is planned and executed: without conditions, fragments in place, names free of conflicts. */
export interface SpecialOperation {
  /** What subgraphs are to answer; undefined when the operation asks for nothing but the schema. */
  planned: OperationDefinitionNode | undefined;
  /** What the gateway answers from its schema: `__schema` and `__type`; undefined when it was not asked for. */
  introspection: OperationDefinitionNode | undefined;
  /** The names of the answer's fields, in their order. */
  names: readonly string[];
  /** How much it selects. */
  size: number;
}

type Variables = Readonly<Record<string, unknown>>;

/** The fields that plans fetch for themselves, as keys and requirements, under their own names. */
export type FetchedNames = ReadonlySet<string>;

/** Stands before the names by which a field is planned, when its own could be taken for another's. */
export const APART = 'apart_';

/**
 * The name under which a plan fetches what a client calls `name`. A client may give its field the name of a key, or ask for
 * a field with arguments that a plan also needs with others: it would be sent, or be shown, the wrong one.
 */
export function plannedName(name: string, isPlain: boolean, fetchedNames: FetchedNames): string {
  const ambiguous = name.startsWith(APART) || name in Object.prototype || (!isPlain && fetchedNames.has(name));
  return ambiguous ? APART + name : name;
}

/** The name that a client knows, for one of a plan. */
export function clientName(planned: string): string {
  return planned.startsWith(APART) ? planned.slice(APART.length).replace(/^\d+of_/, '') : planned;
}

/** The variables that an operation's `@skip` and `@include` depend on. */
export function conditionsOf(operation: OperationDefinitionNode, fragments: Fragments): readonly string[] {
  const names = new Set<string>();
  const look = {
    Directive({ name, arguments: args = [] }: DirectiveNode) {
      if (name.value !== 'skip' && name.value !== 'include') return;
      for (const { value } of args) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  };
  visit(operation, look);
  for (const fragment of fragments.values()) visit(fragment, look);
  return [...names].sort();
}

interface Work {
  fragments: Fragments;
  conditions: Variables;
  /** How many selections it has taken over. */
  size: number;
}

/** Makes the operation that is carried out for these values of its conditions. Guards have seen to it that it is not too large. */
export function specialise(
  operation: OperationDefinitionNode,
  fragments: Fragments,
  conditions: Variables,
  fetchedNames: FetchedNames,
): SpecialOperation {
  const work: Work = { fragments, conditions, size: 0 };
  const selections = withoutConditions(operation.selectionSet, work);
  const planned = named(without(selections, isIntrospection), { fetchedNames, asked: new Map() });
  const introspection = without(
    selections,
    (selection) => selection.kind === Kind.FIELD && !isIntrospection(selection),
  );
  const names = [...new Set(namesIn(selections))];
  return {
    planned: asking(operation, planned),
    introspection: asking(operation, introspection),
    names,
    size: work.size,
  };
}

function asking(
  operation: OperationDefinitionNode,
  selectionSet: SelectionSetNode,
): OperationDefinitionNode | undefined {
  return selectionSet.selections.length > 0 ? { ...operation, selectionSet } : undefined;
}

/** Puts fragments in place and takes off what is skipped, with the conditions themselves. */
function withoutConditions({ selections, ...rest }: SelectionSetNode, work: Work): SelectionSetNode {
  const { fragments, conditions } = work;
  work.size += selections.length;
  const kept = selections.flatMap((selection): SelectionNode[] => {
    const { directives = [] } = selection;
    if (isLeftOut(directives, (value) => valueFromASTUntyped(value, conditions))) return [];
    const others = directives.filter(({ name: { value } }) => value !== 'skip' && value !== 'include');
    if (selection.kind === Kind.FIELD) {
      const { selectionSet } = selection;
      if (!selectionSet) return [{ ...selection, directives: others }];
      const inner = withoutConditions(selectionSet, work);
      return [{ ...selection, directives: others, selectionSet: orNothing(inner) }];
    }
    const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
    if (!fragment) return [];
    const selectionSet = withoutConditions(fragment.selectionSet, work);
    const { typeCondition } = fragment;
    if (selectionSet.selections.length === 0) return [];
    return [{ kind: Kind.INLINE_FRAGMENT, directives: others, selectionSet, ...(typeCondition && { typeCondition }) }];
  });
  return { ...rest, selections: kept };
}

/** What is selected of a field, or its type, of which clients see nothing: where all was skipped is still an object, or null. */
export function orNothing(set: SelectionSetNode): SelectionSetNode {
  return set.selections.length > 0 ? set : { ...set, selections: [NOTHING] };
}

/** The name of a field that no client has asked for; the name that a client gives is never planned as this. */
export const HIDDEN = `${APART}nothing`;

const NOTHING: FieldNode = {
  kind: Kind.FIELD,
  alias: { kind: Kind.NAME, value: HIDDEN },
  name: { kind: Kind.NAME, value: '__typename' },
};

function isIntrospection(selection: SelectionNode): boolean {
  return selection.kind === Kind.FIELD && ['__schema', '__type'].includes(selection.name.value);
}

function namesIn({ selections }: SelectionSetNode): string[] {
  return selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return (selection.alias ?? selection.name).value;
    return selection.kind === Kind.INLINE_FRAGMENT ? namesIn(selection.selectionSet) : [];
  });
}

/** Takes selections off a root, also those inside of its fragments. */
function without(set: SelectionSetNode, unwanted: (selection: SelectionNode) => boolean): SelectionSetNode {
  const selections = set.selections.flatMap((selection): SelectionNode[] => {
    if (unwanted(selection)) return [];
    if (selection.kind !== Kind.INLINE_FRAGMENT) return [selection];
    const selectionSet = without(selection.selectionSet, unwanted);
    return selectionSet.selections.length > 0 ? [{ ...selection, selectionSet }] : [];
  });
  return { ...set, selections };
}

interface Naming {
  fetchedNames: FetchedNames;
  /** What is asked under each name, by the names that lead to it: more than one thing on objects of different types. */
  asked: Map<string, string[]>;
}

/** Gives each field the name by which it is planned. */
function named(set: SelectionSetNode, naming: Naming, place = ''): SelectionSetNode {
  const selections = set.selections.map((selection): SelectionNode => {
    if (selection === NOTHING || selection.kind === Kind.FRAGMENT_SPREAD) return selection;
    if (selection.kind === Kind.INLINE_FRAGMENT)
      return { ...selection, selectionSet: named(selection.selectionSet, naming, place) };
    const { alias, name, arguments: args = [], directives = [], selectionSet } = selection;
    const known = (alias ?? name).value;
    // What a subgraph makes of a directive is not the key that it would be taken for.
    const isBare = directives.length === 0 || selectionSet !== undefined;
    const isPlain = known === name.value && args.length === 0 && isBare;
    const first = plannedName(known, isPlain, naming.fetchedNames);
    const planned = nameOfItsOwn(first, known, `${place} ${first}`, selection, naming);
    const inner = selectionSet && { selectionSet: named(selectionSet, naming, `${place} ${planned}`) };
    const renamed = planned !== name.value && { alias: { kind: Kind.NAME, value: planned } };
    return { ...selection, ...inner, ...renamed } as SelectionNode;
  });
  return { ...set, selections };
}

/**
 * A name that no other thing at this place has. A client may ask for different things of different types under one name; the
 * planner asks for both at once where a subgraph knows the types as one, or where a path leads to either.
 */
function nameOfItsOwn(
  planned: string,
  known: string,
  place: string,
  { name, arguments: args = [] }: FieldNode,
  { asked }: Naming,
): string {
  const text = `${name.value} ${args.map(({ name, value }) => `${name.value}: ${print(sortValueNode(value))}`).sort()}`;
  const others = asked.get(place) ?? [];
  asked.set(place, others);
  if (!others.includes(text)) others.push(text);
  const index = others.indexOf(text);
  return index === 0 ? planned : `${APART}${index}of_${known}`;
}
