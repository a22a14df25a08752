import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A step of a schema: statements of SQL, applied once and in order. */
export interface Migration {
  /** Its owner and its file: `orders-0001-initial`. */
  name: string;
  statements: readonly string[];
}

/** The kinds of database, each with its own folder of migrations. */
export const kinds = ['sqlite', 'mysql'] as const;
export type Kind = (typeof kinds)[number];

/** Reads the migrations of these owners from their folders, in the order of the owners and then of the files' names. */
export function readMigrations(kind: Kind, folders: Readonly<Record<string, string>>): Migration[] {
  return Object.entries(folders).flatMap(([owner, folder]) =>
    migrationFiles(kind, folder).map((file) => ({
      name: `${owner}-${file.replace(/\.sql$/, '')}`,
      statements: statementsOf(readFileSync(join(folder, kind, file), 'utf8')),
    })),
  );
}

/** The names of a folder's migrations of a kind, in order: `0001-initial.sql`. */
export function migrationFiles(kind: Kind, folder: string): string[] {
  const files = join(folder, kind);
  if (!existsSync(files)) return [];
  return readdirSync(files)
    .filter((file) => file.endsWith('.sql'))
    .sort();
}

/** Plain SQL, each statement ended by a semicolon at the end of a line; comments have lines of their own. */
function statementsOf(sql: string): string[] {
  return sql
    .replace(/^\s*--.*$/gm, '')
    .split(/;\s*$/m)
    .map((statement) => statement.trim())
    .filter(Boolean);
}
