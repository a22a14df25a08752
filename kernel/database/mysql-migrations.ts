import type { Connection, QueryError, ResultSetHeader, RowDataPacket } from 'mysql2/promise';
import { assertKeepsData } from './data-guard.ts';
import type { Migration } from './migrations.ts';
import { takeLock } from './mysql-locks.ts';

/** The table of the statements that were applied: MySQL ends a transaction at each one that changes a table. */
export const STEPS = 'migration_step';

/** How long a start waits for another one that is bringing the same database up to date, in seconds. */
const PATIENCE = 600;

/** Exists already (table, column, key); is not there (table, column or key): what a statement says that was run before. */
const RUN_BEFORE = new Set([1050, 1060, 1061, 1051, 1091]);

/** Brings a database up to date; several processes may do so at once. One that was killed over it is gone on with. */
export async function migrateMysql(connection: Connection, dbName: string, migrations: readonly Migration[]) {
  await connection.query(
    `create table if not exists ${STEPS} (
       migration varchar(255) not null, step int not null, state varchar(10) not null, primary key (migration, step)
     ) engine = InnoDB`,
  );
  if ((await pending(connection, migrations)).length === 0) return;
  if (!(await takeLock(connection, `${dbName} migrations`, PATIENCE)))
    throw new Error(`another process has been changing its tables for ${PATIENCE} seconds`);
  for (const step of await pending(connection, migrations)) await apply(connection, step);
}

interface Step {
  migration: string;
  /** The place of its statement, from 1. */
  step: number;
  /** Its own statement, and those behind it. */
  statements: readonly string[];
  /** Begun by a process that did not live to say what became of it. */
  inDoubt: boolean;
}

/** What is not known to be applied. A migration that only others know, newer ones, is none of our business. */
async function pending(connection: Connection, migrations: readonly Migration[]): Promise<Step[]> {
  const [rows] = await connection.query<RowDataPacket[]>(`select migration, step, state from ${STEPS}`);
  const states = new Map(rows.map((row) => [`${row['migration']} ${row['step']}`, row['state']]));
  return migrations.flatMap(({ name: migration, statements }) =>
    statements.flatMap((_, index) => {
      const step = index + 1;
      const state = states.get(`${migration} ${step}`);
      if (state === 'DONE') return [];
      return { migration, step, statements: statements.slice(index), inDoubt: state === 'BEGUN' };
    }),
  );
}

/** Runs one statement and notes it: together when it changes rows, and with a note before and after when it cannot be. */
async function apply(connection: Connection, { migration, step, statements, inDoubt }: Step): Promise<void> {
  await assertKeepsData(migration, statements, async (sql) => (await connection.query<RowDataPacket[]>(sql))[0]);
  const [statement = ''] = statements;
  const note = (state: 'BEGUN' | 'DONE') =>
    connection.query<ResultSetHeader>(`replace into ${STEPS} (migration, step, state) values (?, ?, ?)`, [
      migration,
      step,
      state,
    ]);
  if (/^(insert|update|delete|replace|with)\b/i.test(statement)) {
    await connection.beginTransaction();
    await connection.query(statement);
    await note('DONE');
    await connection.commit();
    return;
  }
  await note('BEGUN');
  try {
    await connection.query(statement);
  } catch (error) {
    const { errno = 0, fatal } = error as QueryError;
    if (!inDoubt || !RUN_BEFORE.has(errno)) {
      // The server has refused it, so there is no doubt.
      if (!fatal) await connection.query(`delete from ${STEPS} where migration = ? and step = ?`, [migration, step]);
      throw error;
    }
  }
  await note('DONE');
}
