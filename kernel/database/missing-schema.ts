import { BigIntType, JsonType } from '@mikro-orm/core';
import { MySqlSchemaHelper } from '@mikro-orm/sql';
import type { Database } from './database.ts';

/** What a database's entities have and its tables do not, as SQL; empty when there is nothing. For tools and tests. */
export async function missingSchema({ orm }: Pick<Database, 'orm'>): Promise<string> {
  const platform = orm.driver.getPlatform();
  if (platform.getSchemaHelper() instanceof MySqlSchemaHelper)
    Object.assign(platform, { schemaHelper: new MariadbSchemaHelper(platform) });
  return plainSql(await orm.schema.getUpdateSchemaSQL({ wrap: false }));
}

/** SQL as a migration has it: a table takes the collation of its database, by which keys compare as in SQLite. */
export function plainSql(sql: string): string {
  return sql.replaceAll(' default character set utf8mb4', '').trim();
}

/** MariaDB says longtext with a check of what was made as json, the text NULL where there is no default, and texts in quotes. */
class MariadbSchemaHelper extends MySqlSchemaHelper {
  override async getAllColumns(...args: Parameters<MySqlSchemaHelper['getAllColumns']>) {
    const tables = await super.getAllColumns(...args);
    for (const column of Object.values(tables).flat()) {
      if (/^'?null'?$/i.test(column.default ?? '')) delete column.default;
      // Nothing else is a longtext here: see LongText.
      if (column.type === 'longtext') {
        column.type = 'json';
        column.mappedType = new JsonType();
        delete column.collation;
      }
    }
    return tables;
  }

  /** A default as the entity says it: a text in quotes, which MariaDB has put there itself, and a bigint too. */
  protected override wrap(...[value, type]: Parameters<MySqlSchemaHelper['wrap']>): string | null | undefined {
    if (value?.startsWith("'")) return value;
    return value && type instanceof BigIntType ? `'${value}'` : super.wrap(value, type);
  }

  override async getAllChecks(...args: Parameters<MySqlSchemaHelper['getAllChecks']>) {
    const tables = await super.getAllChecks(...args);
    const own = ({ expression }: { expression: unknown }) => !String(expression).includes('json_valid');
    return Object.fromEntries(Object.entries(tables).map(([table, checks]) => [table, checks.filter(own)]));
  }
}
