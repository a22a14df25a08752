import { badInput } from './errors.ts';

/** The most that one page may hold. */
const PAGE_LIMIT = 100;

/** What a client asks of a list: how many, and behind which cursor. */
export interface PageArgs {
  first: number;
  after?: string | null | undefined;
}

/** A Relay connection. */
export interface Connection<T> {
  edges: { cursor: string; node: T }[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null };
}

/**
 * One page of a list. `read` answers at most `limit` rows behind the key `after` (null for the first page); `keyOf` is
 * the key that the list is ordered by. Throws BAD_INPUT for a page size outside 1 to 100 or a cursor that is none.
 */
export async function page<T>(
  { first, after }: PageArgs,
  keyOf: (row: T) => string,
  read: (limit: number, after: string | null) => Promise<T[]>,
): Promise<Connection<T>> {
  if (first < 1 || first > PAGE_LIMIT) throw badInput('first', `is 1 to ${PAGE_LIMIT}`);
  const rows = await read(first + 1, after == null ? null : decode(after));
  const edges = rows.slice(0, first).map((node) => ({ cursor: encode(keyOf(node)), node }));
  return {
    edges,
    pageInfo: {
      hasNextPage: rows.length > first,
      hasPreviousPage: after != null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

function encode(key: string): string {
  return Buffer.from(key).toString('base64url');
}

function decode(cursor: string): string {
  const key = Buffer.from(cursor, 'base64url').toString();
  // biome-ignore lint/suspicious/noControlCharactersInRegex: no key holds any
  if (key === '' || /[\u0000-\u001f]/.test(key) || encode(key) !== cursor)
    throw badInput('after', 'is not a cursor of this list');
  return key;
}
