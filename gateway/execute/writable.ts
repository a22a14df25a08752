/** How deep a value of an answer may be: what writes and copies values goes as deep as they are, and fails in the end. */
export const DEEPEST = 200;

/**
 * Whether a value can be written as JSON: no big integer, no circle, nothing deeper than DEEPEST. A scalar of a subgraph's
 * own may be anything.
 */
export function isWritable(value: unknown): boolean {
  // The usual case first.
  return typeof value === 'object' && value !== null ? isShallow(value, isLeaf) : isLeaf(value);
}

/** Whether a value ends before DEEPEST, which no circle does; not when it fails to be looked at. */
export function isShallow(value: unknown, takes = (_leaf: unknown) => true): boolean {
  try {
    return endsIn(value, takes, 0);
  } catch {
    return false;
  }
}

/** The first way down that does not end finishes the search. */
function endsIn(value: unknown, takes: (leaf: unknown) => boolean, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return takes(value);
  if (depth === DEEPEST) return false;
  if ('toJSON' in value && typeof value.toJSON === 'function') return endsIn(value.toJSON(), takes, depth + 1);
  return (Array.isArray(value) ? value : Object.values(value)).every((inner) => endsIn(inner, takes, depth + 1));
}

const isLeaf = (value: unknown) => typeof value !== 'bigint';
