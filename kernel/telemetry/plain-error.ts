import { DriverException, ValidationError } from '@mikro-orm/core';
import { GraphQLError } from 'graphql';

/** An error as it stands in the log. */
export interface PlainError {
  type: string;
  message: string;
  code?: string | number;
  stack?: string;
  cause?: PlainError;
}

/** The code of what is wrong with an input: of a value that GraphQL itself refuses, too. */
const BAD_INPUT = 'BAD_INPUT';

/** How far causes are followed. */
const DEEPEST = 5;

/** What may be said of an error: one of a database, or of an input, quotes what it was given, which is people's. */
export function plainMessage(error: unknown): string {
  if (!(error instanceof Error)) return `${error === null ? 'null' : typeof error} was thrown, which is no Error`;
  if (!quotesValues(error)) return error.message;
  return [error.name, codeOf(error), constraintIn(error.message)].filter((part) => part !== undefined).join(' ');
}

/** An error for the log: what it is, where it happened and what caused it, without what it quotes. */
export function plainError(error: unknown, depth = 0): PlainError {
  if (!(error instanceof Error)) return { type: typeof error, message: plainMessage(error) };
  const { name, cause } = error;
  const code = codeOf(error);
  const stack = placesIn(error);
  return {
    type: name,
    message: plainMessage(error),
    ...(code !== undefined && { code }),
    ...(stack && { stack }),
    ...(cause instanceof Error && depth < DEEPEST && { cause: plainError(cause, depth + 1) }),
  };
}

/** The places of an error's stack: what it says stands before them, in many lines, and may look like places too. */
function placesIn({ stack = '', message }: Error): string {
  const said = stack.indexOf(message);
  const lines = stack.slice(said < 0 ? 0 : said + message.length).split('\n');
  const first = lines.findIndex(isPlace);
  const past = lines.findIndex((line, index) => index > first && !isPlace(line));
  return first < 0 ? '' : lines.slice(first, past < 0 ? undefined : past).join('\n');
}

const isPlace = (line: string) => /^ {4}at .*(:\d+:\d+|<anonymous>|native)\)?$/.test(line);

function quotesValues(error: Error): boolean {
  if (error instanceof GraphQLError) return (error.extensions['code'] ?? BAD_INPUT) === BAD_INPUT;
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
  const found = code ?? errno ?? (error instanceof GraphQLError ? error.extensions['code'] : undefined);
  return typeof found === 'string' || typeof found === 'number' ? found : undefined;
}
