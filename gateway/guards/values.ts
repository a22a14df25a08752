import { type DirectiveNode, type OperationDefinitionNode, type ValueNode, valueFromASTUntyped } from 'graphql';

/** Reads the values that an operation's arguments have this time. */
export type ReadValue = (value: ValueNode) => unknown;

/** The values of an operation's arguments, its variables put in place, as they came or by their defaults. */
export function valuesOf(operation: OperationDefinitionNode, given: Readonly<Record<string, unknown>>): ReadValue {
  const variables: Record<string, unknown> = {};
  for (const { variable, defaultValue } of operation.variableDefinitions ?? []) {
    const name = variable.name.value;
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    variables[name] = value === undefined && defaultValue ? valueFromASTUntyped(defaultValue) : value;
  }
  return (value) => valueFromASTUntyped(value, variables);
}

/** A whole number, as large as one can be; undefined for another value. */
export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? Math.min(value, Number.MAX_SAFE_INTEGER) : undefined;
}

/** Whether `@skip` or `@include` leaves this out. */
export function isLeftOut(directives: readonly DirectiveNode[] = [], read: ReadValue): boolean {
  return directives.some(({ name: { value: name }, arguments: [condition] = [] }) => {
    if (!condition || (name !== 'skip' && name !== 'include')) return false;
    return (read(condition.value) === true) === (name === 'skip');
  });
}
