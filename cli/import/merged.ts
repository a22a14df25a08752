import type { Columns } from './columns.ts';
import type { Field } from './synonyms.ts';
import type { Row } from './table.ts';

/**
 * Whether a column was exported from merged cells: its first row says something, others are blank, and no two
 * neighbours say the same, as they would where each row speaks for itself. `mayBeBlank` tells which blanks count as merged.
 */
export function looksMerged(
  rows: readonly Row[],
  columns: Columns,
  field: Field,
  mayBeBlank: (row: Row) => boolean,
): boolean {
  const index = columns[field];
  const whole = rows.filter(({ problem }) => !problem);
  if (index === undefined || !whole[0]?.cells[index]?.trim()) return false;
  let above: string | undefined;
  let blanks = 0;
  for (const row of whole) {
    const text = row.cells[index]?.trim();
    if (text && text === above) return false;
    if (!text && mayBeBlank(row)) blanks += 1;
    above = text;
  }
  return blanks > 0;
}

/** A row whose blank cells of some fields say what the row above says. */
export function fillFrom(above: Row, row: Row, columns: Columns, fields: readonly Field[]): Row {
  const cells = [...row.cells];
  for (const field of fields) {
    const index = columns[field];
    if (index !== undefined && !cells[index]?.trim()) cells[index] = above.cells[index] ?? '';
  }
  return { ...row, cells };
}
