import { type GraphQLInputType, getNamedType, isInputObjectType, isListType, isNonNullType } from 'graphql';
import type { Weights } from './weights.ts';

/** What a value costs that is sent as this type; `own` is what the graph says of the argument or field that it is sent as. */
export type CostOfInput = (type: GraphQLInputType, value: unknown, own: number | undefined) => number;

/** How many values are looked at for one operation; a variable may stand in many places of it. */
const LOOKS = 200_000;

/**
 * Reckons what is sent: 1 for an object and 0 for a value, or what `@cost` says of the argument, the field or the type, for
 * each item of a list. More than can be looked at costs more than anybody may ask.
 */
export function inputReckoner({ weights }: Pick<Weights, 'weights'>): CostOfInput {
  let looks = 0;
  const costOf: CostOfInput = (type, value, own) => {
    if (value === undefined || value === null) return 0;
    const named = getNamedType(type);
    const each = own ?? weights.get(named.name) ?? (isInputObjectType(named) ? 1 : 0);
    // Nothing of it costs anything.
    if (each === 0 && !isInputObjectType(named)) return 0;
    looks += 1;
    if (looks > LOOKS) return Number.MAX_SAFE_INTEGER;
    if (isNonNullType(type)) return costOf(type.ofType, value, own);
    if (isListType(type)) {
      if (!Array.isArray(value)) return costOf(type.ofType, value, own);
      return value.reduce((sum: number, item) => sum + costOf(type.ofType, item, own), 0);
    }
    if (!isInputObjectType(type)) return each;
    const parts = value as Record<string, unknown>;
    return Object.values(type.getFields()).reduce(
      (sum, { name, type: inner }) => sum + costOf(inner, parts[name], weights.get(`${type.name}.${name}`)),
      each,
    );
  };
  return (type, value, own) => Math.max(0, costOf(type, value, own));
}
