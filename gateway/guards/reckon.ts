import {
  type DocumentNode,
  type GraphQLSchema,
  isInputObjectType,
  Kind,
  type OperationDefinitionNode,
  type TypeNode,
  type ValueNode,
  visit,
} from 'graphql';
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

/** What an operation costs with these variables. Throws PAGE_TOO_LARGE, LIST_SIZE_UNCLEAR and TOO_EXPENSIVE. */
export type Reckon = (
  graph: Priced,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
) => number;

/** How many costs of one operation are kept, by the variables that they depend on; the oldest goes first. */
const KEPT = 64;

interface Known {
  /** The variables that say how long a page is, whether something is left out, or what else it costs. */
  names: readonly string[];
  costs: Map<string, number>;
}

/** Reckons what operations cost, each once for the same lengths of its pages, as long as its document is kept. */
export function reckoner({ maxPage, maxCost }: Guards): Reckon {
  const graphs = new WeakMap<Weights, WeakMap<OperationDefinitionNode, Known>>();

  function known(graph: Priced, document: DocumentNode, operation: OperationDefinitionNode): Known {
    const operations = graphs.get(graph.weights) ?? new WeakMap<OperationDefinitionNode, Known>();
    graphs.set(graph.weights, operations);
    const found = operations.get(operation) ?? { names: decidingVariables(graph, document), costs: new Map() };
    operations.set(operation, found);
    return found;
  }

  return ({ schema, weights }, document, operation, variables) => {
    const { names, costs } = known({ schema, weights }, document, operation);
    const values = names.map((name) => (Object.hasOwn(variables, name) ? variables[name] : undefined));
    // What is sent in an object is looked at each time.
    const isKept = !values.some((value) => typeof value === 'object' && value !== null);
    const key = isKept ? JSON.stringify(values.map(keyOf)) : '';
    const found = costs.get(key);
    if (found !== undefined) return found;
    const read = valuesOf(operation, variables);
    assertPages(document, operation, read, maxPage);
    const cost = Math.ceil(costOf({ schema, weights, document, operation, read }));
    if (cost > maxCost) throw refusal('TOO_EXPENSIVE', { limit: 'maxCost', allowed: maxCost, asked: cost });
    if (isKept) costs.set(key, cost);
    const [oldest] = costs.keys();
    if (costs.size > KEPT && oldest !== undefined) costs.delete(oldest);
    return cost;
  };
}

/**
 * Tells apart whatever is reckoned differently: one that is left out has its default, one that is null has none, and of a
 * text, however long, it only counts that it is there.
 */
function keyOf(value: unknown): unknown {
  return value === undefined || typeof value === 'string' ? typeof value : value;
}

function decidingVariables({ schema, weights: { weights, sizes } }: Priced, document: DocumentNode): readonly string[] {
  const deciding = new Set(['if', ...PAGE_ARGUMENTS]);
  for (const { slicingArguments = [] } of sizes.values())
    for (const path of slicingArguments) for (const name of path.split('.')) deciding.add(name);
  for (const place of weights.keys()) for (const [, name = ''] of place.matchAll(/\((\w+):\)/g)) deciding.add(name);
  const names = new Set<string>();
  const inside = (value: ValueNode) => {
    visit(value, { Variable: ({ name }) => void names.add(name.value) });
    return false;
  };
  visit(document, {
    // Whatever stands in an object or list may be what its field is weighed by.
    ObjectValue: inside,
    ListValue: inside,
    Argument({ name, value }) {
      if (value.kind === Kind.VARIABLE && deciding.has(name.value)) names.add(value.name.value);
    },
    VariableDefinition({ variable, type }) {
      const sent = schema.getType(namedType(type));
      if (isInputObjectType(sent) || (sent && weights.has(sent.name))) names.add(variable.name.value);
    },
  });
  return [...names];
}

function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}
