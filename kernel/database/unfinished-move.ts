import type { Connection, RowDataPacket } from 'mysql2/promise';

/** The table whose row says that a database holds only a part of what is being moved into it. */
export const UNFINISHED = 'unfinished_move';

const qualified = (dbName: string) => `\`${dbName}\`.${UNFINISHED}`;

/** Whether a database holds only what an unfinished move has brought: nobody may work on it. */
export async function hasUnfinishedMove(connection: Connection, dbName: string): Promise<boolean> {
  const [tables] = await connection.query<RowDataPacket[]>(
    'select 1 from information_schema.tables where table_schema = ? and table_name = ?',
    [dbName, UNFINISHED],
  );
  if (tables.length === 0) return false;
  return (await connection.query<RowDataPacket[]>(`select 1 from ${qualified(dbName)}`))[0].length > 0;
}

/** Notes in all of these databases, or in none, that a move into them has begun. They refuse to be opened from now on. */
export async function noteMove(connection: Connection, dbNames: readonly string[]): Promise<void> {
  for (const dbName of dbNames)
    await connection.query(
      `create table if not exists ${qualified(dbName)} (id int not null, primary key (id)) engine = InnoDB`,
    );
  await connection.beginTransaction();
  for (const dbName of dbNames) await connection.query(`replace into ${qualified(dbName)} (id) values (1)`);
  await connection.commit();
}

/** Takes the note away from all of these databases, or from none. An empty table that stays behind says nothing. */
export async function endMove(connection: Connection, dbNames: readonly string[]): Promise<void> {
  await connection.beginTransaction();
  for (const dbName of dbNames) await connection.query(`delete from ${qualified(dbName)}`);
  await connection.commit();
  // All is done by then: that a table stays behind is no failure.
  for (const dbName of dbNames) await connection.query(`drop table ${qualified(dbName)}`).catch(() => {});
}
