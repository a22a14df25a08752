import { GraphQLError } from 'graphql';
import type { Logger } from '../kernel/log.ts';
import { publicError } from '../kernel/public-error.ts';

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
