import { type EntitySchema, MikroORM, MySqlDriver } from '@mikro-orm/mysql';
import { DatabaseSchema } from '@mikro-orm/sql';
import { plainSql } from './missing-schema.ts';

/** The SQL that makes the tables of these entities where there is nothing yet, for MySQL and without a server of it. */
export async function newMysqlSchema(entities: readonly EntitySchema[]): Promise<string> {
  if (entities.length === 0) return '';
  const dbName = 'nowhere';
  const orm = await MikroORM.init<MySqlDriver>({
    driver: MySqlDriver,
    dbName,
    ensureDatabase: false,
    entities: [...entities],
  });
  const fromSchema = new DatabaseSchema(orm.driver.getPlatform(), dbName);
  const { up } = await orm.schema.getUpdateSchemaMigrationSQL({ fromSchema, wrap: false });
  return plainSql(up);
}
