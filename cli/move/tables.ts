import type { DatabaseSync } from 'node:sqlite';
import { APPLIED } from '../../kernel/database/sqlite.ts';
import { ConfigurationError } from '../../kernel/settings.ts';

/** How the values of a column are read, written and compared: as they are, or JSON by what it means. */
export type Kind = 'text' | 'integer' | 'json';

export interface Column {
  name: string;
  kind: Kind;
}

/** A table whose rows are moved. */
export interface Table {
  name: string;
  columns: readonly Column[];
  /** The names of the columns of its primary key, in order. */
  key: readonly string[];
}

const KINDS: readonly [RegExp, Kind][] = [
  [/^json$/i, 'json'],
  [/^(tiny|small|medium|big)?int(eger)?$/i, 'integer'],
  [/^(text|(var)?char(\(\d+\))?)$/i, 'text'],
];

/** The tables of a module's SQLite database, without those that belong to SQLite and to the migrations. */
export function tablesOf(database: DatabaseSync): Table[] {
  const names = database
    .prepare(
      "select name from sqlite_schema where type = 'table' and name not like 'sqlite\\_%' escape '\\' order by name",
    )
    .all()
    .map(({ name }) => String(name));
  return names.filter((name) => name !== APPLIED).map((name) => tableOf(database, name));
}

function tableOf(database: DatabaseSync, table: string): Table {
  const found = database.prepare('select name, type, pk from pragma_table_info(?) order by cid').all(table) as {
    name: string;
    type: string;
    pk: number;
  }[];
  const key = found.filter(({ pk }) => pk > 0).sort((a, b) => a.pk - b.pk);
  if (key.length === 0) throw new ConfigurationError(`The table ${table} has no primary key: it cannot be moved.`);
  const columns = found.map(({ name, type }) => {
    const kind = KINDS.find(([pattern]) => pattern.test(type))?.[1];
    if (!kind) throw new ConfigurationError(`The column ${table}.${name} is of a type that is not moved: ${type}.`);
    return { name, kind };
  });
  return { name: table, columns, key: key.map(({ name }) => name) };
}

/** A name as SQLite quotes it. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Names as MySQL quotes them, with a point between: a database and its table. */
export function ticked(...names: readonly string[]): string {
  return names.map((name) => `\`${name.replaceAll('`', '``')}\``).join('.');
}
