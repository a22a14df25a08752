import { GraphQLError } from 'graphql';

/** An error of a result as clients see it: with a code, and without the name of the subgraph it came from. */
export function clean(error: GraphQLError): GraphQLError {
  const { serviceName: _, ...extensions } = error.extensions;
  return new GraphQLError(error.message, {
    ...(error.nodes && { nodes: error.nodes }),
    ...(error.path && { path: error.path }),
    extensions: { code: 'BAD_INPUT', ...extensions },
  });
}
