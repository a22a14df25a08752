import {
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';
import type { Demand, Demands } from './demands.ts';

/** An operation without what its caller may not have. */
export interface Judged {
  /** What may be fetched; undefined when that is nothing. */
  allowed: OperationDefinitionNode | undefined;
  /** The fields that were left out, with all that was selected inside of them. */
  refused: ReadonlySet<FieldNode>;
}

/** Where a selection is made: the type it is made on, and the types of the objects that may stand there. */
interface Place {
  type: GraphQLCompositeType;
  possible: readonly GraphQLObjectType[];
}

/**
 * Takes the fields off an operation whose demands are not fulfilled; its fragments stand in their places already. A field
 * is judged by its own demands, by those of the type it is selected on, and by those of the type it leads to. What is
 * selected on an abstract type is judged besides by all that may stand there, since it is asked of each of them.
 */
export function judge(
  schema: GraphQLSchema,
  demands: Demands,
  operation: OperationDefinitionNode,
  isFulfilled: (demand: Demand) => boolean,
): Judged {
  const refused = new Set<FieldNode>();
  const root = schema.getRootType(operation.operation);
  if (!root || demands.size === 0) return { allowed: operation, refused };

  function allowed({ selections, ...rest }: SelectionSetNode, place: Place): SelectionSetNode {
    const kept = selections.flatMap((selection): readonly SelectionNode[] => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) throw new Error('a fragment was not put in its place');
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const selectionSet = allowed(
          selection.selectionSet,
          narrowed(schema, place, selection.typeCondition?.name.value),
        );
        return selectionSet.selections.length > 0 ? [{ ...selection, selectionSet }] : [];
      }
      return field(selection, place);
    });
    return { ...rest, selections: kept };
  }

  function field(selection: FieldNode, place: Place): readonly FieldNode[] {
    const { name, selectionSet } = selection;
    if (name.value === '__typename') return [selection];
    const declared = 'getFields' in place.type ? place.type.getFields()[name.value]?.type : undefined;
    const type = getNamedType(declared);
    const places = [...coordinatesAt(schema, place, name.value), ...(type ? [type.name] : [])];
    if (!places.flatMap((coordinate) => demands.get(coordinate) ?? []).every(isFulfilled)) {
      visit(selection, { Field: (node) => void refused.add(node) });
      return [];
    }
    if (!selectionSet || !isCompositeType(type)) return [selection];
    const inner = allowed(selectionSet, placeOf(schema, type));
    return [{ ...selection, selectionSet: inner.selections.length > 0 ? inner : TYPENAME }];
  }

  const selectionSet = allowed(operation.selectionSet, placeOf(schema, root));
  return { allowed: selectionSet.selections.length > 0 ? { ...operation, selectionSet } : undefined, refused };
}

/** All that an operation demands. */
export function demandsOf(
  schema: GraphQLSchema,
  demands: Demands,
  operation: OperationDefinitionNode | undefined,
): readonly Demand[] {
  const met = new Set<Demand>();
  if (operation) judge(schema, demands, operation, (demand) => met.add(demand).has(demand));
  return [...met];
}

/** An object of which all was left out is still an object of some type, or null. */
const TYPENAME: SelectionSetNode = {
  kind: Kind.SELECTION_SET,
  selections: [{ kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }],
};

function placeOf(schema: GraphQLSchema, type: GraphQLCompositeType): Place {
  return { type, possible: isObjectType(type) ? [type] : schema.getPossibleTypes(type) };
}

/** The place inside of a fragment. A condition that an object's type meets in any case says nothing new of it. */
function narrowed(schema: GraphQLSchema, place: Place, condition: string | undefined): Place {
  const type = condition === undefined ? place.type : schema.getType(condition);
  if (type === place.type || !isCompositeType(type) || (isObjectType(place.type) && isAbstractType(type))) return place;
  const within = placeOf(schema, type);
  return { type, possible: within.possible.filter((one) => place.possible.includes(one)) };
}

/** The types and fields that a selected field may turn out to be. */
function coordinatesAt(schema: GraphQLSchema, { type, possible }: Place, field: string): readonly string[] {
  const below = isInterfaceType(type) ? schema.getImplementations(type).interfaces : [];
  const types = isObjectType(type) ? [type] : [type, ...below, ...possible];
  return types.flatMap(({ name }) => [name, `${name}.${field}`]);
}
