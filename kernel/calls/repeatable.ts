import type { DocumentNode } from 'graphql';
import { type FieldNode, getOperationAST, Kind, parse, valueFromASTUntyped } from 'graphql';
import type { GraphRequest } from '../executor.ts';
import { TextCache } from '../text-cache.ts';

/** How many characters of mutations are kept parsed. */
const REMEMBERED = 500_000;

/** Whether an operation may be sent again when nobody knows what has become of it. */
export type Repeatable = (request: Pick<GraphRequest, 'query' | 'operationName' | 'variables'>) => boolean;

/**
 * Reading may be repeated; a mutation when each of its fields may: because it has an idempotency key (`idempotencyKey`, as
 * an argument or in one), or because it is among `fields`, those that have one effect however often they are asked.
 */
export function repeatableBy(fields: ReadonlySet<string>): Repeatable {
  const documents = new TextCache<DocumentNode>(REMEMBERED);
  const documentOf = (query: string) => {
    const known = documents.get(query);
    if (known) return known;
    const document = parse(query, { noLocation: true });
    documents.set(query, document);
    return document;
  };
  return ({ query, operationName, variables = {} }) => {
    if (!query.includes('mutation')) return true;
    try {
      const operation = getOperationAST(documentOf(query), operationName);
      if (operation?.operation !== 'mutation') return operation != null;
      return operation.selectionSet.selections.every(
        (node) => node.kind === Kind.FIELD && (fields.has(node.name.value) || hasKey(node, variables)),
      );
    } catch {
      return false;
    }
  };
}

/** The mutations that an internal schema marks `@repeatable`: asked again for the same, they have one effect and answer the same. */
export function repeatableFields(internal: string | undefined): ReadonlySet<string> {
  if (!internal) return new Set();
  const fields = parse(internal).definitions.flatMap((node) =>
    node.kind === Kind.OBJECT_TYPE_DEFINITION && node.name.value === 'Mutation' ? (node.fields ?? []) : [],
  );
  const marked = fields.filter(({ directives = [] }) => directives.some(({ name }) => name.value === 'repeatable'));
  return new Set(marked.map(({ name }) => name.value));
}

const KEY = 'idempotencyKey';

function hasKey({ arguments: args = [] }: FieldNode, variables: Readonly<Record<string, unknown>>): boolean {
  return args.some(({ name, value: node }) => {
    const value: unknown = valueFromASTUntyped(node, variables);
    const key = name.value === KEY ? value : (value as Record<string, unknown> | null | undefined)?.[KEY];
    return typeof key === 'string' && key !== '';
  });
}
