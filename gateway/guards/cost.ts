import {
  type ArgumentNode,
  type DocumentNode,
  type FieldNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { fragmentsIn } from './fragments.ts';
import { inputReckoner } from './inputs.ts';
import { LIST, sizeOf } from './slices.ts';
import { isLeftOut, type ReadValue } from './values.ts';
import type { Weights } from './weights.ts';

/** What a field of a mutation costs beside its answer. */
const MUTATION = 10;
/** What is more than this is as much as this. */
const MOST = Number.MAX_SAFE_INTEGER;

/** The cost of selections: of what is there once, and of each element of the lists that the field around it sizes. */
interface Sum {
  once: number;
  each: number;
}

/** The lists beneath a field that it sizes; `names` undefined means all. Undefined: none. */
type Sized = { names: readonly string[] | undefined } | undefined;

export interface CostOptions {
  schema: GraphQLSchema;
  weights: Weights;
  document: DocumentNode;
  operation: OperationDefinitionNode;
  read: ReadValue;
}

/**
 * What an operation's answer may cost: 1 for an object, 0 for a value, 10 more for a field of a mutation, or what `@cost`
 * says; times the length of the list it is in: what its page argument asks for, else what `@listSize` assumes, else 10.
 * To that comes what its arguments cost (`inputs.ts`). A fragment is reckoned once for each way in which the field around it
 * sizes its lists. Throws LIST_SIZE_UNCLEAR.
 */
export function costOf({ schema, weights: { weights, sizes }, document, operation, read }: CostOptions): number {
  const fragments = fragmentsIn(document);
  const known = new Map<string, Sum>();
  const costOfInput = inputReckoner({ weights });
  const root = schema.getRootType(operation.operation);
  if (!root) return 0;
  return cost(sumOf(operation.selectionSet, root, undefined), 0);

  function sumOf({ selections }: SelectionSetNode, parent: GraphQLNamedType, sized: Sized): Sum {
    const sum: Sum = { once: 0, each: 0 };
    for (const selection of selections) {
      if (isLeftOut(selection.directives, read)) continue;
      if (selection.kind === Kind.FIELD) addField(sum, selection, parent, sized);
      else {
        const { once, each } =
          selection.kind === Kind.FRAGMENT_SPREAD
            ? sumOfFragment(selection.name.value, sized)
            : sumOf(selection.selectionSet, typeOf(selection.typeCondition?.name.value) ?? parent, sized);
        sum.once += once;
        sum.each += each;
      }
    }
    return { once: Math.min(sum.once, MOST), each: Math.min(sum.each, MOST) };
  }

  function sumOfFragment(name: string, sized: Sized): Sum {
    const key = JSON.stringify([name, sized ? (sized.names ?? '*') : '']);
    const found = known.get(key);
    if (found) return found;
    const fragment = fragments.get(name);
    const type = fragment && typeOf(fragment.typeCondition.name.value);
    const sum = fragment && type ? sumOf(fragment.selectionSet, type, sized) : { once: 0, each: 0 };
    known.set(key, sum);
    return sum;
  }

  function addField(sum: Sum, node: FieldNode, parent: GraphQLNamedType, sized: Sized): void {
    const { value: name } = node.name;
    const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;
    if (!field) return;
    const place = `${parent.name}.${name}`;
    const type = getNamedType(field.type);
    const isList = isListType(getNullableType(field.type));
    const said = sizes.get(place);
    const size = sizeOf(field, node.arguments ?? [], said, read);
    const beneath: Sized = said?.sizedFields?.length
      ? { names: said.sizedFields }
      : isList || size === undefined
        ? undefined
        : { names: undefined };
    const inner = node.selectionSet
      ? cost(sumOf(node.selectionSet, type, beneath), beneath ? (size ?? LIST) : LIST)
      : 0;
    const own = weights.get(place) ?? weights.get(type.name) ?? (isCompositeType(type) ? 1 : 0);
    const isSized = isList && sized !== undefined && (sized.names?.includes(name) ?? true);
    // The field around it has said how long this list is.
    const times = isSized || !isList || said?.sizedFields?.length ? 1 : (size ?? LIST);
    const once = parent === root && operation.operation === 'mutation' ? MUTATION : 0;
    const total = once + costOfArguments(field, place, node.arguments ?? []) + times * Math.max(0, own + inner);
    if (isSized) sum.each += Math.max(0, total);
    else sum.once += Math.max(0, total);
  }

  function costOfArguments({ args }: GraphQLField<unknown, unknown>, place: string, given: readonly ArgumentNode[]) {
    return given.reduce((sum, { name: { value: name }, value }) => {
      const argument = args.find((one) => one.name === name);
      return argument ? sum + costOfInput(argument.type, read(value), weights.get(`${place}(${name}:)`)) : sum;
    }, 0);
  }

  function cost({ once, each }: Sum, size: number): number {
    return Math.min(once + size * each, MOST);
  }

  function typeOf(name: string | undefined): GraphQLNamedType | undefined {
    return name === undefined ? undefined : schema.getType(name);
  }
}
