import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { EntitySchema } from '@mikro-orm/core';
import type { AbstractSqlDriver, EntityManager, MikroORM } from '@mikro-orm/sql';
import { InboxEvent, OutboxDelivery, OutboxEvent } from '../events/outbox-entities.ts';
import { IdempotencyKey } from '../idempotency.ts';
import type { Logger } from '../log.ts';
import { ConfigurationError } from '../settings.ts';
import { createMetrics, type Metrics } from '../telemetry/metrics.ts';
import { type Migration, readMigrations } from './migrations.ts';
import { assertOutsideTransaction } from './transaction-guard.ts';

/** Where the databases of the modules are: SQLite files in a folder, or databases of a MySQL server. */
export type Storage =
  | { kind: 'sqlite'; folder: string }
  /**
   * `url` is `mysql://user:password@host:port`, with options of mysql2 behind a question mark: `connectionLimit`, the
   * most connections that a module opens (10), or `ssl`. `namespace` stands before each database's name, so that several
   * products may share a server.
   */
  | { kind: 'mysql'; url: string; namespace: string };

/** A module's own database. */
export interface Database {
  /** A manager for one unit of work. */
  em(): EntityManager;
  /** Whether other processes may work on it at the same time. */
  readonly shared: boolean;
  /** Runs work that must not run twice at once in any process; answers false, and runs nothing, while another does. */
  exclusively(name: string, work: () => Promise<void>): Promise<boolean>;
  /** Resolves when the database answers, however busy its connections are. Rejects when it cannot be reached. */
  answers(): Promise<void>;
  readonly orm: MikroORM<AbstractSqlDriver>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** The module's name, and so the database's. */
  name: string;
  storage: Storage;
  entities: readonly EntitySchema[];
  /** The module's migrations folder. */
  migrations?: string | undefined;
  /** Opens also what an unfinished move has left on a server, which is refused otherwise: for the move itself. */
  moving?: boolean;
  /** Leaves the tables as they are, also where migrations are due: for commands beside a running product. */
  untouched?: boolean;
  /** Where its statements are counted; nowhere when it is left out. */
  metrics?: Metrics | undefined;
  log: Logger;
}

/** The folder of the kernel's own migrations, which every database begins with. */
export const kernelMigrations = join(import.meta.dirname, 'migrations');

const kernelEntities = [IdempotencyKey, OutboxEvent, OutboxDelivery, InboxEvent];

/** Opens a module's database, made or brought up to date by the kernel's migrations and the module's own. */
export async function openDatabase({
  name,
  storage,
  migrations,
  moving = false,
  untouched = false,
  metrics = createMetrics(),
  log,
  ...rest
}: DatabaseOptions): Promise<Database> {
  const plan = {
    name,
    entities: [...kernelEntities, ...rest.entities],
    migrations: untouched
      ? []
      : readMigrations(storage.kind, { kernel: kernelMigrations, ...(migrations && { [name]: migrations }) }),
    moving,
    metrics,
    log,
  };
  const opened = await open(storage, plan);
  return {
    ...opened,
    em: () => {
      // With one connection, a read beside an open transaction of the same work would wait for ever.
      assertOutsideTransaction(`a second unit of work on ${name}`);
      return opened.orm.em.fork() as EntityManager;
    },
  };
}

/** Whether a module's database has been made: for commands that look at what is there and must not make it. */
export async function hasDatabase(storage: Storage, name: string): Promise<boolean> {
  if (storage.kind === 'mysql') return (await import('./mysql.ts')).hasMysql(storage, name);
  return existsSync(sqliteFile(storage.folder, name));
}

/** Loads the driver that is used, and no other. */
async function open(storage: Storage, plan: OpeningPlan): Promise<Omit<Database, 'em'>> {
  if (storage.kind === 'mysql') return (await import('./mysql.ts')).openMysql(storage, plan);
  return (await import('./sqlite.ts')).openSqlite(storage, plan);
}

/** What is opened, whatever the kind of database. */
export interface OpeningPlan {
  name: string;
  entities: EntitySchema[];
  migrations: Migration[];
  moving: boolean;
  metrics: Metrics;
  log: Logger;
}

/** An error of a database that the product cannot start with, as one line. */
export function unusable(database: string, error: unknown): ConfigurationError {
  return new ConfigurationError(`The database ${database} cannot be used: ${(error as Error).message}`);
}

/** The file of a module's SQLite database. */
export function sqliteFile(folder: string, name: string): string {
  return join(folder, `${name}.sqlite`);
}
