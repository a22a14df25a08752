import { cleanText } from './clean.ts';
import type { Field } from './columns.ts';
import { findHeader, type Header, type HeaderSearch } from './header.ts';
import { CommandFailure, type RefusedRow } from './refusal.ts';
import { type Row, readRows } from './table.ts';
import { decodeText } from './text.ts';

/** A till's file as it was understood. */
export interface Sheet extends Header {
  rows: readonly Row[];
  /** What whoever runs the import should know about how the file was read. */
  notes: readonly string[];
}

/** The largest file, in bytes; it is read whole, because an order's rows may lie anywhere in it. */
const MAX_FILE = 64_000_000;
/** What a till prints below its table. */
const TOTALS = /^(合计|总计|小计|总和|汇总|totals?|grand ?total|sub ?total|sum)[:：]?$/i;

/** Reads a file's bytes as a table with the columns that are asked for. Throws a CommandFailure when it cannot be. */
export function readSheet(bytes: Uint8Array, search: HeaderSearch & { encoding: string | undefined }): Sheet {
  if (bytes.length > MAX_FILE)
    throw new CommandFailure(`the file is larger than ${MAX_FILE / 1_000_000} MB; split it, by month for instance`);
  const { text, note } = decodeText(bytes, search.encoding);
  if (!text.trim()) throw new CommandFailure('the file is empty');
  const header = findHeader(text, search);
  const width = header.headers.findLastIndex((name) => name.trim()) + 1;
  const body = readRows(text, header.delimiter, header.line, width).slice(1);
  const rows = body.filter(({ cells }) => !TOTALS.test(cells.find((cell) => cell.trim())?.trim() ?? ''));
  if (rows.length === 0) throw new CommandFailure('the file has a header and no rows');
  const notes = note ? [note] : [];
  if (header.line > 1) notes.push(`the table begins in line ${header.line}; what stands above it was left out`);
  if (rows.length < body.length) notes.push(`${body.length - rows.length} rows of totals were left out`);
  if (!text.endsWith('\n'))
    notes.push('the last line has no end: if the file was cut there, import it again when whole');
  return { ...header, rows, notes };
}

/** A row's cell of a field as plain text; empty when the file has no such column. */
export function cellOf({ columns }: Pick<Sheet, 'columns'>, { cells }: Row, field: Field): string {
  const index = columns[field];
  return index === undefined ? '' : cleanText(cells[index] ?? '');
}

/** A refusal of a row, with what the row says. */
export function refuseRow(sheet: Sheet, row: Row, { code, message }: { code: string; message: string }): RefusedRow {
  return { line: row.line, code, message, content: row.cells.join(sheet.delimiter).replace(/\s+/g, ' ').trim() };
}

/** Every cell of a sheet that may hold a date. */
export function* dateCells(sheet: Sheet): Generator<string> {
  for (const row of sheet.rows) {
    yield cellOf(sheet, row, 'date');
    yield cellOf(sheet, row, 'time');
  }
}
