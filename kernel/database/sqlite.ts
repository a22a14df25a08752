import { mkdirSync } from 'node:fs';
import { type EntityManager, MikroORM, NodeSqliteDialect, SqliteDriver } from '@mikro-orm/sql';
import { queryWatch } from '../telemetry/queries.ts';
import { assertKeepsData } from './data-guard.ts';
import { type Database, type OpeningPlan, type Storage, sqliteFile, unusable } from './database.ts';
import type { Migration } from './migrations.ts';

/** Opens a module's SQLite file, which one process has for itself. */
export async function openSqlite(
  { folder }: Extract<Storage, { kind: 'sqlite' }>,
  { name, entities, migrations, metrics, log }: OpeningPlan,
): Promise<Omit<Database, 'em'>> {
  mkdirSync(folder, { recursive: true });
  const file = sqliteFile(folder, name);
  const orm = await MikroORM.init<SqliteDriver>({
    driver: SqliteDriver,
    dbName: file,
    driverOptions: new NodeSqliteDialect(file),
    entities,
    schemaGenerator: { skipTables: [APPLIED] },
    loggerFactory: () => queryWatch({ module: name, system: 'sqlite', metrics, log }),
  });
  try {
    const connection = orm.em.getConnection();
    // FULL: what was acknowledged outlives a loss of power, not only the end of the process.
    for (const pragma of ['journal_mode = wal', 'synchronous = full', 'busy_timeout = 5000'])
      await connection.execute(`pragma ${pragma}`);
    await migrate(orm.em.fork() as EntityManager, migrations);
  } catch (error) {
    await orm.close();
    throw unusable(file, error);
  }
  return {
    orm,
    shared: false,
    async exclusively(_name, work) {
      await work();
      return true;
    },
    async answers() {
      await orm.em.fork().execute('select 1');
    },
    close: () => orm.close(),
  };
}

/** The table of the migrations that were applied, as the ORM's own migrator used to make it. */
export const APPLIED = 'mikro_orm_migrations';

/** Applies what is not applied yet, each migration in one transaction with the note of it. */
async function migrate(em: EntityManager, migrations: readonly Migration[]): Promise<void> {
  await em.execute(
    `create table if not exists ${APPLIED} (
       id integer not null primary key autoincrement, name text, executed_at datetime default current_timestamp)`,
  );
  const rows = await em.execute<{ name: string }[]>(`select name from ${APPLIED}`);
  const applied = new Set(rows.map(({ name }) => name));
  for (const { name, statements } of migrations.filter((migration) => !applied.has(migration.name))) {
    await em.transactional(async (tx) => {
      for (const [index, statement] of statements.entries()) {
        await assertKeepsData(name, statements.slice(index), (sql) => tx.execute(sql));
        await tx.execute(statement, [], 'run');
      }
      await tx.execute(`insert into ${APPLIED} (name) values (?)`, [name], 'run');
    });
  }
}
