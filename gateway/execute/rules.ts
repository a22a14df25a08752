import {
  type GraphQLLeafType,
  type GraphQLOutputType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  isSpecifiedScalarType,
} from 'graphql';
import { isWritable } from './writable.ts';

/** What a type allows as a value, worked out once: types are slow to be asked what they are. */
export type Rule =
  | { kind: 'non-null' | 'list'; of: Rule }
  | { kind: 'object' }
  /** `accept` gives the value as clients get it, or undefined when the type does not allow it. */
  | { kind: 'leaf'; name: string; accept(value: unknown): unknown };

/** The rule of an output type. */
export function ruleOf(type: GraphQLOutputType): Rule {
  if (isNonNullType(type)) return { kind: 'non-null', of: ruleOf(type.ofType) };
  if (isListType(type)) return { kind: 'list', of: ruleOf(type.ofType) };
  return isLeafType(type) ? { kind: 'leaf', name: type.name, accept: accepting(type) } : { kind: 'object' };
}

function accepting(type: GraphQLLeafType): (value: unknown) => unknown {
  if (isEnumType(type)) {
    const values = new Set(type.getValues().map(({ name }) => name));
    return (value) => (values.has(value as string) ? value : undefined);
  }
  // A scalar of one's own is whatever its subgraph says that can be written; it has been through that one's `serialize`.
  if (!isSpecifiedScalarType(type)) return (value) => (isWritable(value) ? value : undefined);
  // The usual case first: an exception is the slowest way to say yes.
  const usual = USUAL[type.name];
  return (value) => {
    if (usual?.(value)) return value;
    try {
      return type.serialize(value);
    } catch {
      return undefined;
    }
  };
}

const isText = (value: unknown) => typeof value === 'string';

/** What a built-in scalar mostly is. */
const USUAL: Readonly<Record<string, (value: unknown) => boolean>> = {
  String: isText,
  ID: isText,
  Boolean: (value) => typeof value === 'boolean',
  Float: Number.isFinite,
};
