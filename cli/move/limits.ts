import { isUtf8 } from 'node:buffer';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { ConfigurationError } from '../../kernel/settings.ts';
import { type Bytes, counted, keyOf, sqliteRows } from './rows.ts';
import type { Source } from './source.ts';
import type { Column } from './tables.ts';
import { type Limit, limitsOf } from './target.ts';

/** The bits of the whole numbers that have a sign, by type. */
const BITS: Readonly<Record<string, bigint>> = { tinyint: 8n, smallint: 16n, mediumint: 24n, int: 32n, bigint: 64n };

/**
 * Throws a ConfigurationError that names the first row which the server would not take, by its table and key. Reads
 * everything and writes nothing; `count` is told how many rows were read.
 */
export async function assertFits(
  connection: Connection,
  dbName: string,
  source: Source,
  count: (rows: number) => void,
): Promise<void> {
  const { module, database, tables } = source;
  const limits = await limitsOf(connection, dbName, tables);
  const [[variables]] = await connection.query<RowDataPacket[]>('select @@max_allowed_packet as packet');
  // In a statement each byte may need another one before it.
  const most = Math.floor(Number(variables?.['packet']) / 2) - 10_000;
  for (const table of tables) {
    const columns = table.columns.map((column) => ({
      ...column,
      limit: limits.get(table.name)?.get(column.name) as Limit,
    }));
    for await (const row of counted(sqliteRows(database, table), count)) {
      const found = refusal(columns, row) ?? (sizeOf(row) > most && `is longer than half of max_allowed_packet`);
      if (found)
        throw new ConfigurationError(
          `${module.name}: the row of ${table.name} with ${keyOf(table, row)} cannot be moved: it ${found}. No data was written.`,
        );
    }
  }
}

function sizeOf(row: Bytes): number {
  return row.reduce((sum, value) => sum + (value?.length ?? 0), 0);
}

/** Why a row does not fit, as the end of a sentence. */
function refusal(columns: readonly (Column & { limit: Limit })[], row: Bytes): string | undefined {
  for (const [index, { name, kind, limit }] of columns.entries()) {
    const value = row[index];
    if (!value) {
      if (!limit.nullable) return `has no ${name}, which the server needs`;
    } else if (kind === 'integer') {
      if (!isWithin(value, limit)) return `has a ${name} which is not a whole number of the size of ${limit.type}`;
    } else if (!isUtf8(value)) {
      return `has a ${name} which is not text in UTF-8`;
    } else if (kind === 'json' && !isJson(value)) {
      return `has a ${name} which is not JSON to the server`;
    } else {
      const long = excess(value, limit);
      if (long) return `has a ${name} of ${long}`;
    }
  }
  return undefined;
}

function isWithin(value: Uint8Array, { type }: Limit): boolean {
  const digits = Buffer.from(value).toString();
  const bits = BITS[type];
  if (!bits || !/^-?\d{1,19}$/.test(digits)) return false;
  return BigInt.asIntN(Number(bits), BigInt(digits)) === BigInt(digits);
}

/** Half of a letter beyond 16 bits is a text to JavaScript, and no JSON to the server. */
function isJson(value: Uint8Array): boolean {
  try {
    const text = JSON.stringify(JSON.parse(Buffer.from(value).toString()));
    return !/(?<!\\)(\\\\)*\\ud[89a-f]/.test(text);
  } catch {
    return false;
  }
}

/** By how much a text is too long for its column. */
function excess(value: Uint8Array, { characters, bytes }: Limit): string | undefined {
  if (bytes !== null && value.length > bytes) return `${value.length} bytes, where ${bytes} is the most`;
  if (characters === null || value.length <= characters) return undefined;
  // Every byte but those that continue a character begins one.
  const count = value.reduce((sum, byte) => sum + ((byte & 0xc0) === 0x80 ? 0 : 1), 0);
  return count > characters ? `${count} characters, where ${characters} is the most` : undefined;
}
