import { GraphQLError } from 'graphql';
import { CodedError } from '../kernel/errors.ts';
import type { Logger } from '../kernel/log.ts';

/** What a client may read of an error: coded ones and faults of the request as they are; others are logged and hidden. */
export function publicError(error: unknown, log: Logger): GraphQLError {
  if (error instanceof Error && error.name === 'GraphQLError') {
    const { originalError, extensions } = error as GraphQLError;
    if (!originalError || originalError.name === 'GraphQLError' || extensions['code'])
      return clean(error as GraphQLError);
  }
  log.error({ error }, 'an unexpected fault');
  return new CodedError('INTERNAL', 'Something went wrong on our side.');
}

/** An error of a result as clients see it: with a code, and without the name of the subgraph it came from. */
export function clean(error: GraphQLError): GraphQLError {
  const { serviceName: _, ...extensions } = error.extensions;
  return new GraphQLError(error.message, {
    ...(error.nodes && { nodes: error.nodes }),
    ...(error.path && { path: error.path }),
    extensions: { code: 'BAD_INPUT', ...extensions },
  });
}

/** The same for a route, whose answer is a status and JSON. */
export function errorResponse(error: unknown, log: Logger): Response {
  const { message, extensions } = publicError(error, log);
  const status = { UNAUTHENTICATED: 401, FORBIDDEN: 403, INTERNAL: 500 }[String(extensions['code'])] ?? 400;
  return Response.json({ errors: [{ message, extensions }] }, { status });
}
