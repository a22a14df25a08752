import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** The modules' databases, on whatever they lie, to be read and nothing else. */
export interface Tables extends AsyncDisposable {
  /** The rows of a statement, in SQL that every database takes; none when there is no such module. */
  rows<T>(module: string, sql: string, ...values: (string | number)[]): Promise<T[]>;
  /** Whether a module's database has a table of this name. */
  has(module: string, table: string): Promise<boolean>;
  /** Every module that has a database. */
  modules: readonly string[];
}

/** Finds one difference after another between what was played and what the tables say. */
export type Check<P> = (tables: Tables, played: P) => AsyncIterable<string>;

/** Opens every SQLite database of a data folder, read-only. */
export function sqliteTables(dataDir: string): Tables {
  const files = existsSync(dataDir) ? readdirSync(dataDir).filter((file) => /^[a-z-]+\.sqlite$/.test(file)) : [];
  const databases = new Map(
    files
      .filter((file) => file !== 'lock.sqlite')
      .map((file) => [file.replace('.sqlite', ''), new DatabaseSync(join(dataDir, file), { readOnly: true })]),
  );
  const rows: Tables['rows'] = async <T>(module: string, sql: string, ...values: (string | number)[]) =>
    (databases
      .get(module)
      ?.prepare(sql)
      .all(...values) ?? []) as T[];
  return {
    modules: [...databases.keys()],
    rows,
    has: async (module, table) => (await rows(module, 'select 1 from sqlite_master where name = ?', table)).length > 0,
    async [Symbol.asyncDispose]() {
      for (const database of databases.values()) database.close();
    },
  };
}

/** A difference in the words of every check; nothing when the two agree. */
export function* differ(what: string, expected: unknown, found: unknown): Generator<string> {
  if (expected !== found) yield `${what}: expected ${expected}, found ${found}`;
}

/** Adds numbers up. */
export function sum<T>(rows: Iterable<T>, amount: (row: T) => number): number {
  let total = 0;
  for (const row of rows) total += amount(row);
  return total;
}
