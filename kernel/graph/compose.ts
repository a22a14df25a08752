import { buildSchema, isInputObjectType } from 'graphql';
import { digest } from '../crypto.ts';
import { sharedSdl, subgraphSdl } from '../sdl.ts';

/** A module, and its part of the graph if it has one. */
export interface SubgraphSource {
  readonly name: string;
  readonly schema?: string;
}

/** The parts do not make one graph. */
class CompositionError extends Error {}

/** Reads what was composed as a gateway will: defaults of inputs that go in a circle, for one, have no end. */
function assertReadable(supergraph: string): void {
  try {
    const types = buildSchema(supergraph, { assumeValid: true }).getTypeMap();
    for (const type of Object.values(types)) if (isInputObjectType(type)) type.getFields();
  } catch (error) {
    throw new CompositionError(`The graph cannot be read: ${(error as Error).message}`);
  }
}

/**
 * Composes the modules' parts into one supergraph. `known` is one that was composed before: it is taken as it is when its
 * first line says that it was made of these very parts, which saves a start half a second. Throws a CompositionError with
 * every reason.
 */
export async function compose(modules: readonly SubgraphSource[], known = ''): Promise<string> {
  const subgraphs = modules.flatMap(({ name, schema }) => (schema ? [{ name, schema }] : []));
  const mark = `# Composed of ${digest(JSON.stringify([sharedSdl, subgraphs.map(({ name, schema }) => [name, schema])]))}\n`;
  if (known.startsWith(mark)) return known;
  const { composeServices } = await import('@apollo/composition');
  const { supergraphSdl, errors } = composeServices(
    subgraphs.map(({ name, schema }) => ({ name, typeDefs: subgraphSdl(schema), url: `local:${name}` })),
  );
  if (errors?.length) throw new CompositionError(errors.map(({ message }) => message).join('\n'));
  assertReadable(supergraphSdl ?? '');
  return `${mark}${supergraphSdl}`;
}
