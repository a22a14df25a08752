import type { GraphQLFormattedError } from 'graphql';
import { kernelError } from '../../kernel/errors.ts';
import type { GraphResult } from '../../kernel/executor.ts';
import { isData } from './data.ts';

/**
 * Reads what a subgraph has answered, whatever that is. An answer that says nothing is an error, and so is an error that
 * is none; `note` is told what was wrong with them.
 */
export function readAnswer(answer: unknown, note: (reason: string) => void = () => {}): GraphResult {
  const { data: given, errors: told } = isData(answer) ? answer : {};
  const data = isData(given) ? given : null;
  if (given !== undefined && given !== null && !data) note('its data are none');
  if (told !== undefined && told !== null && !Array.isArray(told)) note('its errors are none');
  const errors = Array.isArray(told) ? told.map((error) => readError(error, note)) : [];
  if (data || errors.length > 0) return { data, errors };
  note('it answers nothing');
  return { data, errors: [unavailable()] };
}

function readError(error: unknown, note: (reason: string) => void): GraphQLFormattedError {
  if (!isData(error) || typeof error['message'] !== 'string') {
    note('one of its errors is none');
    return unavailable();
  }
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
