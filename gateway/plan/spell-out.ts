import {
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

/**
 * Spells out what is selected by an abstract type where a subgraph may know an interface as an object: the planner takes
 * such a condition for one that nothing meets, and would leave it away. Of an object whose type is known, conditions go.
 */
export function spellOut(
  schema: GraphQLSchema,
  interfaceObjects: ReadonlySet<string>,
  set: SelectionSetNode,
  parent: GraphQLCompositeType,
): SelectionSetNode {
  const inside = (inner: SelectionSetNode, type: GraphQLCompositeType) =>
    spellOut(schema, interfaceObjects, inner, type);
  const possible = (type: GraphQLCompositeType) => (isAbstractType(type) ? schema.getPossibleTypes(type) : [type]);

  function fragment(selection: InlineFragmentNode): readonly SelectionNode[] {
    const { typeCondition, selectionSet } = selection;
    const condition = typeCondition ? schema.getType(typeCondition.name.value) : parent;
    if (!isCompositeType(condition)) return [];
    if (isObjectType(parent)) return possible(condition).includes(parent) ? inside(selectionSet, parent).selections : [];
    if (!interfaceObjects.has(parent.name) || isObjectType(condition))
      return [{ ...selection, selectionSet: inside(selectionSet, condition) }];
    const types = possible(condition).filter((type) => possible(parent).includes(type));
    if (condition === parent) return inside(selectionSet, parent).selections;
    return types.map((type) => ({
      ...selection,
      typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: type.name } },
      selectionSet: inside(selectionSet, type),
    }));
  }

  const selections = set.selections.flatMap((selection): readonly SelectionNode[] => {
    if (selection.kind === Kind.INLINE_FRAGMENT) return fragment(selection);
    if (selection.kind !== Kind.FIELD || !selection.selectionSet || !('getFields' in parent)) return [selection];
    const type = getNamedType(parent.getFields()[selection.name.value]?.type);
    return [isCompositeType(type) ? { ...selection, selectionSet: inside(selection.selectionSet, type) } : selection];
  });
  return { ...set, selections };
}
