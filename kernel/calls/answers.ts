import type { GraphQLFormattedError } from 'graphql';
import { CodedError } from '../errors.ts';

/** Whether a value is a list of errors as our modules answer them: each has a code, and says of what it is or does not. */
export function isErrors(value: unknown): value is GraphQLFormattedError[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every(
      (one) =>
        typeof one?.message === 'string' &&
        typeof one.extensions?.code === 'string' &&
        (one.path === undefined || Array.isArray(one.path)),
    )
  );
}

/** The coded error that an answer holds in place of what was asked for; undefined when it holds none. */
export function failureIn({ errors }: Record<string, unknown>): CodedError | undefined {
  const error = isErrors(errors) ? errors[0] : undefined;
  return error && new CodedError(String(error.extensions?.['code']), error.message, error.extensions);
}
