import {
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  type InlineFragmentNode,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { clientName, HIDDEN } from '../plan/specialise.ts';
import type { Refusal } from '../rights/caller.ts';
import { type Rule, ruleOf } from './rules.ts';

/** A field of an answer. */
export interface ShapeField {
  /** What the client calls it. */
  readonly name: string;
  /** What the plan calls it. */
  readonly planned: string;
  /** The field's own name, such as `price`. */
  readonly field: string;
  /** What its type allows. */
  readonly rule: Rule;
  /** Of what is selected inside; undefined for a leaf. */
  readonly shape: Shape | undefined;
  /** Why it was not asked for, when the caller may not have it. */
  readonly refusal: Refusal | undefined;
}

/** Why some fields of an operation are not asked for; undefined for the others. */
export type RefusalOf = (field: FieldNode) => Refusal | undefined;

/** What an answer looks like at a place of an operation, for each type that may stand there. */
export interface Shape {
  /** The type that the field was declared with. */
  readonly declared: GraphQLCompositeType;
  /** The fields in their order, of an object of this type; undefined when that takes more than an interface to say. */
  fieldsOf(type: GraphQLCompositeType): readonly ShapeField[] | undefined;
}

/** Reads the shape of selections that were made at the same place. Worked out for each type once, when it is first met. */
export function shapeOf(
  schema: GraphQLSchema,
  declared: GraphQLCompositeType,
  sets: readonly SelectionSetNode[],
  refusalOf: RefusalOf = () => undefined,
): Shape {
  const known = new Map<GraphQLCompositeType, readonly ShapeField[] | undefined>();
  return {
    declared,
    fieldsOf(type) {
      const found = known.get(type) ?? fieldsIn(schema, type, sets, refusalOf);
      known.set(type, found);
      return found;
    },
  };
}

function fieldsIn(
  schema: GraphQLSchema,
  type: GraphQLCompositeType,
  sets: readonly SelectionSetNode[],
  refusalOf: RefusalOf,
): readonly ShapeField[] | undefined {
  const grouped = new Map<string, FieldNode[]>();
  let isOpen = false;
  const collect = ({ selections }: SelectionSetNode) => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        const planned = (selection.alias ?? selection.name).value;
        if (planned === HIDDEN) continue;
        if (selection.name.value === '__typename') isOpen ||= isAbstractType(type);
        grouped.set(planned, [...(grouped.get(planned) ?? []), selection]);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        if (applies(schema, selection.typeCondition?.name.value, type)) collect(selection.selectionSet);
        else isOpen ||= isAbstractType(type) && adds(schema, selection, schema.getPossibleTypes(type));
      }
    }
  };
  for (const set of sets) collect(set);
  if (isOpen) return undefined;
  return [...grouped].flatMap(([planned, nodes]) => {
    const [{ name }] = nodes as [FieldNode];
    const declaredType = typeOf(type, name.value);
    if (!declaredType) return [];
    const inner = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    const of = getNamedType(declaredType);
    const shape = isCompositeType(of) ? shapeOf(schema, of, inner, refusalOf) : undefined;
    const refusals = nodes.map(refusalOf);
    // Whoever may have it by one of the ways it is selected has it.
    const refusal = refusals.includes(undefined) ? undefined : refusals[0];
    return { name: clientName(planned), planned, field: name.value, rule: ruleOf(declaredType), shape, refusal };
  });
}

function applies(schema: GraphQLSchema, condition: string | undefined, type: GraphQLCompositeType): boolean {
  if (condition === undefined || condition === type.name) return true;
  const wanted = schema.getType(condition);
  if (!isAbstractType(wanted)) return false;
  return (isObjectType(type) || isInterfaceType(type)) && schema.isSubType(wanted, type);
}

/** Whether a fragment selects anything of an object that is of one of these types. */
function adds(schema: GraphQLSchema, fragment: InlineFragmentNode, types: readonly GraphQLObjectType[]): boolean {
  const { typeCondition, selectionSet } = fragment;
  const met = types.filter((type) => applies(schema, typeCondition?.name.value, type));
  return selectionSet.selections.some((selection) =>
    selection.kind === Kind.INLINE_FRAGMENT ? adds(schema, selection, met) : met.length > 0,
  );
}

/** The type of a field; `__typename` is handled apart, and takes any. */
function typeOf(type: GraphQLCompositeType, field: string): GraphQLOutputType | undefined {
  if (field === '__typename') return type as GraphQLObjectType;
  return 'getFields' in type ? type.getFields()[field]?.type : undefined;
}
