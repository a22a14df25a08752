import { type CsvError, type Info, parse } from 'csv-parse/sync';

/** A row of a file as it was read; `problem` when it is not whole. */
export interface Row {
  /** The line of the file that it begins in, from 1. */
  line: number;
  /** Of a row that is not whole: what can be read of it; the last cell may be cut. */
  cells: readonly string[];
  problem?: string;
}

const LINE_FEED = 10;
/** No row of a till is longer, in bytes: a quote that is never closed swallows no more than this. */
const MAX_ROW = 64 * 1024;

/** What on_record throws to end the parsing at a row that has to be read anew. */
class BrokenRow extends Error {}

/**
 * Reads delimited text row by row from a line on, as RFC 4180 has it, leaving out blank lines. A row with a stray quote,
 * or with fewer cells than `width`, is handed out with its problem, and reading goes on in the next line.
 */
export function readRows(text: string, delimiter: string, fromLine = 1, width = 0): Row[] {
  const bytes = Buffer.from(text);
  const rows: Row[] = [];
  let line = fromLine;
  let start = offsetOfLine(bytes, fromLine);
  while (start < bytes.length) {
    const broken = readUntilBroken(bytes, { start, line, delimiter, width }, rows);
    if (!broken) break;
    const feed = bytes.indexOf(LINE_FEED, broken.start);
    const end = feed < 0 ? bytes.length : feed;
    const written = bytes.toString('utf8', broken.start, end);
    rows.push({
      line: broken.line,
      cells: written.split(delimiter).map((cell) => cell.replace(/^"|"$/g, '')),
      problem: 'a quote is not closed',
    });
    start = end + 1;
    line = broken.line + 1;
  }
  return rows;
}

interface Position {
  /** The byte and the line that the next row begins in. */
  start: number;
  line: number;
}

/** Reads whole rows into `rows`; answers where a row begins whose quotes are broken, if there is one. */
function readUntilBroken(
  bytes: Buffer,
  from: Position & { delimiter: string; width: number },
  rows: Row[],
): Position | undefined {
  const next: Position = { start: from.start, line: from.line };
  const onRecord = (cells: string[], { bytes: read, lines }: Info): null => {
    if (isBroken(cells, from.width)) throw new BrokenRow();
    const { line } = next;
    next.start = from.start + read;
    next.line = from.line + lines;
    if (cells.some((cell) => cell.trim())) rows.push(checkWidth({ line, cells }, from.width));
    return null;
  };
  try {
    parse(bytes.subarray(from.start), {
      delimiter: from.delimiter,
      record_delimiter: '\n',
      relax_column_count: true,
      relax_quotes: true,
      max_record_size: MAX_ROW,
      on_record: onRecord as never,
    });
    return undefined;
  } catch (error) {
    if (error instanceof BrokenRow) return next;
    const { code } = error as CsvError;
    if (code === 'CSV_QUOTE_NOT_CLOSED' || code === 'CSV_MAX_RECORD_SIZE') return next;
    throw error;
  }
}

/** Whether a quote that nobody closed has swallowed the end of the row. */
function isBroken(cells: readonly string[], width: number): boolean {
  if (!cells.some((cell) => cell.includes('\n'))) return false;
  return cells.some((cell) => cell.startsWith('"')) || (width > 0 && cells.length !== width);
}

function checkWidth(row: Row, width: number): Row {
  const { cells } = row;
  if (cells.length < width) return { ...row, problem: `the row has ${cells.length} of ${width} columns` };
  // A trailing comma is no harm.
  if (width > 0 && cells.slice(width).some((cell) => cell.trim()))
    return { ...row, problem: `the row has ${cells.length} columns, more than the header's ${width}` };
  return row;
}

function offsetOfLine(bytes: Buffer, line: number): number {
  let offset = 0;
  for (let at = 1; at < line; at++) {
    const feed = bytes.indexOf(LINE_FEED, offset);
    if (feed < 0) return bytes.length;
    offset = feed + 1;
  }
  return offset;
}

/**
 * Marks the last row of a file without an end as broken where its last cell looks cut: all others end alike in digits,
 * such as ".00", and it does not.
 */
export function markCut(rows: Row[]): void {
  const whole = rows.filter(({ problem }) => !problem);
  const last = whole.at(-1);
  if (!last || last !== rows.at(-1)) return;
  const endOf = ({ cells }: Row) => cells.at(-1)?.trim().slice(-3).replace(/\d/g, '0') ?? '';
  const ends = new Set(whole.slice(0, -1).map(endOf));
  const [end = ''] = ends;
  if (ends.size !== 1 || !/\D.*0$/.test(end) || endOf(last) === end) return;
  rows[rows.length - 1] = { ...last, problem: 'the file has no end, and its last cell looks cut' };
}
