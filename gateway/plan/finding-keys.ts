import { type DirectiveNode, type DocumentNode, Kind } from 'graphql';

/**
 * Puts the keys by which a subgraph finds an object before those that it only tells (`resolvable: false`). Where a field
 * requires others, the planner asks its subgraph again by the first key it meets, be that of the one sort or the other. A
 * document without such keys is answered as it is.
 */
export function findingKeysFirst(document: DocumentNode): DocumentNode {
  let isOrdered = true;
  const definitions = document.definitions.map((node) => {
    if (!('directives' in node) || !node.directives?.some(isOnlyTold)) return node;
    isOrdered = false;
    const told = node.directives.filter(isOnlyTold);
    return { ...node, directives: [...node.directives.filter((one) => !told.includes(one)), ...told] };
  });
  return isOrdered ? document : ({ ...document, definitions } as DocumentNode);
}

function isOnlyTold({ name, arguments: args = [] }: DirectiveNode): boolean {
  const resolvable = args.find((one) => one.name.value === 'resolvable')?.value;
  return name.value === 'join__type' && resolvable?.kind === Kind.BOOLEAN && !resolvable.value;
}
