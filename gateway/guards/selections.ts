import { type DocumentNode, Kind, type SelectionSetNode } from 'graphql';
import { fragmentsIn, onceAFragment } from './fragments.ts';
import { refusal } from './refusal.ts';

/**
 * Refuses operations that select more than allowed when their fragments are put in place, which is not done for it: few
 * words can mean very much. Throws TOO_LARGE.
 */
export function assertSelections(document: DocumentNode, allowed: number): void {
  const ofFragment = onceAFragment(fragmentsIn(document), 0, ({ selectionSet }) => countOf(selectionSet));
  let asked = 0;
  for (const node of document.definitions)
    if (node.kind === Kind.OPERATION_DEFINITION) asked += countOf(node.selectionSet);
  if (asked > allowed) throw refusal('TOO_LARGE', { limit: 'maxSelections', allowed, asked });

  function countOf({ selections }: SelectionSetNode): number {
    let count = selections.length;
    for (const selection of selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) count += ofFragment(selection.name.value);
      else if (selection.selectionSet) count += countOf(selection.selectionSet);
    }
    // So many that it no longer matters how many.
    return Math.min(count, Number.MAX_SAFE_INTEGER);
  }
}
