import { type DocumentNode, type GraphQLSchema, getOperationAST, type OperationDefinitionNode } from 'graphql';
import { type Counted, unread } from './figures.ts';
import { rootFields } from './guards/uses.ts';

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
  const { operation: type, name } = operation;
  const [first] = rootFields(document, operation).keys();
  const field = `${schema.getRootType(type)?.name}.${first}`;
  return { type, name: name?.value.slice(0, LONGEST_NAME) ?? '', field };
}
