import { type DocumentNode, Kind, type SelectionSetNode } from 'graphql';
import { refusal } from './refusal.ts';

/** How often the same name may be asked for at one place. */
const REPEATS = 50;
/** How many fragments an operation may have. */
const FRAGMENTS = 100;

/**
 * Refuses operations that ask for the same again and again, at one place or by very many fragments: validation compares
 * each with each other, which takes more time than anything else that so few words can do. Throws TOO_LARGE.
 */
export function assertFewRepeats({ definitions }: DocumentNode): void {
  const fragments = definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION).length;
  if (fragments > FRAGMENTS) throw refusal('TOO_LARGE', { limit: 'fragments', allowed: FRAGMENTS, asked: fragments });
  for (const node of definitions) if ('selectionSet' in node) look(node.selectionSet, new Map());
}

function look({ selections }: SelectionSetNode, counts: Map<string, number>): void {
  for (const selection of selections) {
    if (selection.kind === Kind.INLINE_FRAGMENT) look(selection.selectionSet, counts);
    else {
      const { value: name } = (selection.kind === Kind.FIELD && selection.alias) || selection.name;
      const key = selection.kind + name;
      const asked = (counts.get(key) ?? 0) + 1;
      if (asked > REPEATS) throw refusal('TOO_LARGE', { limit: 'repeats', allowed: REPEATS, asked, field: name });
      counts.set(key, asked);
      if (selection.kind === Kind.FIELD && selection.selectionSet) look(selection.selectionSet, new Map());
    }
  }
}
