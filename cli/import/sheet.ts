import { cleanText } from './clean.ts';
import { findHeader, type Header, type HeaderSearch } from './header.ts';
import { withoutMargins } from './margins.ts';
import { assertCurrency, usesDecimalComma, withDecimalPoint } from './money.ts';
import { attempt, CommandFailure, Refusal, type RefusedRow } from './refusal.ts';
import type { Field } from './synonyms.ts';
import { markCut, type Row, readRows } from './table.ts';
import { decodeText } from './text.ts';

/** A till's file as it was understood. */
export interface Sheet extends Header {
  rows: readonly Row[];
  /** Whether its amounts have decimal commas. */
  decimalComma: boolean;
  /** What whoever runs the import should know about how the file was read. */
  notes: readonly string[];
}

/** The largest file, in bytes; it is read whole, because an order's rows may lie anywhere in it. */
export const MAX_FILE = 64_000_000;
/** The fields that hold numbers, which a file may write with decimal commas. */
const NUMBERS: ReadonlySet<Field> = new Set(['price', 'amount', 'quantity', 'discount']);

/** Reads a file's bytes as a table with the columns that are asked for. Throws a CommandFailure when it cannot be. */
export function readSheet(bytes: Uint8Array, search: HeaderSearch & { encoding: string | undefined }): Sheet {
  const { text, note } = decodeText(bytes, search.encoding);
  if (!text.trim()) throw new CommandFailure('the file is empty');
  if (/^\s*<(!doctype|html|table|\?xml|style)/i.test(text))
    throw new CommandFailure('the file is a web page, not CSV: open it in a spreadsheet and save it as "CSV UTF-8"');
  const header = findHeader(text, search);
  const { headers, columns, line } = header;
  const width = headers.findLastIndex((name) => name.trim()) + 1;
  const body = readRows(text, header.delimiter, line, width).slice(1);
  if (!text.endsWith('\n')) markCut(body);
  const { rows, notes } = withoutMargins(body, headers, columns);
  if (rows.length === 0) throw new CommandFailure('the file has a header and no rows');
  if (line > 1) notes.unshift(`the table begins in line ${line}; what stands above it was left out`);
  if (note) notes.unshift(note);
  if (!text.endsWith('\n'))
    notes.push('the last line has no end: if the file was cut there, import it again when whole');
  const decimalComma = usesDecimalComma(moneyCells(header, rows));
  if (decimalComma) notes.push('the amounts were read with decimal commas');
  return { ...header, rows, notes, decimalComma };
}

/** A row's cell of a field as plain text; empty when the file has no such column. */
export function cellOf({ columns, decimalComma }: CellSheet, { cells }: Row, field: Field): string {
  const index = columns[field];
  if (index === undefined) return '';
  const text = cleanText(cells[index] ?? '');
  return decimalComma && NUMBERS.has(field) ? withDecimalPoint(text) : text;
}

type CellSheet = Pick<Sheet, 'columns' | 'decimalComma'>;

/** Throws a CommandFailure when the header of a price names another currency than the store's, as "Price ($)" does. */
export function assertCurrencyOf(sheet: Sheet, currency: string): void {
  for (const index of moneyColumns(sheet)) {
    const header = sheet.headers[index] ?? '';
    const word = /[([（【]\s*([^)\]）】]*?)\s*[)\]）】]\s*$/.exec(header)?.[1] ?? '';
    const refusal = attempt(() => assertCurrency(word, currency));
    if (refusal instanceof Refusal) throw new CommandFailure(`the column ${header.trim()} is not in ${currency}`);
  }
}

function moneyColumns({ columns, sizes }: Header): number[] {
  const fields = [columns.price, columns.amount].filter((index) => index !== undefined);
  return [...fields, ...sizes.map(({ index }) => index)];
}

function* moneyCells(header: Header, rows: readonly Row[]): Generator<string> {
  const indexes = moneyColumns(header);
  for (const { cells } of rows) for (const index of indexes) yield cleanText(cells[index] ?? '');
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
