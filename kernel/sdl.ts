import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DocumentNode, Kind, parse, visit } from 'graphql';

/** What every module's schema has: scalars, enums, paging. */
export const sharedSdl = readFileSync(join(import.meta.dirname, '../schema/shared.graphql'), 'utf8');

/** The text of a `.graphql` file that lies beside a module. */
export function readSdl(folder: string, file: string): string {
  return readFileSync(join(folder, file), 'utf8');
}

/** A module's part of the public graph with what all modules share. */
export function subgraphSdl(schema: string): DocumentNode {
  return parse(`${sharedSdl}\n${schema}`);
}

/** Of federation, and what internal schemas tell those that ask: see `repeatableFields`. */
const NOT_INTERNAL = ['shareable', 'repeatable'];

/** A module's internal schema with the shared scalars and enums, and nothing of federation. */
export function internalSdl(internal: string): DocumentNode {
  return visit(parse(`${sharedSdl}\n${internal}`), {
    SchemaExtension: () => null,
    ObjectTypeDefinition: (node) => (node.name.value === 'PageInfo' ? null : undefined),
    Directive: { enter: (node) => (NOT_INTERNAL.includes(node.name.value) ? null : undefined) },
    [Kind.SCHEMA_DEFINITION]: () => null,
  });
}

/** The same; an Error that may be told, since what GraphQL says of it quotes nothing but the module's own text. */
export function readInternal(internal: string): DocumentNode {
  try {
    return internalSdl(internal);
  } catch (error) {
    throw new Error(`its internal graph cannot be read: ${(error as Error).message}`, { cause: error });
  }
}
