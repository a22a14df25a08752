import type { GraphRequest } from '../../kernel/executor.ts';

/** The client's headers that a subgraph is to have, of those that the client came with. */
export function forwarded(names: readonly string[], headers: GraphRequest['headers']): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = headers?.get(name);
      return value ? [[name, value]] : [];
    }),
  );
}
