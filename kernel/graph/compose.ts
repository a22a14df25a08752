import {
  astFromValue,
  buildSchema,
  type GraphQLArgument,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
} from 'graphql';
import { digest } from '../crypto.ts';
import { sharedSdl, subgraphSdl } from '../sdl.ts';

/** A module, and its part of the graph if it has one. */
export interface SubgraphSource {
  readonly name: string;
  readonly schema?: string;
}

/** The parts do not make one graph. */
class CompositionError extends Error {}

/**
 * Reads what was composed as a gateway will, and whoever asks for its schema: defaults of inputs that go in a circle, for
 * one, have no end, and an object as the default of a scalar cannot be told.
 */
function assertReadable(supergraph: string): void {
  try {
    const types = buildSchema(supergraph, { assumeValid: true }).getTypeMap();
    for (const type of Object.values(types)) {
      if (isInputObjectType(type)) assertTold(type.name, Object.values(type.getFields()));
      else if (isObjectType(type) || isInterfaceType(type))
        for (const { name, args } of Object.values(type.getFields())) assertTold(`${type.name}.${name}`, args);
    }
  } catch (error) {
    throw new CompositionError(`The graph cannot be read: ${(error as Error).message}`);
  }
}

/** Throws where a default can be read and not be written. */
function assertTold(place: string, values: readonly Pick<GraphQLArgument, 'name' | 'type' | 'defaultValue'>[]): void {
  for (const { name, type, defaultValue } of values) {
    try {
      astFromValue(defaultValue, type);
    } catch {
      throw new Error(`the default of ${name} of ${place} is nothing that ${type} can be told as`);
    }
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
