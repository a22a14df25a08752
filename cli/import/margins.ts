import { cleanText, printable } from './clean.ts';
import type { Columns } from './columns.ts';
import { simplify } from './synonyms.ts';
import type { Row } from './table.ts';

const TOTALS =
  /^[*=\s-]*(本页|本日|当日|本月|全部)?(合计|总计|小计|总和|汇总|totals?|grand total|sub-?\s?totals?|sum)[*=\s-]*([:：(（].*)?$/i;
/** "导出时间: ...", "Printed by: ...", "共 12 条", "--- end ---". */
const REMARK = /^(\p{L}[\p{L}\s]*[:：]|共\s*\d+|[*=-]{2,}|(printed|exported|generated|end of|page)\b)/iu;

/**
 * Leaves out what a till prints around the rows of its table: totals, the header on each further page, and remarks below
 * the last row. `notes` name the lines.
 */
export function withoutMargins(
  rows: readonly Row[],
  headers: readonly string[],
  columns: Columns,
): { rows: Row[]; notes: string[] } {
  const header = headers.map(cleanText).join('\n');
  const totals = rows.filter((row) => isTotals(row, columns));
  const repeated = rows.filter(({ cells }) => cells.map(cleanText).join('\n') === header);
  const left = new Set([...totals, ...repeated]);
  const remarks: Row[] = [];
  for (const row of rows.toReversed()) {
    if (left.has(row)) continue;
    if (!isRemark(row)) break;
    remarks.unshift(row);
    left.add(row);
  }
  const told: [Row[], string][] = [
    [totals, 'totals'],
    [repeated, 'repeated headers'],
    [remarks, 'remarks below the table'],
  ];
  const notes = told.filter(([some]) => some.length > 0).map(([some, what]) => `left out as ${what}: ${linesOf(some)}`);
  return { rows: rows.filter((row) => !left.has(row)), notes };
}

/** Rows by their lines, for a sentence. */
export function linesOf(rows: readonly { line: number }[]): string {
  const shown = rows.slice(0, 5).map(({ line }) => line);
  const more = rows.length > shown.length ? ` and ${rows.length - shown.length} more` : '';
  return `line ${shown.join(', ')}${more}`;
}

function isTotals({ cells }: Row, { name }: Columns): boolean {
  const first = cells.find((cell) => cell.trim()) ?? '';
  return [first, cells[name ?? -1] ?? ''].some((cell) => TOTALS.test(simplify(cleanText(cell))));
}

function isRemark({ cells }: Row): boolean {
  const filled = cells.map((cell) => printable(cell, 200)).filter(Boolean);
  return filled.length === 1 && REMARK.test(filled[0] as string);
}
