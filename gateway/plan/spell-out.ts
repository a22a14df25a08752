import {
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  getNamedType,
  type InlineFragmentNode,
  isAbstractType,
  isCompositeType,
  isObjectType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { refusal } from '../guards/refusal.ts';
import { orNothing } from './specialise.ts';

/** The interfaces that some subgraph knows as an object, each with its fields that require others of the object. */
export type InterfaceObjects = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * Says what is selected in a way that the planner gets right where a subgraph knows an interface as an object. Conditions on
 * an abstract type are spelled out by its object types: it takes them for conditions that nothing meets. Conditions on an
 * object whose type is known go. Fields that require others are fetched for every object of the interface, since it would
 * look for a way to those of one type without an end. Throws TOO_COMPLEX when there is no room for so many selections.
 */
export function spellOut(
  schema: GraphQLSchema,
  interfaceObjects: InterfaceObjects,
  set: SelectionSetNode,
  parent: GraphQLCompositeType,
  room: { selections: number },
): SelectionSetNode {
  room.selections -= set.selections.length;
  if (room.selections < 0) throw refusal('TOO_COMPLEX');
  const inside = (inner: SelectionSetNode, type: GraphQLCompositeType) =>
    spellOut(schema, interfaceObjects, inner, type, room);
  const possible = (type: GraphQLCompositeType) => (isAbstractType(type) ? schema.getPossibleTypes(type) : [type]);
  const requiring = interfaceObjects.get(parent.name);

  function fragment(selection: InlineFragmentNode): readonly SelectionNode[] {
    const { typeCondition, selectionSet } = selection;
    const condition = typeCondition ? schema.getType(typeCondition.name.value) : parent;
    if (!isCompositeType(condition)) return [];
    if (isObjectType(parent))
      return possible(condition).includes(parent) ? inside(selectionSet, parent).selections : [];
    if (condition === parent) return inside(selectionSet, parent).selections;
    const isKept = !requiring || isObjectType(condition);
    const types = isKept ? [condition] : possible(condition).filter((type) => possible(parent).includes(type));
    return types.flatMap((type) => {
      const inner = inside(selectionSet, type);
      if (inner.selections.length === 0) return [];
      const named = { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: type.name } } as const;
      return { ...selection, typeCondition: named, selectionSet: inner };
    });
  }

  const selections = set.selections.flatMap((selection): readonly SelectionNode[] => {
    if (selection.kind === Kind.INLINE_FRAGMENT) return fragment(selection);
    if (selection.kind !== Kind.FIELD || !selection.selectionSet || !('getFields' in parent)) return [selection];
    const type = getNamedType(parent.getFields()[selection.name.value]?.type);
    if (!isCompositeType(type)) return [selection];
    return [{ ...selection, selectionSet: orNothing(inside(selection.selectionSet, type)) }];
  });
  return { ...set, selections: requiring ? lifted(selections, requiring) : selections };
}

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

/** Takes fields out of conditions on a type. None has a name by which another thing is asked (`specialise.ts`). */
function lifted(selections: readonly SelectionNode[], requiring: ReadonlySet<string>): readonly SelectionNode[] {
  const fields: FieldNode[] = [];
  const rest = selections.flatMap((selection): SelectionNode[] => {
    if (selection.kind !== Kind.INLINE_FRAGMENT) return [selection];
    const { selectionSet } = selection;
    const isLifted = (one: SelectionNode) => one.kind === Kind.FIELD && requiring.has(one.name.value);
    fields.push(...(selectionSet.selections.filter(isLifted) as FieldNode[]));
    const others = selectionSet.selections.filter((one) => !isLifted(one));
    return others.length > 0 ? [{ ...selection, selectionSet: { ...selectionSet, selections: others } }] : [];
  });
  if (fields.length === 0) return selections;
  return [TYPENAME, ...rest, ...fields];
}
