import { type ExecutionResult, type GraphQLCompositeType, GraphQLError, type GraphQLSchema } from 'graphql';
import type { Executor } from '../../kernel/executor.ts';
import type { GraphContext } from '../context.ts';
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
}

/** Runs an operation's plan, and makes the client's answer of what was fetched. */
export async function execute(
  { step, shape, introspect }: ReadyOperation,
  variables: Readonly<Record<string, unknown>>,
  { schema, executors, context }: Surroundings,
): Promise<ExecutionResult> {
  const run: Run = { root: {}, variables, context, executors, failures: [] };
  await step(run);
  const failed = run.failures.map((failure) => ({
    ...failure,
    path: clientPath(schema, shape, run.root, failure.path),
  }));
  const { data, errors } = complete(schema, shape, run.root, explainedBy(failed));
  const all = [...unique(failed).map(shown), ...errors];
  const whole = data && { ...introspect(variables), ...data };
  return all.length > 0 ? { data: whole, errors: all } : { data: whole };
}

/** Where a failure is in the client's answer, as deep as the client has asked; undefined when that is nowhere. */
function clientPath(schema: GraphQLSchema, shape: Shape, root: Data, path: Path = []): Path | undefined {
  const names: (string | number)[] = [];
  let place: Shape | undefined = shape;
  let value: unknown = root;
  for (const step of path) {
    if (typeof step === 'number') {
      names.push(step);
      value = Array.isArray(value) ? value[step] : undefined;
      continue;
    }
    const type: GraphQLCompositeType | undefined =
      place && (isData(value) ? typeIn(schema, place, value) : place.declared);
    const field: ShapeField | undefined = type && place?.fieldsOf(type).find(({ planned }) => planned === step);
    if (!field) break;
    names.push(field.name);
    value = isData(value) ? value[step] : undefined;
    place = field.shape;
  }
  return names.length > 0 ? names : undefined;
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
