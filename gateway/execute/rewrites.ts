import type { FetchDataRewrite } from '@apollo/query-planner';
import { type GraphQLSchema, isAbstractType, isInterfaceType, isObjectType } from 'graphql';
import { type Data, isData, type Path } from './data.ts';

/** Changes an object that goes to a subgraph or comes from one. */
export type Rewrite = (value: Data) => void;

const ON = '... on ';

/** Prepares what a plan says of names and values that differ between a subgraph and the rest. */
export function compileRewrites(schema: GraphQLSchema, rewrites: readonly FetchDataRewrite[] = []): Rewrite {
  const steps = rewrites.map((rewrite) => {
    const path = rewrite.path.slice(0, -1);
    const name = rewrite.path.at(-1) ?? '';
    const change: Rewrite =
      rewrite.kind === 'ValueSetter'
        ? (value) => {
            value[name] = rewrite.setValueTo;
          }
        : (value) => {
            if (!Object.hasOwn(value, name)) return;
            value[rewrite.renameKeyTo] = value[name];
            delete value[name];
          };
    return (value: Data) => at(schema, path, value, change);
  });
  return (value) => {
    for (const step of steps) step(value);
  };
}

function at(schema: GraphQLSchema, path: readonly string[], value: unknown, change: Rewrite): void {
  if (Array.isArray(value)) {
    for (const item of value) at(schema, path, item, change);
    return;
  }
  if (!isData(value)) return;
  const [step, ...rest] = path;
  if (step === undefined) change(value);
  else if (!step.startsWith(ON)) at(schema, rest, value[step], change);
  else if (isOfType(schema, value, step.slice(ON.length), true)) at(schema, rest, value, change);
}

/** Whether an object is of a type, or of one of an abstract type's; `unknown` when it does not say what it is. */
export function isOfType(schema: GraphQLSchema, value: Data, condition: string, unknown = false): boolean {
  const name = value['__typename'];
  if (typeof name !== 'string') return unknown;
  if (name === condition) return true;
  const [type, wanted] = [schema.getType(name), schema.getType(condition)];
  return (isObjectType(type) || isInterfaceType(type)) && isAbstractType(wanted) && schema.isSubType(wanted, type);
}

/** The place of an error, as a subgraph names it, with the names that the rest goes by. */
export function renamedPath(path: Path, rewrites: readonly FetchDataRewrite[] = []): Path {
  const result = [...path];
  for (const rewrite of rewrites) {
    if (rewrite.kind !== 'KeyRenamer') continue;
    const steps = rewrite.path.filter((step) => !step.startsWith(ON));
    const names = path.flatMap((step, index) => (typeof step === 'string' ? [{ step, index }] : []));
    const last = names[steps.length - 1];
    if (last && steps.every((step, index) => names[index]?.step === step)) result[last.index] = rewrite.renameKeyTo;
  }
  return result;
}
