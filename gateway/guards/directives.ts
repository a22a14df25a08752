import { type DocumentNode, visit } from 'graphql';
import { refusal } from './refusal.ts';

/** How many times as many directives may be in a whole operation as at one place of it. */
const IN_ALL = 10;

/** Refuses operations with more directives than allowed, at one place or in all. Throws TOO_MANY_DIRECTIVES. */
export function assertDirectives(document: DocumentNode, allowed: number): void {
  let asked = 0;
  visit(document, {
    enter(node) {
      const count = 'directives' in node ? (node.directives?.length ?? 0) : 0;
      asked += count;
      if (count > allowed) throw refusal('TOO_MANY_DIRECTIVES', { limit: 'maxDirectives', allowed, asked: count });
    },
  });
  const inAll = allowed * IN_ALL;
  if (asked > inAll) throw refusal('TOO_MANY_DIRECTIVES', { limit: 'maxDirectives in all', allowed: inAll, asked });
}
