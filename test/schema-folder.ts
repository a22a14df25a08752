import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kinds } from '../kernel/database/migrations.ts';

/** A migrations folder that grows from release to release, for a module that lives in a test. */
export interface SchemaFolder {
  readonly path: string;
  /** Adds the next migration, of the same SQL for each kind of database; answers the name of its file. */
  add(sql: string): string;
}

/** A folder with these migrations, each plain SQL that every kind of database takes. */
export function schemaFolder(...migrations: string[]): SchemaFolder {
  const path = mkdtempSync(join(tmpdir(), 'dinegraph-schema-'));
  for (const kind of kinds) mkdirSync(join(path, kind));
  let count = 0;
  const add = (sql: string) => {
    count += 1;
    const name = `${String(count).padStart(4, '0')}-change`;
    for (const kind of kinds) writeFileSync(join(path, kind, `${name}.sql`), sql);
    return name;
  };
  for (const sql of migrations) add(sql);
  return { path, add };
}
