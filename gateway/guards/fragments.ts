import { type DocumentNode, type FragmentDefinitionNode, Kind } from 'graphql';

/** A document's fragments by their names. */
export type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

/** The fragments of a document, also of one that nobody has validated yet. */
export function fragmentsIn({ definitions }: DocumentNode): Fragments {
  return new Map(
    definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [])),
  );
}

/**
 * Works out something of each fragment once, however often it is spread. What a fragment is within itself is `none`: such
 * a circle is refused by validation afterwards.
 */
export function onceAFragment<T>(
  fragments: Fragments,
  none: T,
  work: (fragment: FragmentDefinitionNode) => T,
): (name: string) => T {
  const known = new Map<string, T>();
  return (name) => {
    const found = known.get(name);
    if (found !== undefined) return found;
    const fragment = fragments.get(name);
    if (!fragment) return none;
    known.set(name, none);
    const value = work(fragment);
    known.set(name, value);
    return value;
  };
}
