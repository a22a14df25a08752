import type { Connection, RowDataPacket } from 'mysql2/promise';
import { openDatabase, type Storage } from '../../kernel/database/database.ts';
import { STEPS } from '../../kernel/database/mysql-migrations.ts';
import { UNFINISHED } from '../../kernel/database/unfinished-move.ts';
import { createLog } from '../../kernel/log.ts';
import type { Module } from '../../kernel/module.ts';
import { ConfigurationError } from '../../kernel/settings.ts';
import type { Row, Source } from './source.ts';
import { type Table, ticked } from './tables.ts';

/** What a column takes. */
export interface Limit {
  /** As the server names it: `varchar`, `bigint`. */
  type: string;
  nullable: boolean;
  /** Of a text: the most characters (code points) and bytes. */
  characters: number | null;
  bytes: number | null;
}

/**
 * Throws a ConfigurationError when a database holds rows other than those that the migrations insert by themselves.
 * Changes nothing; a database that is not there holds nothing.
 */
export async function assertVacant(connection: Connection, dbName: string, { seeds }: Source): Promise<void> {
  for (const table of await tableNames(connection, dbName)) {
    const own = seeds.get(table) ?? [];
    const [rows] = await connection.query<RowDataPacket[]>(
      `select * from ${ticked(dbName, table)} limit ${own.length + 1}`,
    );
    if (rows.every((row) => own.some((seed) => isSame(row, seed)))) continue;
    throw new ConfigurationError(
      `The database ${dbName} holds data already, in its table ${table}, and nothing was changed: set another NAMESPACE, or drop it by hand.`,
    );
  }
}

/** In an older schema a row may lack columns of the newer one. */
function isSame(row: Row, seed: Row): boolean {
  return Object.keys(row).every((column) => String(row[column]) === String(seed[column]));
}

/** Empties every table of a database, but not what is noted of its schema and of the move. */
export async function emptyTables(connection: Connection, dbName: string): Promise<void> {
  for (const table of await tableNames(connection, dbName))
    await connection.query(`truncate table ${ticked(dbName, table)}`);
}

async function tableNames(connection: Connection, dbName: string): Promise<string[]> {
  const [rows] = await connection.query<RowDataPacket[]>(
    `select table_name as name from information_schema.tables
     where table_schema = ? and table_type = 'BASE TABLE' and table_name not in (?, ?)`,
    [dbName, STEPS, UNFINISHED],
  );
  return rows.map((row) => String(row['name']));
}

/** Makes a module's database, and brings it up to date. */
export async function makeTarget(storage: Storage, { name, entities = [], migrations }: Module): Promise<void> {
  const database = await openDatabase({
    name,
    storage,
    entities,
    migrations,
    moving: true,
    log: createLog('silent'),
  });
  await database.close();
}

/** What the columns of these tables take, by table and column. Throws when the two databases do not have the same ones. */
export async function limitsOf(connection: Connection, dbName: string, tables: readonly Table[]) {
  const [rows] = await connection.query<RowDataPacket[]>(
    `select table_name as tbl, column_name as name, data_type as type, is_nullable as nullable,
       character_maximum_length as characters, character_octet_length as bytes
     from information_schema.columns where table_schema = ? and table_name not in (?, ?)`,
    [dbName, STEPS, UNFINISHED],
  );
  const limits = new Map<string, Map<string, Limit>>();
  for (const { tbl, name, type, nullable, characters, bytes } of rows) {
    const limit = { type, nullable: nullable === 'YES', characters: size(characters), bytes: size(bytes) };
    limits.set(tbl, (limits.get(tbl) ?? new Map()).set(name, limit));
  }
  const there = [...limits].flatMap(([table, columns]) => [...columns.keys()].map((column) => `${table}.${column}`));
  const here = tables.flatMap(({ name, columns }) => columns.map((column) => `${name}.${column.name}`));
  const odd = [...new Set(there).symmetricDifference(new Set(here))][0];
  if (odd) throw new ConfigurationError(`The column ${odd} is not in both ${dbName} and the data folder.`);
  return limits;
}

/** A number that the driver may answer as a text, because it is over 2^53. */
function size(value: unknown): number | null {
  return value === null ? null : Number(value);
}
