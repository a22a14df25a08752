import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';

/** The modules' databases as they lie on the disk, to be read and nothing else. */
export interface Tables extends Disposable {
  /** The rows of a statement on a module's database; none when there is no such module. */
  rows<T>(module: string, sql: string, ...values: SQLInputValue[]): T[];
  /** Every module that has a database. */
  modules: readonly string[];
}

/** Finds one difference after another between what was played and what the tables say. */
export type Check<P> = (tables: Tables, played: P) => Iterable<string>;

/** Opens every database of a data folder, read-only. */
export function openTables(dataDir: string): Tables {
  const files = existsSync(dataDir) ? readdirSync(dataDir).filter((file) => /^[a-z-]+\.sqlite$/.test(file)) : [];
  const databases = new Map(
    files
      .filter((file) => file !== 'lock.sqlite')
      .map((file) => [file.replace('.sqlite', ''), new DatabaseSync(join(dataDir, file), { readOnly: true })]),
  );
  return {
    modules: [...databases.keys()],
    rows: <T>(module: string, sql: string, ...values: SQLInputValue[]) =>
      (databases
        .get(module)
        ?.prepare(sql)
        .all(...values) ?? []) as T[],
    [Symbol.dispose]() {
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
