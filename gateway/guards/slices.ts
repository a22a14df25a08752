import { type ArgumentNode, type GraphQLField, getNamedType, isInputObjectType } from 'graphql';
import { PAGE_ARGUMENTS } from './pages.ts';
import { refusal } from './refusal.ts';
import { numberOf, type ReadValue } from './values.ts';
import type { ListSize } from './weights.ts';

/** How long a list is taken to be that says nothing of it. */
export const LIST = 10;

/** What one slicing argument says. */
interface Slice {
  value: unknown;
  /** Whether the operation says so, and not a default. */
  isGiven: boolean;
}

/**
 * How long the lists of a field are: what its page arguments ask for, else what `@listSize` assumes; undefined when nothing
 * is said. Throws LIST_SIZE_UNCLEAR when the graph wants one slicing argument and the operation has none or several; a
 * default counts where none is given.
 */
export function sizeOf(
  field: GraphQLField<unknown, unknown>,
  given: readonly ArgumentNode[],
  said: ListSize | undefined,
  read: ReadValue,
): number | undefined {
  const names = said?.slicingArguments ?? PAGE_ARGUMENTS;
  const slices = names.flatMap((name) => sliceOf(field, name.split('.'), given, read) ?? []);
  const meant = slices.filter(({ value }) => value !== undefined && value !== null);
  const asked = meant.filter(({ isGiven }) => isGiven).length || Math.min(1, meant.length);
  if (said?.slicingArguments?.length && said.requireOneSlicingArgument !== false && asked !== 1)
    throw refusal('LIST_SIZE_UNCLEAR', { field: field.name, slicingArguments: names, asked });
  const sizes = meant.flatMap(({ value }) => numberOf(value) ?? []);
  if (sizes.length > 0) return Math.max(0, ...sizes);
  // A page of which nobody says how long it is.
  return said?.assumedSize ?? (slices.length > 0 ? LIST : undefined);
}

/** What is at a path such as `first` or `input.page.first`; undefined where the field has no such argument. */
function sliceOf(
  { args }: GraphQLField<unknown, unknown>,
  [name, ...path]: readonly string[],
  given: readonly ArgumentNode[],
  read: ReadValue,
): Slice | undefined {
  const argument = args.find((one) => one.name === name);
  if (!argument) return undefined;
  const node = given.find((one) => one.name.value === name);
  let type = getNamedType(argument.type);
  let value = node && read(node.value);
  let isGiven = value !== undefined;
  if (!isGiven) value = argument.defaultValue;
  for (const step of path) {
    const inner = isInputObjectType(type) ? type.getFields()[step] : undefined;
    if (!inner) return undefined;
    type = getNamedType(inner.type);
    if (typeof value !== 'object' || value === null) return { value: undefined, isGiven: false };
    const next = (value as Record<string, unknown>)[step];
    isGiven &&= next !== undefined;
    value = next === undefined ? inner.defaultValue : next;
  }
  return { value, isGiven };
}
