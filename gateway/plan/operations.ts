import { randomInt } from 'node:crypto';
import type { QueryPlan } from '@apollo/query-planner';
import {
  type DocumentNode,
  executeSync,
  type GraphQLObjectType,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
} from 'graphql';
import { getVariableValues } from 'graphql/execution/values.js';
import { badInput, CodedError } from '../../kernel/errors.ts';
import type { Logger } from '../../kernel/log.ts';
import { wasDone } from '../../kernel/telemetry/trace.ts';
import type { GraphContext } from '../context.ts';
import { type CompiledPlan, compilePlan } from '../execute/compile.ts';
import type { Data } from '../execute/data.ts';
import { type Shape, shapeOf } from '../execute/shape.ts';
import type { GatewayFigures } from '../figures.ts';
import { type Fragments, fragmentsIn } from '../guards/fragments.ts';
import { type Granted, grantedTo, type Policies } from '../rights/caller.ts';
import type { Demand } from '../rights/demands.ts';
import { demandsOf, judge } from '../rights/judge.ts';
import { withDefaults } from './client-directives.ts';
import { keptPlans } from './kept-plans.ts';
import { conditionsOf, type FetchedNames, type SpecialOperation, specialise } from './specialise.ts';
import { spellOut } from './spell-out.ts';
import type { Graph } from './supergraph.ts';

/** An operation for one set of values of its conditions and of rights, planned and ready to run. */
export interface ReadyOperation extends CompiledPlan {
  readonly shape: Shape;
  readonly fetchedNames: FetchedNames;
  /** Joins what the gateway answers from its schema to an answer, in the order in which all was asked for. */
  withSchema(data: Data, variables: Variables): Data;
}

/** An operation as it is carried out for a caller, and its variables as they came. */
export interface Asked {
  operation: ReadyOperation;
  variables: Variables;
  /** Whether some of it was left out, since the caller may not have it. */
  refused: boolean;
}

type Variables = Readonly<Record<string, unknown>>;

/** Finds the plan of an operation. Throws BAD_INPUT for variables that do not fit, and for what cannot be answered. */
export type Operations = (
  document: DocumentNode,
  operationName: string | null | undefined,
  variables: Variables,
  context: GraphContext,
) => Promise<Asked>;

/** How many ways of one operation are kept by the values of its conditions, and of each by rights; the oldest goes first. */
const WAYS = 64;

/** How many selections a small operation may have when they are spelled out by types; a large one ten times its own. */
const SPELLED = 5_000;

/** How many faults of variables are told: a million of them take minutes to find the words for. */
const FAULTS = 5;
/** How many characters are told of each: it may repeat all that was sent. */
const FAULT = 500;

/** What is known of an operation of a document. */
interface Known {
  definition: OperationDefinitionNode;
  fragments: Fragments;
  conditions: readonly string[];
  ways: Map<string, Way>;
}

/** An operation for one set of values of its conditions. */
interface Way {
  definition: OperationDefinitionNode;
  special: SpecialOperation;
  overrides: Map<string, boolean>;
  /** What it demands of a caller. */
  demands: readonly Demand[];
  /** By what a caller fulfils: its plan, or why there is none. */
  ready: Map<string, ReadyOperation | CodedError>;
}

export interface OperationsOptions {
  graph: Graph;
  figures: GatewayFigures;
  policies?: Policies | undefined;
  log: Logger;
}

