import type { ExecutionResult } from 'graphql';

const texts = new WeakMap<ExecutionResult, string>();

/** A result as JSON. It is written once, however many clients are given the same one. */
export function textOf(result: ExecutionResult): string {
  const known = texts.get(result) ?? JSON.stringify(result);
  texts.set(result, known);
  return known;
}
