import { CodedError } from '../../kernel/errors.ts';

/** The codes that a guard refuses with, each with its sentence. */
const SENTENCES = {
  TOO_LARGE: 'The operation is too large.',
  TOO_DEEP: 'The operation is nested too deep.',
  TOO_MANY_ALIASES: 'A field is asked for under too many aliases.',
  TOO_MANY_DIRECTIVES: 'The operation has too many directives.',
  TOO_EXPENSIVE: 'The answer would be too large; ask for fewer or smaller lists.',
  TOO_COMPLEX: 'There are too many ways to answer the operation; ask for less of it at once.',
  PAGE_TOO_LARGE: 'A page of a list is too large.',
  LIST_SIZE_UNCLEAR: 'Of the arguments that say how long a list is, one must be given.',
  INTROSPECTION_OFF: 'The schema is not told here.',
  RATE_LIMITED: 'Too much was asked; wait a while.',
  NOT_FROM_A_FORM:
    'Ask by POST with content-type: application/json, or by GET with the header graphql-require-preflight.',
  OPERATION_UNKNOWN: 'There is no operation of this id.',
  PERSISTED_ONLY: 'Only operations that are known here are answered.',
  PERSISTED_QUERY_NOT_FOUND: 'PersistedQueryNotFound',
  PERSISTED_QUERY_NOT_SUPPORTED: 'PersistedQueryNotSupported',
  PERSISTED_QUERY_HASH_MISMATCH: 'The hash is not that of the operation.',
  TIMED_OUT: 'The answer took too long. What was asked may happen nevertheless; ask again with the same key.',
} as const;

/** A code of a guard. */
export type RefusalCode = keyof typeof SENTENCES;

/** Which limit was passed: its name in the settings, what it allows, and how much was asked. */
export interface Passed extends Record<string, unknown> {
  limit?: string;
  allowed?: number;
  asked?: number;
}

/** A guard's refusal, as the client sees it. */
export function refusal(code: RefusalCode, passed: Passed = {}): CodedError {
  const { limit, allowed, asked } = passed;
  const figures = allowed === undefined ? '' : ` ${limit}: ${allowed} at the most, ${asked ?? 'more'} asked.`;
  return new CodedError(code, SENTENCES[code] + figures, passed);
}

/** The status by which HTTP says the same; undefined where GraphQL's own rules say it. */
export function statusOf(code: unknown): number | undefined {
  if (code === 'RATE_LIMITED') return 429;
  if (code === 'NOT_FROM_A_FORM') return 403;
  if (code === 'TIMED_OUT') return 504;
  // Clients of automatic persisted operations expect a plain answer, and then send the text.
  if (String(code).startsWith('PERSISTED_QUERY')) return 200;
  return typeof code === 'string' && code in SENTENCES ? 400 : undefined;
}
