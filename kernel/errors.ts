import { GraphQLError } from 'graphql';

/**
 * A failure that a client may act on: it reaches the client as it is, with `extensions.code` and the details.
 * Every other exception is masked and logged with a reference.
 */
export class CodedError extends GraphQLError {
  readonly code: string;

  constructor(code: string, message: string, details: Record<string, unknown> = {}) {
    super(message, { extensions: { ...details, code } });
    this.code = code;
  }
}

/** Makes a module's errors from its catalogue of codes and sentences: `throw orderError('ORDER_NOT_FOUND', { id })`. */
export function errorCatalogue<Code extends string>(catalogue: Record<Code, string>) {
  return (code: Code, details: Record<string, unknown> = {}): CodedError =>
    new CodedError(code, catalogue[code], details);
}

/** The codes that any module may answer with. */
export const kernelError = errorCatalogue({
  UNAUTHENTICATED: 'Sign in first.',
  FORBIDDEN: 'You may not do this.',
  BAD_INPUT: 'The input is not valid.',
  IDEMPOTENCY_KEY_REUSED: 'This idempotency key was used with other input.',
  UNAVAILABLE: 'This cannot be answered just now; try again with the same key.',
});

/** Refuses input: `field` is the path to it, `problem` a sentence about it. */
export function badInput(field: string, problem: string): CodedError {
  return new CodedError('BAD_INPUT', `${field}: ${problem}`, { field });
}
