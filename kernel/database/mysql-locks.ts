import type { Connection, RowDataPacket } from 'mysql2/promise';
import { SECOND } from '../clock.ts';
import { digest } from '../crypto.ts';
import { connectTo, type Server, STATEMENT } from './mysql-server.ts';

/** How long the server keeps a silent connection that holds a lock, in seconds: its machine may have lost its power. */
const SILENCE = 60;

/** Takes a lock of the whole server, by its name, on this connection; false when it is not to be had in so many seconds. */
export async function takeLock(connection: Connection, name: string, seconds: number): Promise<boolean> {
  // The names of locks end at 64 characters, and do not tell letters by their case.
  const [[row]] = await connection.query<RowDataPacket[]>({
    sql: 'select get_lock(?, ?) as taken',
    values: [digest(name), seconds],
    timeout: seconds * SECOND + STATEMENT,
  });
  return row?.['taken'] === 1;
}

/** Runs work while no other process does; false, and runs nothing, while another does. The lock ends with its connection. */
export async function withLock(server: Server, name: string, work: () => Promise<void>): Promise<boolean> {
  const connection = await connectTo(server);
  let alive: NodeJS.Timeout | undefined;
  try {
    await connection.query({ sql: `set session wait_timeout = ${SILENCE}`, timeout: STATEMENT });
    if (!(await takeLock(connection, name, 0))) return false;
    alive = setInterval(() => connection.ping().catch(() => {}), (SILENCE * SECOND) / 3);
    await work();
    return true;
  } finally {
    clearInterval(alive);
    connection.destroy();
  }
}
