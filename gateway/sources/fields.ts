import { Kind, parse, type SelectionSetNode } from 'graphql';
import { TextCache } from '../../kernel/text-cache.ts';

/** How many characters of operations' fields are kept. */
const known = new TextCache<readonly string[]>(1_000_000);

/** The names under which a subgraph's operation answers: its fields at the root, or those of the entities it reads. */
export function fieldsOf(query: string): readonly string[] {
  const kept = known.get(query);
  if (kept) return kept;
  const operation = parse(query, { noLocation: true }).definitions.find(
    (definition) => definition.kind === Kind.OPERATION_DEFINITION,
  );
  const roots = operation ? namesIn(operation.selectionSet) : new Map<string, SelectionSetNode | undefined>();
  const entities = roots.get('_entities');
  const fields = [...(entities ? namesIn(entities) : roots).keys()].filter((name) => name !== '__typename');
  known.set(query, fields);
  return fields;
}

/** The fields of a selection, also those inside of fragments, with what is selected of each. */
function namesIn({ selections }: SelectionSetNode): Map<string, SelectionSetNode | undefined> {
  const names = new Map<string, SelectionSetNode | undefined>();
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) names.set((selection.alias ?? selection.name).value, selection.selectionSet);
    else if (selection.kind === Kind.INLINE_FRAGMENT)
      for (const [name, inner] of namesIn(selection.selectionSet)) names.set(name, inner);
  }
  return names;
}
