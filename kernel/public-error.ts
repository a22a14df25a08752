import { randomUUID } from 'node:crypto';
import { GraphQLError, Kind } from 'graphql';
import { isUnreachable } from './database/failures.ts';
import { CodedError, kernelError } from './errors.ts';
import type { Logger } from './log.ts';

/**
 * An error as a client may see it. Coded errors and faults of the request itself are shown, always with a code; a
 * database that cannot be reached is UNAVAILABLE, and every other is hidden behind a reference to the log.
 */
export function publicError(error: unknown, log: Logger): GraphQLError {
  if (!isGraphQLError(error)) return hidden(error, log);
  const { originalError: cause, path } = error;
  const shown = cause instanceof CodedError ? cause : error;
  if (shown.extensions['code']) return shown === error ? error : at(path, shown.message, shown.extensions);
  if (cause && (!isGraphQLError(cause) || isOfResult(path, cause))) return hidden(cause, log, error);
  return at(path, error.message, { ...error.extensions, code: 'BAD_INPUT' });
}

/** The same as the answer to a request that is no operation: a status and JSON. */
export function errorResponse(error: unknown, log: Logger): Response {
  const { message, extensions } = publicError(error, log);
  const status =
    { UNAUTHENTICATED: 401, FORBIDDEN: 403, UNAVAILABLE: 503, INTERNAL: 500 }[String(extensions['code'])] ?? 400;
  return Response.json({ errors: [{ message, extensions }] }, { status });
}

/**
 * Whether an error is about what a resolver has answered, which it quotes: of a request that is carried out, what is wrong
 * with an argument points at its value.
 */
function isOfResult(path: GraphQLError['path'], { nodes = [] }: GraphQLError): boolean {
  return path !== undefined && nodes.every(({ kind }) => kind === Kind.FIELD);
}

/** Whether something that the answer needs was out of reach, which says nothing about what was asked. */
export function isAway(error: unknown): boolean {
  return error instanceof CodedError ? error.code === 'UNAVAILABLE' : isUnreachable(error);
}

function hidden(error: unknown, log: Logger, { path, nodes }: Partial<GraphQLError> = {}): GraphQLError {
  // The field by the schema's name for it: the path has the names that the client has given.
  const field = nodes?.flatMap((node) => (node.kind === Kind.FIELD ? node.name.value : []))[0];
  if (isUnreachable(error)) {
    log.warn({ error, field }, 'a database cannot be reached');
    const { message, extensions } = kernelError('UNAVAILABLE');
    return at(path, message, extensions);
  }
  const reference = randomUUID();
  log.error({ error, field, reference }, 'an unexpected fault');
  return at(path, `Something went wrong on our side; reference ${reference}.`, { code: 'INTERNAL', reference });
}

function at(path: GraphQLError['path'], message: string, extensions: Record<string, unknown>): GraphQLError {
  return new GraphQLError(message, { ...(path && { path }), extensions });
}

/** By its name, since a server's libraries may bring a class of their own. */
function isGraphQLError(error: unknown): error is GraphQLError {
  return error instanceof Error && error.name === 'GraphQLError';
}
