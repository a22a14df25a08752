import { readFileSync } from 'node:fs';
import { ConfigurationError } from '../../kernel/settings.ts';

/** Operations by their ids. */
export type Manifest = ReadonlyMap<string, string>;

/**
 * Reads the operations that clients were built with: `{ "id": "query ..." }`, or a list as Apollo's clients write it,
 * `{ "operations": [{ "id": ..., "body": ... }] }`. Throws a ConfigurationError when the file is none.
 */
export function readManifest(file: string): Manifest {
  const refuse = (reason: string) => new ConfigurationError(`PERSISTED_OPERATIONS=${JSON.stringify(file)} ${reason}`);
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw refuse(`cannot be read: ${(error as Error).message}`);
  }
  const { operations } = (content ?? {}) as { operations?: unknown };
  const pairs: unknown[][] = Array.isArray(operations)
    ? operations.map((one) => [one?.id, one?.body])
    : Object.entries(content ?? {});
  if (pairs.length === 0 || !pairs.every((pair) => pair.every((text) => typeof text === 'string' && text !== '')))
    throw refuse(
      'holds no operations: expected {"id": "query ..."}, or {"operations": [{"id": "...", "body": "..."}]}',
    );
  return new Map(pairs as [string, string][]);
}
