import { type DocumentNode, Kind, type SelectionSetNode } from 'graphql';
import { fragmentsIn, onceAFragment } from './fragments.ts';
import { refusal } from './refusal.ts';

/** Refuses operations whose fields are nested deeper than allowed; the schema's own may be. Throws TOO_DEEP. */
export function assertDepth(document: DocumentNode, allowed: number): void {
  const ofFragment = onceAFragment(fragmentsIn(document), 0, ({ selectionSet }) => depthOf(selectionSet));
  const asked = Math.max(
    0,
    ...document.definitions.map((node) =>
      'selectionSet' in node && node.selectionSet ? depthOf(node.selectionSet) : 0,
    ),
  );
  if (asked > allowed) throw refusal('TOO_DEEP', { limit: 'maxDepth', allowed, asked });

  function depthOf({ selections }: SelectionSetNode): number {
    let deepest = 0;
    for (const selection of selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) deepest = Math.max(deepest, ofFragment(selection.name.value));
      else if (selection.kind === Kind.INLINE_FRAGMENT) deepest = Math.max(deepest, depthOf(selection.selectionSet));
      else if (!selection.name.value.startsWith('__'))
        deepest = Math.max(deepest, 1 + (selection.selectionSet ? depthOf(selection.selectionSet) : 0));
    }
    return deepest;
  }
}
