import {
  type DocumentNode,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { type Counted, unread } from './figures.ts';
import { fragmentsIn } from './guards/fragments.ts';

/** How much of a name is kept that a client chose, in characters. */
const LONGEST_NAME = 100;

const known = new WeakMap<OperationDefinitionNode, Counted>();

/** How an operation that was validated is counted and named in traces. */
export function countedAs(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | null | undefined,
): Counted {
  const operation = getOperationAST(document, operationName);
  // Names that name nothing are not remembered: there is no end of them.
  if (!operation) return unread;
  const counted = known.get(operation) ?? read(schema, document, operation);
  known.set(operation, counted);
  return counted;
}

function read(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode): Counted {
  const { operation: type, name, selectionSet } = operation;
  const field = `${schema.getRootType(type)?.name}.${firstField(selectionSet, document)}`;
  return { type, name: name?.value.slice(0, LONGEST_NAME) ?? '', field };
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
