import { getOperationAST, parse } from 'graphql';
import { kernelError } from './errors.ts';
import type { Executor, GraphRequest } from './executor.ts';
import type { Module } from './module.ts';

/** What the product is called where it asks for itself. */
export const PRODUCT = 'product';

/** The scope by which a plug-in asks what changes something in a module. */
export const toChange = (module: string): string => `internal:${module}`;

/**
 * What a module lets its sisters ask, within the scopes of who asks: a plug-in needs the module's `readBy` to read, and
 * `internal:<module>` to change anything. The product's own modules may ask all of it. Others get FORBIDDEN.
 */
export function askedWithinScopes(
  executor: Executor,
  module: Pick<Module, 'name' | 'readBy'>,
  modules: () => readonly Module[],
): Executor {
  function lacking(request: GraphRequest): string | undefined {
    const { identity } = request;
    if (identity.kind !== 'service' || identity.name === module.name || identity.name === PRODUCT) return undefined;
    const asking = modules().find(({ name }) => name === identity.name);
    if (asking && asking.contract === undefined) return undefined;
    // Whoever is not known here was left out, and has no scopes.
    const needed = changes(request) ? toChange(module.name) : module.readBy;
    return needed !== undefined && !asking?.scopes?.includes(needed) ? needed : undefined;
  }

  return {
    ...executor,
    async execute(request) {
      const scope = lacking(request);
      if (scope === undefined) return executor.execute(request);
      const { message, extensions } = kernelError('FORBIDDEN', { scope });
      return { errors: [{ message, extensions }] };
    },
  };
}

/** Whether a request is a mutation; what cannot be read is for the executor to refuse. */
function changes({ query, operationName }: GraphRequest): boolean {
  try {
    return getOperationAST(parse(query, { noLocation: true }), operationName)?.operation === 'mutation';
  } catch {
    return false;
  }
}
