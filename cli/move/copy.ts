import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { Connection, QueryError } from 'mysql2/promise';
import { ConfigurationError } from '../../kernel/settings.ts';
import { quoted, type Table, ticked } from './tables.ts';

/** The most rows of one statement. */
const ROWS = 1_000;
/** The most characters of one statement, unless one row alone has more: in UTF-8 and quoted, below 2 MB. */
const CHARACTERS = 250_000;

/** Copies the rows of a table, some at a time, by its primary key; says of each statement how many rows it wrote. */
export async function copyTable(
  database: DatabaseSync,
  connection: Connection,
  dbName: string,
  table: Table,
  written: (rows: number) => void,
): Promise<void> {
  const columns = table.columns.map(({ name }) => ticked(name)).join(', ');
  const insert = `insert into ${ticked(dbName, table.name)} (${columns}) values ?`;
  for (const batch of batches(valuesOf(database, table))) {
    try {
      await connection.query(insert, [batch]);
    } catch (error) {
      throw (error as QueryError).fatal
        ? error
        : await refused(batch, table, (row) => connection.query(insert, [[row]]));
    }
    written(batch.length);
  }
}

/** The first row of a statement that the server did not take, as a line; it is found by sending them one by one. */
async function refused(
  batch: readonly SQLOutputValue[][],
  { name, columns, key }: Table,
  send: (row: SQLOutputValue[]) => Promise<unknown>,
): Promise<unknown> {
  for (const row of batch) {
    try {
      await send(row);
    } catch (error) {
      const id = key.map((part) => `${part} ${row[columns.findIndex((column) => column.name === part)]}`).join(', ');
      const { message } = error as QueryError;
      return new ConfigurationError(
        `The server refuses the row of ${name} with ${id}: ${message} The product refuses the target until a move has ended.`,
      );
    }
  }
  return new ConfigurationError(`The server has refused rows of ${name} that it takes one by one; run the move again.`);
}

function* valuesOf(database: DatabaseSync, { name, columns, key }: Table): Generator<SQLOutputValue[]> {
  const names = columns.map((column) => quoted(column.name)).join(', ');
  const statement = database.prepare(`select ${names} from ${quoted(name)} order by ${key.map(quoted).join(', ')}`);
  statement.setReturnArrays(true);
  // Whole numbers up to 2^63, of which a number of JavaScript holds those up to 2^53.
  statement.setReadBigInts(true);
  // SQLite keeps a JSON document that is a number as a number.
  for (const row of statement.iterate() as unknown as Iterable<SQLOutputValue[]>)
    yield row.map((value, index) => (columns[index]?.kind === 'json' && value !== null ? String(value) : value));
}

function* batches(rows: Iterable<SQLOutputValue[]>): Generator<SQLOutputValue[][]> {
  let batch: SQLOutputValue[][] = [];
  let size = 0;
  for (const row of rows) {
    const more = row.reduce<number>((sum, value) => sum + lengthOf(value), 0);
    if (batch.length === ROWS || (batch.length > 0 && size + more > CHARACTERS)) {
      yield batch;
      batch = [];
      size = 0;
    }
    batch.push(row);
    size += more;
  }
  if (batch.length > 0) yield batch;
}

function lengthOf(value: SQLOutputValue): number {
  return typeof value === 'string' || value instanceof Uint8Array ? value.length : 20;
}
