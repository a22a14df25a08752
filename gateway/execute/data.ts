import { DEEPEST, isShallow } from './writable.ts';

/** An object of a subgraph's answer, or of the answer that is being put together. */
export type Data = Record<string, unknown>;

/** Where something stands in an answer. */
export type Path = readonly (string | number)[];

/** Whether a value is an object with fields, as opposed to a list, a leaf or nothing. */
export function isData(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Stands in a plan's path for every item of a list. */
const EACH = '@';

/** The objects at a place of a plan, such as `orders.@.dish`: none where it is null. */
export function gather(root: Data, path: readonly string[]): Data[] {
  let found: unknown[] = [root];
  for (const step of path) {
    found = found.flatMap((value) => {
      if (step === EACH) return Array.isArray(value) ? value : [];
      return isData(value) ? [value[step]] : [];
    });
  }
  return found.filter(isData);
}

/** Where these objects stand, in the same order. */
export function gatherPaths(root: Data, path: readonly string[]): Path[] {
  let found: { value: unknown; at: Path }[] = [{ value: root, at: [] }];
  for (const step of path) {
    found = found.flatMap(({ value, at }) => {
      if (step !== EACH) return isData(value) ? [{ value: value[step], at: [...at, step] }] : [];
      return Array.isArray(value) ? value.map((item, index) => ({ value: item, at: [...at, index] })) : [];
    });
  }
  return found.flatMap(({ value, at }) => (isData(value) ? [at] : []));
}

/**
 * Adds what was fetched to an object that is there. Where both have something, objects are merged and lists item by item;
 * of all else the newer counts, unless it is null. `isShared` says that others take of the same source.
 */
export function merge(target: Data, source: Data, isShared = false, depth = 0): void {
  for (const [key, value] of Object.entries(source)) {
    // Never ours: every name of a plan is free of it.
    if (key === '__proto__') continue;
    target[key] = merged(target[key], value, isShared, depth);
  }
}

function merged(old: unknown, value: unknown, isShared: boolean, depth: number): unknown {
  if (value === null || value === undefined) return old ?? null;
  // No answer is as deep, and no client gets what is.
  if (depth === DEEPEST) return old;
  if (isData(old) && isData(value)) {
    merge(old, value, isShared, depth + 1);
    return old;
  }
  if (Array.isArray(old) && Array.isArray(value) && old.length === value.length)
    return old.map((item, index) => merged(item, value[index], isShared, depth + 1));
  return isShared && isShallow(value) ? copied(value) : value;
}

function copied(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copied);
  // What says itself how it is written has no fields to be copied, and nothing is added to it.
  if (!isData(value) || typeof value['toJSON'] === 'function') return value;
  const copy: Data = {};
  for (const key in value) if (key !== '__proto__') copy[key] = copied(value[key]);
  return copy;
}
