import { createHash } from 'node:crypto';
import { type Bytes, keyOf } from './rows.ts';
import type { Kind, Table } from './tables.ts';

/** What a comparison of a table has found. */
export interface Compared {
  rows: number;
  /** What differs, as a sentence; undefined when every row is the same on both sides. */
  difference: string | undefined;
}

/** Compares the rows of a table, each side in the order of its primary key: their number, and a checksum of all values. */
export async function compareTable(
  table: Table,
  here: AsyncIterator<Bytes>,
  there: AsyncIterator<Bytes>,
): Promise<Compared> {
  const [source, target] = [tally(table), tally(table)];
  let first: string | undefined;
  for (;;) {
    const [one, other] = [await here.next(), await there.next()];
    if (one.done && other.done) break;
    const same = (one.done ? '' : source.add(one.value)) === (other.done ? '' : target.add(other.value));
    if (!same) first ??= keyOf(table, one.done ? other.value : one.value);
  }
  const [a, b] = [source.end(), target.end()];
  const same = a.rows === b.rows && a.checksum === b.checksum;
  const difference = `${a.rows} rows here (${a.checksum}), ${b.rows} there (${b.checksum}); the first that differs: ${first}`;
  return { rows: a.rows, difference: same ? undefined : difference };
}

/** Counts the rows of one side, and sums them up; answers the digest of each. */
function tally({ columns }: Table) {
  const all = createHash('sha256');
  let rows = 0;
  return {
    add(row: Bytes): string {
      rows += 1;
      const one = createHash('sha256');
      for (const [index, { kind }] of columns.entries()) {
        const value = canonical(kind, row[index] ?? null);
        // With its length, so that no two rows are the same bytes.
        one.update(value === null ? '-' : `${value.length}:`);
        if (value) one.update(value);
      }
      const digest = one.digest();
      all.update(digest);
      return digest.toString('base64');
    },
    end: () => ({ rows, checksum: all.digest('hex').slice(0, 16) }),
  };
}

/** JSON is the same when it means the same: a server may order the keys of its objects, and space them, as it likes. */
function canonical(kind: Kind, value: Uint8Array | null): Uint8Array | null {
  if (kind !== 'json' || value === null) return value;
  return Buffer.from(JSON.stringify(ordered(JSON.parse(Buffer.from(value).toString()))));
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, part]) => [key, ordered(part)]));
}
