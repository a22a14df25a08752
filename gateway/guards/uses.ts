import {
  type DocumentNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Use } from './budgets.ts';
import { fragmentsIn } from './fragments.ts';
import type { Guards } from './guards.ts';

/** An operation, and what it is reckoned to cost. */
interface Reckoned {
  schema: GraphQLSchema;
  document: DocumentNode;
  operation: OperationDefinitionNode;
  cost: number;
}

/** What an operation uses up: a request, its cost, and each field at its root as often as it stands there. */
export function usesOf(guards: Guards, { schema, document, operation, cost }: Reckoned): Use[] {
  const { requestsPerMinute, costPerMinute, fieldPerMinute, rateLimits } = guards;
  const root = schema.getRootType(operation.operation)?.name;
  const uses: Use[] = [
    { limit: 'requestsPerMinute', allowed: requestsPerMinute, asked: 1 },
    { limit: 'costPerMinute', allowed: costPerMinute, asked: cost },
  ];
  for (const [name, asked] of rootFields(document, operation)) {
    if (name.startsWith('__')) continue;
    const field = `${root}.${name}`;
    const rate = rateLimits.get(field);
    const limit = rate === undefined ? 'fieldPerMinute' : 'rateLimits';
    uses.push({ limit: `${limit} ${field}`, allowed: rate ?? fieldPerMinute, asked });
  }
  return uses;
}

/** The fields at the root, each with how often it stands there, under whatever aliases. */
export function rootFields(document: DocumentNode, operation: OperationDefinitionNode): ReadonlyMap<string, number> {
  const fragments = fragmentsIn(document);
  const entered = new Set<string>();
  const counts = new Map<string, number>();
  const look = ({ selections }: SelectionSetNode) => {
    for (const selection of selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT) look(selection.selectionSet);
      else if (selection.kind === Kind.FIELD)
        counts.set(selection.name.value, (counts.get(selection.name.value) ?? 0) + 1);
      else {
        const { value: name } = selection.name;
        const fragment = fragments.get(name);
        if (!fragment || entered.has(name)) continue;
        entered.add(name);
        look(fragment.selectionSet);
      }
    }
  };
  look(operation.selectionSet);
  return counts;
}
