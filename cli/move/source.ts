import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openDatabase } from '../../kernel/database/database.ts';
import { createLog } from '../../kernel/log.ts';
import type { Module } from '../../kernel/module.ts';
import { ConfigurationError } from '../../kernel/settings.ts';
import { quoted, type Table, tablesOf } from './tables.ts';

/** A module's data as it is moved. */
export interface Source {
  module: Module;
  /** Its SQLite file, for reading. */
  database: DatabaseSync;
  tables: readonly Table[];
  /** The rows that its migrations insert by themselves, by table: they are not data. */
  seeds: ReadonlyMap<string, readonly Row[]>;
}

/** A row by the names of its columns. */
export type Row = Readonly<Record<string, unknown>>;

/**
 * Throws a ConfigurationError when a folder is not there, holds none of the databases of these modules, or one of a
 * module that is not among them: its data would be lost.
 */
export function assertHolds(folder: string, modules: readonly Module[]): void {
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.sqlite')) : [];
  const found = files.map((file) => basename(file, '.sqlite')).filter((name) => name !== 'lock');
  const strange = found.filter((name) => !modules.some((module) => module.name === name));
  if (strange.length > 0)
    throw new ConfigurationError(
      `The data folder ${folder} holds ${strange[0]}.sqlite, which is of no module of this product; move it away.`,
    );
  if (found.length === 0)
    throw new ConfigurationError(`The data folder ${folder} holds no data of a product; set DATA_DIR to where it is.`);
}

/** Brings the databases of a folder, which must be held, up to date, and opens them for reading. */
export async function openSources(folder: string, modules: readonly Module[]): Promise<Source[] & Disposable> {
  const empty = mkdtempSync(join(tmpdir(), 'dinegraph-'));
  const sources: Source[] = [];
  const close = () => {
    for (const { database } of sources) database.close();
  };
  try {
    for (const module of modules) {
      const database = await upToDate(folder, module);
      sources.push({ module, database, tables: tablesOf(database), seeds: await seedsOf(empty, module) });
    }
  } catch (error) {
    close();
    throw error;
  } finally {
    rmSync(empty, { recursive: true, force: true });
  }
  return Object.assign(sources, { [Symbol.dispose]: close });
}

async function upToDate(folder: string, { name, entities = [], migrations }: Module): Promise<DatabaseSync> {
  const storage = { kind: 'sqlite', folder } as const;
  const database = await openDatabase({ name, storage, entities, migrations, log: createLog('silent') });
  await database.close();
  return new DatabaseSync(join(folder, `${name}.sqlite`), { readOnly: true });
}

/** What a database holds as soon as it is made. */
async function seedsOf(folder: string, module: Module): Promise<Map<string, Row[]>> {
  const database = await upToDate(folder, module);
  try {
    return new Map(
      tablesOf(database).map(({ name }) => [name, database.prepare(`select * from ${quoted(name)}`).all() as Row[]]),
    );
  } finally {
    database.close();
  }
}
