import { type GraphQLInputType, isInputObjectType, isListType, isNonNullType } from 'graphql';
import type { Weights } from './weights.ts';

/** What a value costs that is sent as this type; `own` is what the graph says of the argument or field that it is sent as. */
export type CostOfInput = (type: GraphQLInputType, value: unknown, own: number | undefined) => number;

/**
 * Reckons what is sent: 1 for an object and 0 for a value, or what `@cost` says of the argument, the field or the type, for
 * each item of a list. Each value is looked at once for each way it is sent, however often a variable stands in an operation.
 */
export function inputReckoner({ weights }: Pick<Weights, 'weights'>): CostOfInput {
  const known = new Map<unknown, Map<string, number>>();

  function costOf(type: GraphQLInputType, value: unknown, own: number | undefined): number {
    if (value === undefined || value === null) return 0;
    if (isNonNullType(type)) return costOf(type.ofType, value, own);
    if (typeof value !== 'object') {
      if (isListType(type)) return costOf(type.ofType, value, own);
      return isInputObjectType(type) ? 0 : (own ?? weights.get(type.name) ?? 0);
    }
    const key = `${type} ${own}`;
    const costs = known.get(value) ?? new Map<string, number>();
    known.set(value, costs);
    const found = costs.get(key) ?? Math.max(0, costOfParts(type, value, own));
    costs.set(key, found);
    return found;
  }

  function costOfParts(type: GraphQLInputType, value: object, own: number | undefined): number {
    if (isListType(type)) {
      if (!Array.isArray(value)) return costOf(type.ofType, value, own);
      return value.reduce((sum: number, item) => sum + costOf(type.ofType, item, own), 0);
    }
    // A scalar of one's own may be an object too.
    if (!isInputObjectType(type)) return own ?? weights.get(`${type}`) ?? 0;
    return Object.values(type.getFields()).reduce((sum, { name, type: inner }) => {
      const part = (value as Record<string, unknown>)[name];
      return sum + costOf(inner, part, weights.get(`${type.name}.${name}`));
    }, own ?? 1);
  }

  return costOf;
}
