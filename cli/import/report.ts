import { writeFileSync } from 'node:fs';
import { printable } from './clean.ts';
import { CommandFailure, type RefusedRow } from './refusal.ts';

/** So many refusals are shown on the screen; all of them stand in the report. */
const SHOWN = 20;
/** So many letters of a reason and of a row are shown. */
const MESSAGE = 200;
const CONTENT = 60;

/** The refusals as lines for the screen, in the order of the file. */
export function refusalLines(refused: readonly RefusedRow[], hasReport: boolean): string[] {
  const lines = refused
    .slice(0, SHOWN)
    .map(({ line, code, message, content }) =>
      [`  line ${line}  ${code}: ${printable(message, MESSAGE)}`, `[${printable(content, CONTENT)}]`].join('  '),
    );
  const more = refused.length - lines.length;
  if (more > 0) lines.push(`  and ${more} more${hasReport ? '' : '; --report FILE writes them all'}`);
  return lines;
}

/** Writes every refusal as CSV. Throws a CommandFailure when the file cannot be written. */
export function writeReport(file: string, refused: readonly RefusedRow[]): void {
  const rows = refused.map(({ line, code, message, content }) => [String(line), code, message, content]);
  const text = [['line', 'code', 'reason', 'content'], ...rows].map((row) => row.map(quoted).join(',')).join('\n');
  try {
    // The mark makes spreadsheets read it as UTF-8.
    writeFileSync(file, `\ufeff${text}\n`);
  } catch (error) {
    throw new CommandFailure(`the report could not be written: ${(error as Error).message}`);
  }
}

function quoted(cell: string): string {
  // A leading sign would be a formula to a spreadsheet.
  return `"${cell.replace(/^(?=[=+\-@\t])/, "'").replaceAll('"', '""')}"`;
}
