import {
  type DocumentNode,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Counted } from './figures.ts';
import { fragmentsIn } from './guards/fragments.ts';

const operations = new WeakMap<OperationDefinitionNode, Counted>();

/** How an operation that was validated is counted and named in traces. */
export function countedAs(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | null | undefined,
): Counted {
  const operation = getOperationAST(document, operationName);
  // Names that name nothing are not remembered: there is no end of them.
  if (!operation) return { type: '', name: '', field: '' };
  const counted = operations.get(operation) ?? read(schema, document, operation);
  operations.set(operation, counted);
  return counted;
}

function read(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode): Counted {
  const { operation: type, name, selectionSet } = operation;
  const first = firstField(selectionSet, document);
  return { type, name: name?.value ?? '', field: first ? `${schema.getRootType(type)?.name}.${first}` : '' };
}

function firstField({ selections }: SelectionSetNode, document: DocumentNode): string | undefined {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) return selection.name.value;
    const inner = selection.kind === Kind.FRAGMENT_SPREAD ? fragmentsIn(document).get(selection.name.value) : selection;
    const found = inner && firstField(inner.selectionSet, document);
    if (found) return found;
  }
  return undefined;
}
