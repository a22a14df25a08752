import { MikroORM, MySqlDriver } from '@mikro-orm/mysql';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { queryWatch } from '../telemetry/queries.ts';
import { type Database, type OpeningPlan, type Storage, unusable } from './database.ts';
import { withLock } from './mysql-locks.ts';
import { migrateMysql, STEPS } from './mysql-migrations.ts';
import { connectTo, databaseName, IDLE, prepareSessions, readServer, type Server } from './mysql-server.ts';
import { hasUnfinishedMove, UNFINISHED } from './unfinished-move.ts';

/** Opens a module's database on a MySQL or MariaDB server, made when it is missing. Other processes may share it. */
export async function openMysql(
  { url, namespace }: Extract<Storage, { kind: 'mysql' }>,
  { name, entities, migrations, moving, metrics, log }: OpeningPlan,
): Promise<Omit<Database, 'em'>> {
  const server = readServer(url);
  const dbName = databaseName(namespace, name);
  try {
    await using session = await begin(server);
    await makeDatabase(session.connection, dbName);
    if (!moving && (await hasUnfinishedMove(session.connection, dbName)))
      throw new Error('it holds only a part of what was to be moved into it; run npm run move again');
    await migrateMysql(session.connection, dbName, migrations);
  } catch (error) {
    throw unusable(`${dbName} at ${server.host}:${server.port}`, error);
  }
  const orm = await MikroORM.init<MySqlDriver>({
    driver: MySqlDriver,
    dbName,
    host: server.host as string,
    port: server.port as number,
    user: server.user as string,
    password: server.password as string,
    // Those beyond two go as soon as they are idle, and these two soon after.
    driverOptions: { ...server, maxIdle: 2, idleTimeout: IDLE },
    forceUtcTimezone: true,
    // It is there, and a look for it would open a connection before its session could be set up.
    ensureDatabase: false,
    entities,
    schemaGenerator: { skipTables: [STEPS, UNFINISHED] },
    loggerFactory: () => queryWatch({ module: name, system: 'mysql', metrics, log }),
  });
  const pool = await orm.driver.getConnection().getNativeClient();
  prepareSessions(pool);
  return {
    orm,
    shared: true,
    exclusively: (work, run) => withLock(server, `${dbName}.${work}`, run),
    async answers() {
      // By a connection of its own: a pool that is busy is work in hand, and no reason to turn requests away.
      await using _ = await begin(server);
    },
    async close() {
      await orm.close();
      // The ORM leaves a pool that it has not used, whose timer would keep the process alive.
      pool.end(() => {});
    },
  };
}

/** Whether a module's database is on a server. */
export async function hasMysql(
  { url, namespace }: Extract<Storage, { kind: 'mysql' }>,
  name: string,
): Promise<boolean> {
  const server = readServer(url);
  try {
    await using session = await begin(server);
    const [found] = await session.connection.query<RowDataPacket[]>(
      'select 1 from information_schema.schemata where schema_name = ?',
      [databaseName(namespace, name)],
    );
    return found.length > 0;
  } catch (error) {
    throw unusable(`${databaseName(namespace, name)} at ${server.host}:${server.port}`, error);
  }
}

async function begin(server: Server): Promise<AsyncDisposable & { connection: Connection }> {
  const connection = await connectTo(server);
  return { connection, [Symbol.asyncDispose]: async () => connection.destroy() };
}

/** Keys compare as they do in SQLite: by their bytes, spaces at the end included. */
async function makeDatabase(connection: Connection, dbName: string): Promise<void> {
  const one = async (sql: string, values: unknown[] = []) =>
    (await connection.query<RowDataPacket[]>(sql, values))[0][0];
  const { version } = (await one('select version() as version')) as { version: string };
  const collation = /mariadb/i.test(version) ? 'utf8mb4_nopad_bin' : 'utf8mb4_0900_bin';
  await connection.query(`create database if not exists \`${dbName}\` character set utf8mb4 collate ${collation}`);
  const found = await one(
    'select default_collation_name as is_now from information_schema.schemata where schema_name = ?',
    [dbName],
  );
  if (found?.['is_now'] !== collation)
    throw new Error(`its collation is ${found?.['is_now']}; run: alter database \`${dbName}\` collate ${collation}`);
  await connection.changeUser({ database: dbName });
}
