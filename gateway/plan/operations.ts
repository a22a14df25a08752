import { randomInt } from 'node:crypto';
import { operationFromDocument } from '@apollo/federation-internals';
import type { QueryPlan } from '@apollo/query-planner';
import {
  type DocumentNode,
  type ExecutionResult,
  executeSync,
  type GraphQLObjectType,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
} from 'graphql';
import { getVariableValues } from 'graphql/execution/values.js';
import { badInput, CodedError } from '../../kernel/errors.ts';
import { type CompiledPlan, compilePlan } from '../execute/compile.ts';
import { type Shape, shapeOf } from '../execute/shape.ts';
import { conditionsOf, type Fragments, fragmentsOf, specialise } from './specialise.ts';
import { spellOut } from './spell-out.ts';
import type { Graph } from './supergraph.ts';

/** An operation for one set of values of its conditions, planned and ready to run. */
export interface ReadyOperation extends CompiledPlan {
  readonly shape: Shape;
  /** What the gateway answers from its schema. */
  introspect(variables: Variables): ExecutionResult['data'];
}

/** What an operation is asked with: its variables as they came, and with their defaults. */
export interface Asked {
  operation: ReadyOperation;
  variables: Variables;
}

type Variables = Readonly<Record<string, unknown>>;

/** Finds the plan of an operation. Throws BAD_INPUT for variables that do not fit, and for what cannot be answered. */
export type Operations = (
  document: DocumentNode,
  operationName: string | null | undefined,
  variables: Variables,
) => Asked;

/** How many ways of one operation are kept, by the values of its conditions; the oldest goes first. */
const WAYS = 64;

/** What is known of an operation of a document. */
interface Known {
  definition: OperationDefinitionNode;
  fragments: Fragments;
  conditions: readonly string[];
  ways: Map<string, ReadyOperation>;
}

/** Plans operations, each once as long as its document is kept. */
export function operationsOf(graph: Graph): Operations {
  const documents = new WeakMap<DocumentNode, Map<string, Known>>();

  function known(document: DocumentNode, operationName: string | null | undefined): Known {
    const byName = documents.get(document) ?? new Map<string, Known>();
    documents.set(document, byName);
    const found = byName.get(operationName ?? '');
    if (found) return found;
    const definition = getOperationAST(document, operationName);
    if (!definition) throw badInput('operationName', 'names none of the operations');
    const fragments = fragmentsOf(document);
    const fresh = { definition, fragments, conditions: conditionsOf(definition, fragments), ways: new Map() };
    byName.set(operationName ?? '', fresh);
    return fresh;
  }

  return (document, operationName, variables) => {
    const { definition, fragments, conditions, ways } = known(document, operationName);
    const { coerced, errors } = getVariableValues(graph.api, definition.variableDefinitions ?? [], variables);
    if (errors) throw new CodedError('BAD_INPUT', errors.map(({ message }) => message).join('\n'));
    const overrides = new Map(graph.overrideLabels.map((label) => [label, isDrawn(label)]));
    const way = JSON.stringify([conditions.map((name) => coerced[name]), [...overrides.values()]]);
    const found = ways.get(way);
    if (found) return { operation: found, variables };
    const operation = prepare(graph, definition, fragments, coerced, overrides);
    ways.set(way, operation);
    const [oldest] = ways.keys();
    if (ways.size > WAYS && oldest !== undefined) ways.delete(oldest);
    return { operation, variables };
  };
}

/** Whether a label of `@override` takes the new side this time: `percent(25)` in a quarter of all cases, others never. */
function isDrawn(label: string): boolean {
  const [, share] = /^percent\((\d+(?:\.\d+)?)\)$/.exec(label) ?? [];
  return share !== undefined && randomInt(1_000_000) < Number(share) * 10_000;
}

function prepare(
  { api, full, supergraph, planner, fetchedNames, interfaceObjects }: Graph,
  definition: OperationDefinitionNode,
  fragments: Fragments,
  conditions: Variables,
  overrideConditions: Map<string, boolean>,
): ReadyOperation {
  const { planned, introspection } = specialise(definition, fragments, conditions, fetchedNames);
  const root = rootType(api, definition);
  const plan = planned && isFetched(planned) ? buildPlan(planned) : undefined;
  const compiled = compilePlan(plan ?? { kind: 'QueryPlan' }, full);
  return {
    ...compiled,
    shape: shapeOf(api, root, planned ? [planned.selectionSet] : []),
    introspect: (variables) =>
      introspection &&
      executeSync({ schema: api, document: documentOf(introspection), variableValues: variables }).data,
  };

  function buildPlan(operation: OperationDefinitionNode): QueryPlan {
    const selectionSet = spellOut(api, interfaceObjects, operation.selectionSet, root);
    const parsed = operationFromDocument(supergraph.apiSchema(), documentOf({ ...operation, selectionSet }));
    const made = planner.buildQueryPlan(parsed, { overrideConditions });
    // Nothing to fetch for fields that were asked for: the supergraph has no way to them.
    if (!made.node) throw new CodedError('NOT_AVAILABLE', 'No subgraph can answer this operation.');
    return made;
  }
}

function documentOf(definition: OperationDefinitionNode): DocumentNode {
  return { kind: Kind.DOCUMENT, definitions: [definition] };
}

function rootType(schema: Graph['api'], { operation }: OperationDefinitionNode): GraphQLObjectType {
  const type = schema.getRootType(operation);
  if (!type) throw badInput('query', `there is no ${operation} in this graph`);
  return type;
}

/** Whether a subgraph has to be asked: not for the name of the root's type. */
function isFetched({ selectionSet }: Pick<OperationDefinitionNode, 'selectionSet'>): boolean {
  return selectionSet.selections.some((selection) =>
    selection.kind === Kind.FIELD
      ? selection.name.value !== '__typename'
      : selection.kind === Kind.INLINE_FRAGMENT && isFetched(selection),
  );
}
