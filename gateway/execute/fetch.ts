import type { FetchNode } from '@apollo/query-planner';
import {
  type GraphQLFormattedError,
  type GraphQLSchema,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  parse,
} from 'graphql';
import type { GraphRequest, GraphResult } from '../../kernel/executor.ts';
import type { Required } from '../plan/required-calls.ts';
import { readAnswer, unavailable } from './answer.ts';
import { type Data, gather, gatherPaths, isData, merge, type Path } from './data.ts';
import { compileRepresentation, Misfit, type Represent } from './representation.ts';
import { compileRewrites, renamedPath } from './rewrites.ts';
import { inParallel, type Run, type Step } from './run.ts';

/**
 * Prepares a fetch at a place of a plan: of fields at the root, or of entities that are known by their keys. `spare` is what
 * is fetched of those entities of which too little is known for all of it.
 */
export function compileFetch(
  fetch: FetchNode,
  path: readonly string[],
  schema: GraphQLSchema,
  calls: Calls,
  { spare }: { spare?: FetchNode | undefined } = {},
): Step {
  const call = compileCall(fetch);
  if (!fetch.requires) return compileRootFetch(fetch, path, schema, call);
  const represent = representationOf(fetch, schema, calls);
  if (!spare) return compileEntityFetch(fetch, path, schema, call, represent);
  const left = new WeakSet<Data>();
  const first: Represent = (entity) => {
    const representation = represent(entity);
    if (representation === undefined) left.add(entity);
    return representation;
  };
  const representLess = representationOf(spare, schema, calls);
  const second: Represent = (entity) => (left.has(entity) ? representLess(entity) : undefined);
  return inParallel([
    compileEntityFetch(fetch, path, schema, call, first),
    compileEntityFetch(spare, path, schema, compileCall(spare), second),
  ]);
}

function representationOf({ requires = [], inputRewrites }: FetchNode, schema: GraphQLSchema, calls: Calls): Represent {
  const rewrite = compileRewrites(schema, inputRewrites);
  const take = compileRepresentation(schema, requires, calls);
  return (entity) => {
    const representation = take(entity);
    if (representation) rewrite(representation);
    return representation;
  };
}

type Calls = Required['calls'];

const MISFIT = { code: 'NOT_AVAILABLE' };

type Call = (run: Run, representations?: readonly Data[]) => Promise<GraphResult>;

/** Asks the subgraph. A subgraph that cannot be asked at all is an answer with an error. */
function compileCall({ serviceName, operation: query, operationName, variableUsages = [] }: FetchNode): Call {
  return async ({ variables: given, context, executors }, representations) => {
    const variables: Record<string, unknown> = {};
    for (const name of variableUsages) if (given[name] !== undefined) variables[name] = given[name];
    if (representations) variables['representations'] = representations;
    const { identity, signal, event, headers } = context;
    const request: GraphRequest = { query, operationName, variables, identity, signal, event, headers };
    try {
      return readAnswer(await executors.get(serviceName)?.execute(request));
    } catch {
      return readAnswer(undefined);
    }
  };
}

function compileRootFetch(fetch: FetchNode, path: readonly string[], schema: GraphQLSchema, call: Call): Step {
  const rewrite = compileRewrites(schema, fetch.outputRewrites);
  const fields = fieldsOf(fetch);
  const asked = new Set([...fields, '__typename']);
  const isRoot = path.length === 0;
  return (run) => {
    const targets = isRoot ? [run.root] : gather(run.root, path);
    if (targets.length === 0) return undefined;
    return call(run).then(({ data, errors }) => {
      const places = (): readonly Path[] => (isRoot ? [[]] : gatherPaths(run.root, path));
      for (const error of placed(errors, data, isNamed, () => fields.map((field) => [field]))) {
        const inner = error.path && renamedPath(error.path, fetch.outputRewrites);
        for (const place of places()) run.failures.push({ error, path: inner && [...place, ...inner] });
      }
      if (!isData(data)) return;
      keepOnly(data, asked);
      rewrite(data);
      for (const target of targets) merge(target, data, targets.length > 1);
    });
  };
}

