import type { DatabaseSync } from 'node:sqlite';
import { setImmediate as others } from 'node:timers/promises';
import type { Connection } from 'mysql2/promise';
import { quoted, type Table, ticked } from './tables.ts';

/**
 * The values of a row as bytes, in the order of the table's columns: texts in UTF-8, numbers in digits. Both databases
 * make them themselves, so that no driver has a hand in what is compared.
 */
export type Bytes = readonly (Uint8Array | null)[];

/** Reads a table of SQLite by its primary key, row by row. */
export function* sqliteRows(database: DatabaseSync, { name, columns, key }: Table): Generator<Bytes> {
  const cells = columns.map((column) => `cast(${quoted(column.name)} as blob)`);
  const statement = database.prepare(
    `select ${cells.join(', ')} from ${quoted(name)} order by ${key.map(quoted).join(', ')}`,
  );
  statement.setReturnArrays(true);
  yield* statement.iterate() as unknown as Iterable<Bytes>;
}

/** Reads a table of MySQL by its primary key, row by row. The connection is free again when all of them were read. */
export async function* mysqlRows(
  { connection }: Connection & { connection?: StreamingConnection },
  dbName: string,
  { name, columns, key }: Table,
): AsyncGenerator<Bytes> {
  const cells = columns.map((column) => {
    const id = ticked(column.name);
    return column.kind === 'json' ? `cast(cast(${id} as char) as binary)` : `cast(${id} as binary)`;
  });
  const sql = `select ${cells.join(', ')} from ${ticked(dbName, name)} order by ${key.map((id) => ticked(id)).join(', ')}`;
  if (!connection) throw new Error('this connection cannot stream');
  yield* connection.query({ sql, rowsAsArray: true }).stream() as AsyncIterable<Bytes>;
}

/** The connection of callbacks below one of promises: only it streams, and the driver's types leave it out. */
interface StreamingConnection {
  query(options: { sql: string; rowsAsArray: true }): { stream(): AsyncIterable<unknown> };
}

/** How many rows go by between two looks at what else is to be done: progress, and signs of life on connections. */
const BATCH = 1_000;

/** Rows as they come, which says every so often how many more there were. */
export async function* counted(rows: Iterable<Bytes>, count: (rows: number) => void): AsyncGenerator<Bytes> {
  let passed = 0;
  for (const row of rows) {
    yield row;
    passed += 1;
    if (passed < BATCH) continue;
    count(passed);
    passed = 0;
    await others();
  }
  count(passed);
}

/** What names a row to people: its primary key, as `id 0193...`. */
export function keyOf({ columns, key }: Table, row: Bytes): string {
  return key
    .map((name) => {
      const bytes = row[columns.findIndex((column) => column.name === name)];
      return `${name} ${bytes ? Buffer.from(bytes).toString() : 'null'}`;
    })
    .join(', ');
}