/** Plans operations, each once as long as its document and its plan are kept. */
export function operationsOf({ graph, figures, policies, log }: OperationsOptions): Operations {
  const documents = new WeakMap<DocumentNode, Map<string, Known>>();
  const keep = keptPlans();

  function known(document: DocumentNode, operationName: string | null | undefined): Known {
    const byName = documents.get(document) ?? new Map<string, Known>();
    documents.set(document, byName);
    const found = byName.get(operationName ?? '');
    if (found) return found;
    const definition = getOperationAST(document, operationName);
    if (!definition) throw badInput('operationName', 'names none of the operations');
    const fragments = fragmentsIn(document);
    const fresh = { definition, fragments, conditions: conditionsOf(definition, fragments), ways: new Map() };
    byName.set(operationName ?? '', fresh);
    return fresh;
  }

  return async (document, operationName, variables, context) => {
    const { definition, fragments, conditions, ways } = known(document, operationName);
    const definitions = definition.variableDefinitions ?? [];
    const { coerced, errors } = getVariableValues(graph.api, definitions, variables, { maxErrors: FAULTS });
    if (errors) throw new CodedError('BAD_INPUT', errors.map(({ message }) => message.slice(0, FAULT)).join('\n'));
    const overrides = new Map(graph.overrideLabels.map((label) => [label, isDrawn(label)]));
    const values = JSON.stringify([conditions.map((name) => coerced[name]), [...overrides.values()]]);
    const asked = ways.get(values) ?? wayOf({ definition, fragments, overrides }, coerced);
    const granted = await grantedTo(asked.demands, context, policies);
    const { key } = granted;
    const found = asked.ready.get(key);
    if (found) figures.planned();
    else await context.mayPlan?.(asked.special.size);
    // Meanwhile it may have been planned for somebody else.
    const way = ways.get(values) ?? asked;
    const operation = found ?? way.ready.get(key) ?? planned(way, granted);
    if (way.ready.get(key) !== operation) {
      kept(way.ready, key, operation);
      kept(ways, values, way);
      keep(way.special.size, () => {
        if (way.ready.get(key) === operation) way.ready.delete(key);
        if (way.ready.size === 0 && ways.get(values) === way) ways.delete(values);
      });
    }
    if (operation instanceof CodedError) throw operation;
    return { operation, variables, refused: key !== '' };
  };

  function wayOf(
    { definition, fragments, overrides }: Pick<Way, 'overrides'> & Pick<Known, 'definition' | 'fragments'>,
    coerced: Variables,
  ): Way {
    const special = specialise(definition, fragments, coerced, graph.fetchedNames);
    const demands = demandsOf(graph.api, graph.demands, special.planned);
    return { definition, special, overrides, demands, ready: new Map() };
  }

  /** Plans an operation. What cannot be planned is known as well, so that nobody tries it again and again. */
  function planned(way: Way, granted: Granted): ReadyOperation | CodedError {
    const begin = performance.now();
    try {
      return prepare(graph, way, granted, log);
    } catch (error) {
      if (error instanceof CodedError) return error;
      throw error;
    } finally {
      const milliseconds = performance.now() - begin;
      figures.planned(milliseconds / 1_000);
      wasDone('plan', { kind: 'internal', milliseconds });
    }
  }
}

/** Keeps what was made; the oldest goes when there are too many. */
function kept<T>(made: Map<string, T>, key: string, one: T): void {
  made.set(key, one);
  const [oldest] = made.keys();
  if (made.size > WAYS && oldest !== undefined) made.delete(oldest);
}

/** Whether a label of `@override` takes the new side this time: `percent(25)` in a quarter of all cases, others never. */
function isDrawn(label: string): boolean {
  const [, share] = /^percent\((\d+(?:\.\d+)?)\)$/.exec(label) ?? [];
  return share !== undefined && randomInt(1_000_000) < Number(share) * 10_000;
}

function prepare(
  { api, full, plan, required, fetchedNames, interfaceObjects, demands }: Graph,
  { definition, special: { planned, introspection, names, size }, overrides }: Way,
  { isFulfilled, refusal }: Granted,
  log: Logger,
): ReadyOperation {
  const { allowed, refused } = planned
    ? judge(api, demands, planned, isFulfilled)
    : { allowed: undefined, refused: undefined };
  const root = rootType(api, definition);
  const made = allowed && isFetched(allowed) ? buildPlan(allowed) : undefined;
  const compiled = compilePlan(made ?? { kind: 'QueryPlan' }, full, required);
  const shape = shapeOf(api, root, planned ? [planned.selectionSet] : [], (field) =>
    refused?.has(field) ? refusal : undefined,
  );
  if (definition.operation === 'subscription' && shape.fieldsOf(root)?.length !== 1)
    throw badInput('query', 'subscribes to one field');
  return {
    ...compiled,
    shape,
    fetchedNames,
    withSchema(data, variableValues) {
      if (!introspection) return data;
      const document = documentOf(introspection);
      const all: Data = { ...executeSync({ schema: api, document, variableValues }).data, ...data };
      return Object.fromEntries(names.map((name) => [name, all[name]]));
    },
  };

  function buildPlan(operation: OperationDefinitionNode): QueryPlan {
    const room = { selections: Math.max(SPELLED, 10 * size) };
    const selectionSet = spellOut(api, interfaceObjects, operation.selectionSet, root, room);
    const name = operation.name?.value;
    return plan(withDefaults(api, { ...operation, selectionSet }), overrides, (error) =>
      log.warn({ error, operation: name }, 'an operation cannot be planned'),
    );
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
