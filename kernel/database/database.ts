import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type EntitySchema, MikroORM } from '@mikro-orm/core';
import { Migration, Migrator } from '@mikro-orm/migrations';
import { type EntityManager, NodeSqliteDialect, SqliteDriver } from '@mikro-orm/sql';
import { InboxEvent, OutboxDelivery, OutboxEvent } from '../events/outbox-entities.ts';
import { IdempotencyKey } from '../idempotency.ts';
import type { Logger } from '../log.ts';
import { ConfigurationError } from '../settings.ts';
import { assertOutsideTransaction } from './transaction-guard.ts';

/** Where the databases of the modules are: SQLite files in a folder, or databases of a MySQL server. */
export type Storage =
  | { kind: 'sqlite'; folder: string }
  /** `namespace` stands before each database's name, so that several products may share a server. */
  | { kind: 'mysql'; url: string; namespace: string };

/** A module's own database. */
export interface Database {
  /** A manager for one unit of work. */
  em(): EntityManager;
  /** Whether other processes may work on it at the same time. */
  readonly shared: boolean;
  /** Runs work that must not run twice at once in any process; answers false, and runs nothing, while another does. */
  exclusively(name: string, work: () => Promise<void>): Promise<boolean>;
  readonly orm: MikroORM<SqliteDriver>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** The module's name, and so the database's. */
  name: string;
  storage: Storage;
  entities: readonly EntitySchema[];
  /** The module's migrations folder. */
  migrations?: string | undefined;
  log: Logger;
}

const kernelEntities = [IdempotencyKey, OutboxEvent, OutboxDelivery, InboxEvent];
const kernelMigrations = join(import.meta.dirname, 'migrations');

/** Opens a module's SQLite database, made or brought up to date by the kernel's migrations and the module's own. */
export async function openDatabase({ name, storage, entities, migrations, log }: DatabaseOptions): Promise<Database> {
  if (storage.kind !== 'sqlite') throw new ConfigurationError('MySQL is not supported yet');
  const { folder } = storage;
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.sqlite`);
  const orm = await MikroORM.init<SqliteDriver>({
    driver: SqliteDriver,
    dbName: file,
    driverOptions: new NodeSqliteDialect(file),
    entities: [...kernelEntities, ...entities],
    extensions: [Migrator],
    migrations: {
      snapshot: false,
      migrationsList: [...sqlMigrations('kernel', kernelMigrations), ...sqlMigrations(name, migrations)],
    },
    logger: (message) => log.debug(message),
  });
  try {
    await prepare(orm);
  } catch (error) {
    await orm.close();
    throw new ConfigurationError(`The database ${file} cannot be used: ${(error as Error).message}`);
  }

  return {
    orm,
    shared: false,
    async exclusively(_name, work) {
      await work();
      return true;
    },
    em: () => {
      // With one connection, a read beside an open transaction of the same work would wait for ever.
      assertOutsideTransaction(`a second unit of work on ${name}`);
      return orm.em.fork() as EntityManager;
    },
    close: () => orm.close(),
  };
}

/** Sets SQLite up and brings the tables up to date. */
async function prepare(orm: MikroORM<SqliteDriver>): Promise<void> {
  const connection = orm.em.getConnection();
  // FULL: what was acknowledged outlives a loss of power, not only the end of the process.
  for (const pragma of ['journal_mode = wal', 'synchronous = full', 'busy_timeout = 5000'])
    await connection.execute(`pragma ${pragma}`);
  await orm.migrator.up();
}

/** The migrations of a folder: plain SQL files in the order of their names, statements ended by a semicolon. */
function sqlMigrations(owner: string, folder: string | undefined) {
  const files = folder && join(folder, 'sqlite');
  if (!files || !existsSync(files)) return [];
  return readdirSync(files)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) => {
      const statements = readFileSync(join(files, file), 'utf8')
        .split(/;\s*$/m)
        .map((statement) => statement.trim())
        .filter(Boolean);
      const migration = class extends Migration {
        override up(): void {
          for (const statement of statements) this.addSql(statement);
        }
      };
      return { name: `${owner}-${file.replace(/\.sql$/, '')}`, class: migration };
    });
}
