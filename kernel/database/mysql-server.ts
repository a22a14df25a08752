import type { ConnectionOptions, Pool, PoolConnection, QueryError } from 'mysql2';
import { type Connection, createConnection } from 'mysql2/promise';
import { SECOND } from '../clock.ts';
import { ConfigurationError } from '../settings.ts';

/** Where a server is and how it is spoken to, for the driver. */
export type Server = ConnectionOptions & { connectionLimit: number };

/** How long a connection may take to come about, in ms. */
const CONNECT = 5 * SECOND;
/** How long a statement of a unit of work may take, in ms: a server that swallows replies must not hold it for ever. */
export const STATEMENT = 30 * SECOND;

/**
 * What every session agrees on. READ COMMITTED: a key that another transaction has just taken is seen by the one that
 * waited for it. Strict: what does not fit is refused, never cut. Waits for locks end after seconds, and are tried anew.
 */
const SESSION = [
  'set session transaction isolation level read committed',
  `set session sql_mode = 'STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',
     time_zone = '+00:00', innodb_lock_wait_timeout = 5, lock_wait_timeout = 10`,
];

/**
 * How long the server keeps a session of a pool that says nothing, in seconds: whoever had it may be gone without a word,
 * with rows locked that everybody else waits for. A pool ends its idle connections well before.
 */
const SILENCE = 30;
/** How long a pool keeps a connection without work, in ms. */
export const IDLE = 15 * SECOND;

/** The name of a module's database on a server. */
export function databaseName(namespace: string, module: string): string {
  return `${namespace}_${module.replaceAll('-', '_')}`;
}

/** Reads `mysql://user:password@host:port?option=value`; the options are the driver's own. */
export function readServer(url: string): Server {
  const expected = 'expected mysql://user:password@host:port';
  if (!URL.canParse(url)) throw new ConfigurationError(`DATABASE_URL is not valid: ${expected}`);
  const { protocol, hostname, port, username, password, pathname, searchParams } = new URL(url);
  if (protocol !== 'mysql:' || !hostname) throw new ConfigurationError(`DATABASE_URL is not valid: ${expected}`);
  if (pathname.length > 1)
    throw new ConfigurationError(`DATABASE_URL names a database, but each module has its own: ${expected}`);
  const { connectionLimit = 10, ...options } = Object.fromEntries(
    [...searchParams].map(([option, value]) => [option, optionOf(value)]),
  );
  if (typeof connectionLimit !== 'number' || connectionLimit < 2)
    throw new ConfigurationError(`The connectionLimit of DATABASE_URL is not valid: expected 2 or more`);
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port) || 3306,
    user: decoded(username),
    password: decoded(password),
    connectTimeout: CONNECT,
    // The sum of whole numbers is a DECIMAL, and a number as in SQLite.
    decimalNumbers: true,
    ...options,
    connectionLimit,
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new ConfigurationError('The user or the password of DATABASE_URL is not valid: a % in it is written as %25');
  }
}

/** `true`, `10` and `{"ca":...}` are what they look like; every other value is a text. */
function optionOf(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** A connection of its own, beside the pools: for what must stay on one session. */
export async function connectTo({ connectionLimit: _, ...server }: Server): Promise<Connection> {
  const connection = await createConnection({ ...server, supportBigNumbers: true });
  // Who uses it hears of its end by the statement that fails; without a listener the process would end.
  connection.on('error', () => {});
  for (const sql of SESSION) await connection.query({ sql, timeout: STATEMENT });
  return connection;
}

/** Sets up each connection that a pool makes, before it is used. */
export function prepareSessions(pool: Pool): void {
  pool.on('connection', (connection) => {
    guard(connection);
    for (const statement of [...SESSION, `set session wait_timeout = ${SILENCE}`])
      connection.query(statement, (error) => {
        if (error) connection.destroy();
      });
  });
}

type Callback = (error: QueryError | null, ...results: unknown[]) => void;

/**
 * Gives each statement of a connection a time limit, and ends a connection whose answer did not come: it would be read
 * as the answer to the next. After a deadlock, which undoes the whole transaction, only the rollback is let through:
 * any other statement of it would stay for good.
 */
function guard(connection: PoolConnection): void {
  const send = connection.query.bind(connection) as (options: object, values: unknown, done: Callback) => unknown;
  let undone: QueryError | null = null;
  const query = (sql: string, values: unknown, done?: Callback) => {
    const callback = typeof values === 'function' ? (values as Callback) : done;
    if (undone && sql !== 'rollback') return callback?.(undone);
    undone = null;
    return send({ sql, timeout: STATEMENT }, typeof values === 'function' ? [] : values, (error, ...results) => {
      if (error?.errno === 1213) undone = error;
      if (error?.code === 'PROTOCOL_SEQUENCE_TIMEOUT') {
        error.fatal = true;
        connection.destroy();
      }
      callback?.(error, ...results);
    });
  };
  connection.query = query as never;
}
