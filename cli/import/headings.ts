import { cleanText } from './clean.ts';
import type { Sheet } from './sheet.ts';
import type { Row } from './table.ts';

/** A menu's rows without its headings, and the heading that each stands under. */
export interface Headed {
  rows: Row[];
  categoryOf: ReadonlyMap<Row, string>;
  notes: string[];
}

/**
 * Reads a price list that is divided by headings: it has no column for the category, and begins with a row of one cell.
 * Then each row of one cell is a heading, and all are named, because a dish without its price looks the same.
 */
export function withHeadings(sheet: Sheet): Headed {
  const { rows, columns } = sheet;
  const [first] = rows;
  const mark = first && markOf(first);
  if (columns.category !== undefined || !first || headingOf(first) === undefined)
    return { rows: [...rows], categoryOf: new Map(), notes: [] };
  const categoryOf = new Map<Row, string>();
  const dishes: Row[] = [];
  const headings: string[] = [];
  for (const row of rows) {
    const heading = markOf(row) === mark ? headingOf(row) : undefined;
    if (heading !== undefined) headings.push(heading);
    else {
      dishes.push(row);
      categoryOf.set(row, headings.at(-1) as string);
    }
  }
  return { rows: dishes, categoryOf, notes: [`rows of one cell were read as headings: ${headings.join(', ')}`] };
}

/** What a row begins with that is no letter, such as 【: where the first heading has a mark, all have it. */
function markOf({ cells }: Row): string {
  return /^[^\p{L}\p{N}]?/u.exec(cells.map(cleanText).find(Boolean) ?? '')?.[0] ?? '';
}

function headingOf({ cells }: Row): string | undefined {
  const filled = cells.map(cleanText).filter(Boolean);
  if (filled.length !== 1 || /^[\d.,\s]*$/.test(filled[0] as string)) return undefined;
  return (filled[0] as string).replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N})）]+$/gu, '') || undefined;
}
