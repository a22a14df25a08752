import {
  type ArgumentNode,
  type DirectiveNode,
  Kind,
  type OperationDefinitionNode,
  type ValueNode,
  valueFromASTUntyped,
} from 'graphql';

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

/** The whole number that an argument has, however it is written; undefined for another value. */
export function numberIn(argument: ArgumentNode | undefined, read: ReadValue): number | undefined {
  // A literal of a thousand digits is a number too.
  const value = argument && (argument.value.kind === Kind.INT ? Number(argument.value.value) : read(argument.value));
  return typeof value === 'number' ? Math.min(value, Number.MAX_SAFE_INTEGER) : undefined;
}

/** Whether `@skip` or `@include` leaves this out. */
export function isLeftOut(directives: readonly DirectiveNode[] | undefined, read: ReadValue): boolean {
  return Boolean(
    directives?.some(({ name, arguments: [condition] = [] }) => {
      if (name.value !== 'skip' && name.value !== 'include') return false;
      return condition !== undefined && read(condition.value) === (name.value === 'skip');
    }),
  );
}