/** Entities that are alike are asked for once; what comes back, also an error, belongs to each place that one stands at. */
function compileEntityFetch(
  fetch: FetchNode,
  path: readonly string[],
  schema: GraphQLSchema,
  call: Call,
  represent: Represent,
): Step {
  const rewrite = compileRewrites(schema, fetch.outputRewrites);
  const fields = fieldsOf(fetch);
  const asked = new Set([...fields, '__typename']);
  return (run) => {
    const entities = gather(run.root, path);
    const { representations, owners, lost, misfits, joined } = distinct(entities, represent);
    for (const entity of lost) run.unknown.add(entity);
    const misplaced = misfits.size > 0 ? gatherPaths(run.root, path) : [];
    for (const [place, { message }] of misfits)
      for (const field of fields)
        run.failures.push({ error: { message, extensions: MISFIT }, path: [...(misplaced[place] ?? []), field] });
    if (joined > 0) run.figures.joined('entity', joined);
    if (representations.length === 0) return undefined;
    return call(run, representations).then((result) => {
      let paths: readonly Path[] | undefined;
      const { data, errors } = checked(result, representations.length);
      const failing = new Set<number>();
      const isEntity = ([, index]: Path) => typeof index === 'number' && owners[index] !== undefined;
      for (const error of placed(errors, data, isEntity, () => everywhere(representations.length, fields))) {
        const [, index, ...rest] = error.path ?? [];
        paths ??= gatherPaths(run.root, path);
        const inner = renamedPath(rest, fetch.outputRewrites);
        const places = typeof index === 'number' ? owners[index] : undefined;
        if (!places) run.failures.push({ error, path: undefined });
        else for (const place of places) run.failures.push({ error, path: [...(paths[place] ?? []), ...inner] });
        failing.add(Number(index));
      }
      for (const [index, found] of ((data?.['_entities'] as unknown[]) ?? []).entries()) {
        const places = owners[index] ?? [];
        if (found === null && !failing.has(index)) for (const place of places) run.unknown.add(entities[place] as Data);
        if (!isData(found)) continue;
        keepOnly(found, asked);
        // Rewrites look at it; some subgraphs do not say it.
        found['__typename'] ??= entities[places[0] ?? 0]?.['__typename'];
        rewrite(found);
        for (const place of places) {
          const entity = entities[place] as Data;
          const { __typename: known } = entity;
          merge(entity, found, places.length > 1);
          // A subgraph that knows an interface as an object says that one's name.
          if (isObjectType(schema.getType(String(known)))) entity['__typename'] = known;
        }
      }
    });
  };
}

/**
 * The representations that differ, at which places the entities of each stand, the entities that nobody could find, at
 * which places are those that nobody can be told of, and how many need not be asked for, since another is alike.
 */
function distinct(entities: readonly Data[], represent: Represent) {
  const indexes = new Map<string, number>();
  const representations: Data[] = [];
  const owners: number[][] = [];
  const lost: Data[] = [];
  const misfits = new Map<number, Misfit>();
  const representationAt = (entity: Data, place: number) => {
    try {
      return represent(entity);
    } catch (error) {
      if (!(error instanceof Misfit)) throw error;
      misfits.set(place, error);
      return undefined;
    }
  };
  let joined = 0;
  for (const [place, entity] of entities.entries()) {
    const representation = representationAt(entity, place);
    if (representation === null) lost.push(entity);
    if (!representation) continue;
    const text = JSON.stringify(representation);
    const index = indexes.get(text) ?? representations.push(representation) - 1;
    indexes.set(text, index);
    const places = owners[index];
    if (places) {
      places.push(place);
      joined += 1;
    } else owners[index] = [place];
  }
  return { representations, owners, lost, misfits, joined };
}

/** Takes off what a subgraph was not asked for: it could stand in the place of what another has to say. */
function keepOnly(data: Data, asked: ReadonlySet<string>): void {
  for (const name in data) if (!asked.has(name)) delete data[name];
}

/** An answer with as many entities, or gaps, as were asked for, or an error: any other would be given to the wrong ones. */
function checked({ data, errors = [] }: GraphResult, length: number): GraphResult {
  const found = data?.['_entities'];
  const isWhole = Array.isArray(found) && found.length === length && found.every((one) => one === null || isData(one));
  if (!data || isWhole) return { data, errors };
  return { data: null, errors: errors.length > 0 ? errors : [unavailable()] };
}

/**
 * The errors of an answer with their places. An answer without data says why, but often not of what: each field that was
 * asked for gets such an error, so that whoever asked sees which parts of the whole are missing.
 */
function placed(
  errors: GraphResult['errors'] = [],
  data: GraphResult['data'],
  isPlace: (path: Path) => boolean,
  everyPlace: () => readonly Path[],
): readonly GraphQLFormattedError[] {
  return errors.flatMap((error) => {
    if (error.path && isPlace(error.path)) return error;
    if (data) return { message: error.message, ...(error.extensions && { extensions: error.extensions }) };
    return everyPlace().map((path) => ({ ...error, path: [...path] }));
  });
}

const isNamed = (path: Path) => path.length > 0;

function everywhere(count: number, fields: readonly string[]): Path[] {
  return Array.from({ length: count }, (_, index) => fields.map((field) => ['_entities', index, field])).flat();
}

/** The names under which a fetch answers: its fields at the root, or those of the entities it reads. */
function fieldsOf({ operation }: FetchNode): readonly string[] {
  const definition = parse(operation, { noLocation: true }).definitions[0] as OperationDefinitionNode;
  const roots = namesIn(definition.selectionSet);
  const entities = roots.get('_entities');
  return [...(entities ? namesIn(entities) : roots).keys()].filter((name) => name !== '__typename');
}

type Selections = OperationDefinitionNode['selectionSet'];

/** The fields of a selection, also those inside of fragments, with what is selected of each. */
function namesIn({ selections }: Selections): Map<string, Selections> {
  const names = new Map<string, Selections>();
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD)
      names.set((selection.alias ?? selection.name).value, selection.selectionSet ?? NOTHING);
    else if (selection.kind === Kind.INLINE_FRAGMENT)
      for (const [name, inner] of namesIn(selection.selectionSet)) names.set(name, inner);
  }
  return names;
}

const NOTHING: Selections = { kind: Kind.SELECTION_SET, selections: [] };
