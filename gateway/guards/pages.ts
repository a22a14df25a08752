import { type DocumentNode, type FieldNode, type OperationDefinitionNode, visit } from 'graphql';
import { refusal } from './refusal.ts';
import { numberOf, type ReadValue } from './values.ts';

/** The arguments that say how much of a list is wanted, wherever a graph says nothing else. */
export const PAGE_ARGUMENTS: readonly string[] = ['first', 'last', 'limit'];

/** Refuses operations that ask for longer pages than allowed. Throws PAGE_TOO_LARGE. */
export function assertPages(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  read: ReadValue,
  allowed: number,
): void {
  const look = {
    Field({ name: { value: field }, arguments: args = [] }: FieldNode) {
      for (const argument of args) {
        if (!PAGE_ARGUMENTS.includes(argument.name.value)) continue;
        const asked = numberOf(read(argument.value));
        if (asked !== undefined && asked > allowed)
          throw refusal('PAGE_TOO_LARGE', { limit: 'maxPage', allowed, asked, field });
      }
    },
  };
  visit(operation, look);
  for (const node of document.definitions) if (node.kind === 'FragmentDefinition') visit(node, look);
}
