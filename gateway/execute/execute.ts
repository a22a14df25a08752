import { type ExecutionResult, GraphQLError, type GraphQLSchema, isAbstractType } from 'graphql';
import type { Executor } from '../../kernel/executor.ts';
import type { GraphContext } from '../context.ts';
import type { GatewayFigures } from '../figures.ts';
import type { ReadyOperation } from '../plan/operations.ts';
import { complete, type IsExplained, typeIn } from './complete.ts';
import { type Data, isData, type Path } from './data.ts';
import type { Failure, Run } from './run.ts';
import type { Shape, ShapeField } from './shape.ts';

/** What an operation runs with. */
export interface Surroundings {
  /** What clients see. */
  schema: GraphQLSchema;
  executors: ReadonlyMap<string, Executor>;
  context: GraphContext;
  figures: GatewayFigures;
}

/** Runs an operation's plan, and makes the client's answer of what was fetched. */
export async function execute(
  { step, shape, withSchema, fetchedNames }: ReadyOperation,
  variables: Readonly<Record<string, unknown>>,
  { schema, executors, context, figures }: Surroundings,
): Promise<ExecutionResult> {
  const run: Run = { root: {}, variables, context, executors, figures, failures: [], unknown: new WeakSet() };
  await step(run);
  const failed = run.failures.flatMap(({ error, path }): Failure[] => {
    const place = clientPlace(schema, shape, run.root, path);
    // A plan may ask for a field of objects of other types too, for which neither the client nor the plan needs it.
    if (place.beyond !== undefined && !fetchedNames.has(place.beyond)) return [];
    return [{ error, path: place.path }];
  });
  const { data, errors } = complete(schema, shape, run, explainedBy(failed));
  const all = [...unique(failed).map(shown), ...errors];
  const whole = data && withSchema(data, variables);
  return all.length > 0 ? { data: whole, errors: all } : { data: whole };
}

/** Where a failure is in the client's answer. */
interface Place {
  /** As deep as the client has asked; undefined when that is nowhere. */
  path: Path | undefined;
  /** The first field on the way that the client has not asked for. */
  beyond?: string;
}

function clientPlace(schema: GraphQLSchema, shape: Shape, root: Data, path: Path = []): Place {
  const names: (string | number)[] = [];
  const here = () => (names.length > 0 ? names : undefined);
  let place: Shape | undefined = shape;
  let value: unknown = root;
  for (const step of path) {
    if (typeof step === 'number') {
      names.push(step);
      value = Array.isArray(value) ? value[step] : undefined;
      continue;
    }
    const field: ShapeField | undefined = place && fieldAt(schema, place, value, step);
    // What is behind a null may be of any type; an object that is there says which field is none of the client's.
    if (!field) return isData(value) ? { path: here(), beyond: step } : { path: here() };
    names.push(field.name);
    value = isData(value) ? value[step] : undefined;
    place = field.shape;
  }
  return { path: here() };
}

function fieldAt(schema: GraphQLSchema, place: Shape, value: unknown, planned: string): ShapeField | undefined {
  const { declared } = place;
  const known = isData(value) ? typeIn(schema, place, value) : declared;
  const types = isData(value) || !isAbstractType(declared) ? [known] : [declared, ...schema.getPossibleTypes(declared)];
  const fields = types.flatMap((type) => (type && place.fieldsOf(type)) ?? []);
  return fields.find((field) => field.planned === planned);
}

/** What is missing is explained by a failure at its place, around it or inside of it; by one of no place, everything is. */
function explainedBy(failures: readonly Failure[]): IsExplained {
  const keyOf = (path: Path) => JSON.stringify(path);
  const places = new Set<string>();
  const around = new Set<string>();
  let all = false;
  for (const { path } of failures) {
    if (!path) all = true;
    else {
      places.add(keyOf(path));
      for (const length of path.keys()) around.add(keyOf(path.slice(0, length)));
    }
  }
  return (path) =>
    all ||
    (places.size > 0 &&
      (around.has(keyOf(path)) || [...path, 0].some((_, length) => places.has(keyOf(path.slice(0, length))))));
}

function unique(failures: readonly Failure[]): Failure[] {
  return [...new Map(failures.map((one) => [JSON.stringify([one.path, one.error.message]), one])).values()];
}

/** An error as clients see it: with a code, and without the name of the subgraph it came from. */
function shown({ error: { message, extensions = {} }, path }: Failure): GraphQLError {
  const { serviceName: _, ...rest } = extensions;
  return new GraphQLError(message, { ...(path && { path }), extensions: { code: 'SUBGRAPH_ERROR', ...rest } });
}
