import { GraphQLError } from 'graphql';

/** The errors without "Did you mean ...?", by which a schema that is not told could be guessed. */
export function withoutSuggestions(errors: readonly GraphQLError[]): GraphQLError[] {
  return errors.map((error) => {
    const message = error.message.replace(/ ?Did you mean [^?]*\?/g, '');
    if (message === error.message) return error;
    const { nodes, path, extensions } = error;
    return new GraphQLError(message, { nodes: nodes ?? null, path: path ?? null, extensions });
  });
}
