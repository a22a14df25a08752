import { type DocumentNode, type GraphQLSchema, Kind, type OperationDefinitionNode, visit } from 'graphql';
import { costOf } from './cost.ts';
import type { Guards } from './guards.ts';
import { assertPages, PAGE_ARGUMENTS } from './pages.ts';
import { refusal } from './refusal.ts';
import { valuesOf } from './values.ts';
import type { Weights } from './weights.ts';

/** What an operation is looked at with. */
export interface Priced {
  readonly schema: GraphQLSchema;
  readonly weights: Weights;
}

/** What an operation costs with these variables. Throws PAGE_TOO_LARGE and TOO_EXPENSIVE. */
export type Reckon = (
  graph: Priced,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
) => number;

/** How many costs of one operation are kept, by the variables that they depend on; the oldest goes first. */
const KEPT = 64;

interface Known {
  /** The variables that say how long a page is, or whether something is left out. */
  names: readonly string[];
  costs: Map<string, number>;
}

/** Reckons what operations cost, each once for the same lengths of its pages, as long as its document is kept. */
export function reckoner({ maxPage, maxCost }: Guards): Reckon {
  const graphs = new WeakMap<Weights, WeakMap<OperationDefinitionNode, Known>>();

  function known({ weights }: Priced, document: DocumentNode, operation: OperationDefinitionNode): Known {
    const operations = graphs.get(weights) ?? new WeakMap<OperationDefinitionNode, Known>();
    graphs.set(weights, operations);
    const found = operations.get(operation) ?? { names: decidingVariables(document, weights), costs: new Map() };
    operations.set(operation, found);
    return found;
  }

  return ({ schema, weights }, document, operation, variables) => {
    const { names, costs } = known({ schema, weights }, document, operation);
    const key = JSON.stringify(
      names.map((name) => keyOf(Object.hasOwn(variables, name) ? variables[name] : undefined)),
    );
    const found = costs.get(key);
    if (found !== undefined) return found;
    const read = valuesOf(operation, variables);
    assertPages(document, operation, read, maxPage);
    const cost = Math.ceil(costOf({ schema, weights, document, operation, read }));
    if (cost > maxCost) throw refusal('TOO_EXPENSIVE', { limit: 'maxCost', allowed: maxCost, asked: cost });
    costs.set(key, cost);
    const [oldest] = costs.keys();
    if (costs.size > KEPT && oldest !== undefined) costs.delete(oldest);
    return cost;
  };
}

/** Tells apart whatever is reckoned differently: one that is left out has its default, one that is null has none. */
function keyOf(value: unknown): string {
  return typeof value === 'object' ? 'object' : `${typeof value} ${String(value)}`;
}

function decidingVariables(document: DocumentNode, { sizes }: Weights): readonly string[] {
  const deciding = new Set([
    'if',
    ...PAGE_ARGUMENTS,
    ...[...sizes.values()].flatMap(({ slicingArguments }) => slicingArguments ?? []),
  ]);
  const names = new Set<string>();
  visit(document, {
    Argument({ name, value }) {
      if (value.kind === Kind.VARIABLE && deciding.has(name.value)) names.add(value.name.value);
    },
  });
  return [...names];
}
