import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { openDatabase, type Storage } from '../../kernel/database/database.ts';
import { type Kind, kinds, migrationFiles } from '../../kernel/database/migrations.ts';
import { missingSchema } from '../../kernel/database/missing-schema.ts';
import { connectTo, databaseName, readServer } from '../../kernel/database/mysql-server.ts';
import { newMysqlSchema } from '../../kernel/database/new-schema.ts';
import type { Module } from '../../kernel/module.ts';
import { ConfigurationError } from '../../kernel/settings.ts';

/** Whose migration is to be written. */
export interface MigrationOwner extends Pick<Module, 'name' | 'entities'> {
  /** The folder of its migrations. */
  readonly migrations: string;
}

/** What a migration is called: `add-opened-at`. */
export const TITLE = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/**
 * Writes the next migration of an owner for SQLite and for MySQL: what its entities have that its migrations do not make
 * yet. Answers with the files; with none when there is nothing to write. `url` is a server of MySQL or MariaDB, on which a
 * database is made and dropped again; the first migration of all needs none. Throws a ConfigurationError of one line.
 */
export async function writeMigration(owner: MigrationOwner, title: string, url: string | undefined): Promise<string[]> {
  const { migrations } = owner;
  const number = Math.max(...kinds.map((kind) => migrationFiles(kind, migrations).length)) + 1;
  const changes: Record<Kind, string> = {
    sqlite: await missingOnSqlite(owner),
    mysql: await missingOnMysql(owner, url),
  };
  if (Object.values(changes).every((sql) => sql === '')) return [];
  return kinds.map((kind) => {
    mkdirSync(join(migrations, kind), { recursive: true });
    const file = join(migrations, kind, `${String(number).padStart(4, '0')}-${title}.sql`);
    writeFileSync(file, `${changes[kind] || '-- Nothing changes on this kind of database.'}\n`);
    return file;
  });
}

async function missingOnSqlite(owner: MigrationOwner): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'dinegraph-'));
  try {
    return await missing(owner, { kind: 'sqlite', folder });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function missingOnMysql(owner: MigrationOwner, url: string | undefined): Promise<string> {
  if (!url && migrationFiles('mysql', owner.migrations).length === 0) return newMysqlSchema(owner.entities ?? []);
  if (!url)
    throw new ConfigurationError(
      'DATABASE_URL is not set: what has changed is found on a server of MySQL or MariaDB, such as mysql://root@127.0.0.1:3306, where a database is made and dropped again',
    );
  const namespace = `migration_${randomBytes(4).toString('hex')}`;
  try {
    return await missing(owner, { kind: 'mysql', url, namespace });
  } finally {
    await drop(url, databaseName(namespace, owner.name));
  }
}

/** What an empty database lacks after the migrations, as SQL. */
async function missing({ name, entities = [], migrations }: MigrationOwner, storage: Storage): Promise<string> {
  const log = pino({ level: 'silent' });
  const database = await openDatabase({ name, storage, entities, migrations, log });
  try {
    return await missingSchema(database);
  } finally {
    await database.close();
  }
}

async function drop(url: string, database: string): Promise<void> {
  const server = await connectTo(readServer(url)).catch(() => undefined);
  await server?.query(`drop database if exists \`${database}\``);
  server?.destroy();
}
