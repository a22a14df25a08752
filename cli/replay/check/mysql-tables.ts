import { createPool, type RowDataPacket } from 'mysql2/promise';
import type { Tables } from './tables.ts';

/** Opens every database of a product on a MySQL server, for reading. `url` is the product's DATABASE_URL. */
export async function mysqlTables(url: string, namespace: string): Promise<Tables> {
  // Sums are numbers and JSON is text, as SQLite has them.
  const pool = createPool({ uri: url, connectionLimit: 4, decimalNumbers: true, jsonStrings: true });
  const databaseOf = (module: string) => `${namespace}_${module.replaceAll('-', '_')}`;
  const [databases] = await pool.query<RowDataPacket[]>(
    'select schema_name as name from information_schema.schemata where left(schema_name, ?) = ?',
    [namespace.length + 1, `${namespace}_`],
  );
  const modules = databases.map(({ name }) => (name as string).slice(namespace.length + 1).replaceAll('_', '-'));
  return {
    modules,
    async rows<T>(module: string, sql: string, ...values: (string | number)[]) {
      if (!modules.includes(module)) return [];
      const connection = await pool.getConnection();
      try {
        await connection.query(`use \`${databaseOf(module)}\``);
        const [rows] = await connection.query<RowDataPacket[]>(sql, values);
        return rows as T[];
      } finally {
        connection.release();
      }
    },
    async has(module, table) {
      const [found] = await pool.query<RowDataPacket[]>(
        'select 1 from information_schema.tables where table_schema = ? and table_name = ?',
        [databaseOf(module), table],
      );
      return found.length > 0;
    },
    [Symbol.asyncDispose]: () => pool.end(),
  };
}
