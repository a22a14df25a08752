import { composeServices } from '@apollo/composition';
import { subgraphSdl } from '../kernel/sdl.ts';

/** A module's part of the graph. */
export interface SubgraphSource {
  name: string;
  schema: string;
}

/** The parts do not make one graph. */
export class CompositionError extends Error {}

/** Composes the modules' parts into one supergraph. Throws a CompositionError with every reason. */
export function compose(subgraphs: readonly SubgraphSource[]): string {
  const { supergraphSdl, errors } = composeServices(
    subgraphs.map(({ name, schema }) => ({ name, typeDefs: subgraphSdl(schema), url: `local:${name}` })),
  );
  if (errors?.length) throw new CompositionError(errors.map(({ message }) => message).join('\n'));
  return supergraphSdl as string;
}
