import type { GraphQLFormattedError } from 'graphql';
import { kernelError } from '../../kernel/errors.ts';
import type { GraphResult } from '../../kernel/executor.ts';
import { isData } from './data.ts';

/** Reads what a subgraph has answered, whatever that is. An answer that says nothing is an error. */
export function readAnswer(answer: unknown): GraphResult {
  if (!isData(answer)) return { data: null, errors: [unavailable()] };
  const data = isData(answer['data']) ? answer['data'] : null;
  const errors = Array.isArray(answer['errors']) ? answer['errors'].map(readError) : [];
  return { data, errors: data || errors.length > 0 ? errors : [unavailable()] };
}

function readError(error: unknown): GraphQLFormattedError {
  if (!isData(error) || typeof error['message'] !== 'string') return unavailable();
  const { message, path, extensions } = error;
  return { message, ...(isPath(path) && { path }), ...(isData(extensions) && { extensions }) };
}

function isPath(path: unknown): path is (string | number)[] {
  return Array.isArray(path) && path.every((step) => typeof step === 'string' || Number.isInteger(step));
}

/** The error of a subgraph that gives none of its own. */
export function unavailable(): GraphQLFormattedError {
  const { message, extensions } = kernelError('UNAVAILABLE');
  return { message, extensions };
}
