import { halfWidth, printable } from './clean.ts';
import { CommandFailure } from './refusal.ts';
import { FIELDS, type Field, SYNONYMS, simplify } from './synonyms.ts';

/** Which column holds which field, by index. */
export type Columns = Partial<Record<Field, number>>;

/** Other words by which `--map` may call a field. */
const ALIASES: Record<string, Field> = {
  size: 'spec',
  qty: 'quantity',
  type: 'category',
  timestamp: 'time',
  id: 'order',
};

/** A header as the synonyms have it: lower case, without blanks, dashes, marks, and what stands in brackets. */
function plainHeader(header: string): string {
  return simplify(halfWidth(header))
    .toLowerCase()
    .replace(/[([【].*[)\]】]/g, '')
    .replace(/[^\p{L}\p{N}]/gu, '');
}

/** Reads `--map price=Unit price,name=菜名`: header by field. Throws a CommandFailure for a field there is not. */
export function parseMapping(mapping: string | undefined): Map<Field, string> {
  const pairs = (mapping ?? '').split(',').filter((pair) => pair.trim());
  return new Map(
    pairs.map((pair) => {
      const [written = '', ...column] = pair.split('=');
      const name = written.trim().toLowerCase();
      const field = FIELDS.find((known) => known === name) ?? ALIASES[name];
      if (!field || column.length === 0)
        throw new CommandFailure(`--map wants field=Column with a field of ${FIELDS.join(', ')}; not "${pair.trim()}"`);
      return [field, column.join('=').trim()];
    }),
  );
}

/**
 * Finds the columns of some fields by their headers; what the mapping names goes before the synonyms. The problem is a
 * sentence: the mapping names a column that is not there, or two columns bear the header that a field is read from.
 */
export function findColumns(
  headers: readonly string[],
  fields: readonly Field[],
  mapping: ReadonlyMap<Field, string>,
): { columns: Columns; problem: string | undefined } {
  const plain = headers.map(plainHeader);
  const columns: Columns = {};
  const taken = new Set<number>();
  let problem: string | undefined;
  const take = (field: Field, header: string) => {
    const index = plain.findIndex((candidate, at) => candidate === header && header !== '' && !taken.has(at));
    if (index < 0) return false;
    if (plain.includes(header, index + 1))
      problem ??= `two columns are called "${headers[index]}"; rename one, or name another by --map ${field}=Column`;
    columns[field] = index;
    taken.add(index);
    return true;
  };
  for (const [field, header] of mapping) {
    if (header && !take(field, plainHeader(header)))
      problem ??= `there is no column "${header}"; the columns are ${listHeaders(headers)}`;
  }
  for (const field of fields) if (!mapping.has(field)) SYNONYMS[field].some((header: string) => take(field, header));
  return { columns, problem };
}

/** The headers for a sentence. */
export function listHeaders(headers: readonly string[]): string {
  const named = headers.map((header) => header.trim()).filter(Boolean);
  return named.length > 0 ? printable(named.join(', '), 300) : 'without names';
}
