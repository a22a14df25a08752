import { DriverException, ValidationError } from '@mikro-orm/core';

/** An error as it stands in the log. */
export interface PlainError {
  type: string;
  message: string;
  code?: string | number;
  stack?: string;
  cause?: PlainError;
}

/** How far causes are followed. */
const DEEPEST = 5;

/** What may be said of an error: one of a database quotes the values of its statement, which are people's. */
export function plainMessage(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  if (!quotesValues(error)) return error.message;
  return [error.name, codeOf(error), constraintIn(error.message)].filter((part) => part !== undefined).join(' ');
}

/** An error for the log: what it is, where it happened and what caused it, without what it quotes. */
export function plainError(error: unknown, depth = 0): PlainError {
  if (!(error instanceof Error)) return { type: typeof error, message: plainMessage(error) };
  const { name, stack = '', cause } = error;
  const code = codeOf(error);
  const at = stack.indexOf('\n    at ');
  return {
    type: name,
    message: plainMessage(error),
    ...(code !== undefined && { code }),
    ...(at >= 0 && { stack: stack.slice(at + 1) }),
    ...(cause instanceof Error && depth < DEEPEST && { cause: plainError(cause, depth + 1) }),
  };
}

function quotesValues(error: Error): boolean {
  // What cannot be parsed is quoted too.
  const quoting = [DriverException, ValidationError, SyntaxError];
  return quoting.some((kind) => error instanceof kind) || 'sqlMessage' in error;
}

/** The constraint that a statement broke, as MySQL and SQLite name it at the end of their messages. */
function constraintIn(message: string): string | undefined {
  return /(?:for key '|constraint failed: )([\w., ]+)'?$/.exec(message)?.[1];
}

function codeOf(error: Error): string | number | undefined {
  const { code, errno } = error as { code?: unknown; errno?: unknown };
  const found = code ?? errno;
  return typeof found === 'string' || typeof found === 'number' ? found : undefined;
}
