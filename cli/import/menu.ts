import { toMajor } from '../../kernel/money.ts';
import { cleanText } from './clean.ts';
import { fateOf, isOffSale } from './fate.ts';
import { withHeadings } from './headings.ts';
import { linesOf } from './margins.ts';
import { fillFrom, looksMerged } from './merged.ts';
import { dayOrderOf, type MomentFormat, parseMoment } from './moments.ts';
import { assertCurrency, parseMoney, withDecimalPoint } from './money.ts';
import { attempt, Refusal, type RefusedRow } from './refusal.ts';
import { cellOf, dateCells, refuseRow, type Sheet } from './sheet.ts';
import type { Row } from './table.ts';

/** One size of one dish, as importMenu takes it. */
export interface MenuRow {
  /** The line of the file that it was read from. */
  row: number;
  name: string;
  category: string;
  spec: string;
  price: number;
}

export interface MenuPlan {
  rows: MenuRow[];
  refused: RefusedRow[];
  notes: string[];
}

/** The fields of a menu, and those it cannot be without. */
export const MENU = {
  fields: ['name', 'spec', 'category', 'price', 'currency', 'date', 'time', 'status', 'gift'],
  needs: [['name'], ['price']],
} as const;

/** What stands in the column of a size that a dish does not come in. */
const NOT_OFFERED = /^(|[-—–/\\×]+|n\/?a|无)$/i;
/** How many notes of one kind are shown. */
const SHOWN = 5;

/**
 * The dishes of a price list, or of a file of sales: each name and size once. Where rows give a size several prices, the
 * latest by date stands, or the last in the file where there are no dates.
 */
export function planMenu(sheet: Sheet, currency: string, format: MomentFormat): MenuPlan {
  const latest = new Map<string, MenuRow & { moment: string }>();
  const prices = new Map<string, Set<number>>();
  const refused: RefusedRow[] = [];
  const dates = { ...format, dayOrder: format.dayOrder ?? dayOrderOf(dateCells(sheet)) };
  const { rows: dishes, categoryOf, notes } = withHeadings(sheet);
  const given: Row[] = [];
  const off: Row[] = [];
  for (const { row, written } of unmerged(sheet, dishes)) {
    const passedBy = isOffSale(cellOf(sheet, row, 'status')) ? off : isGiven(sheet, row) ? given : undefined;
    if (passedBy) {
      passedBy.push(row);
      continue;
    }
    const read = attempt(() => readDish(sheet, row, currency, categoryOf.get(written)));
    if (read instanceof Refusal) {
      refused.push(refuseRow(sheet, written, read));
      continue;
    }
    const moment = momentOf(sheet, row, dates);
    for (const size of read) {
      const key = JSON.stringify([size.name, size.spec]);
      const known = latest.get(key);
      if (!known || moment >= known.moment) latest.set(key, { ...size, moment });
      prices.set(key, (prices.get(key) ?? new Set()).add(size.price));
    }
  }
  if (given.length > 0) notes.push(`left out as gifts, whose price is none: ${linesOf(given)}`);
  if (off.length > 0) notes.push(`left out as not on sale: ${linesOf(off)}`);
  const changed = [...prices].filter(([, several]) => several.size > 1).map(([key]) => latest.get(key) as MenuRow);
  for (const { row, name, spec, price } of changed.slice(0, SHOWN))
    notes.push(`${name} (${spec}) has several prices: ${toMajor(price, currency)} of line ${row} stands`);
  if (changed.length > SHOWN)
    notes.push(`and ${changed.length - SHOWN} more sizes have several prices: the latest stands`);
  const rows = [...latest.values()].map(({ moment: _, ...row }) => row);
  return { rows, refused, notes };
}

/** Whether a row of sales gave its dish away, so that it says nothing of its price. */
function isGiven(sheet: Sheet, row: Row): boolean {
  const [status, gift, name] = [cellOf(sheet, row, 'status'), cellOf(sheet, row, 'gift'), cellOf(sheet, row, 'name')];
  return fateOf({ status, gift, name, void: '' }) === 'given';
}

/** Rows whose blank name or category, where these columns were merged, says what the row above says. */
function* unmerged(sheet: Sheet, rows: readonly Row[]): Generator<{ row: Row; written: Row }> {
  const hasSize = (row: Row) => cellOf(sheet, row, 'spec') !== '';
  const names = looksMerged(rows, sheet.columns, 'name', hasSize);
  const categories = looksMerged(rows, sheet.columns, 'category', () => true);
  let above: Row | undefined;
  for (const written of rows) {
    let row = written;
    if (above && !row.problem && names && hasSize(row)) row = fillFrom(above, row, sheet.columns, ['name']);
    if (above && !row.problem && categories) row = fillFrom(above, row, sheet.columns, ['category']);
    if (!row.problem) above = row;
    yield { row, written };
  }
}

/** The sizes of a dish that a row names: one, or one for each column of a size that has a price. */
function readDish(sheet: Sheet, row: Row, currency: string, heading = 'Menu'): MenuRow[] {
  if (row.problem) throw new Refusal('ROW_BROKEN', row.problem);
  const name = cellOf(sheet, row, 'name');
  if (!name) throw new Refusal('NAME_MISSING', 'the name of the dish is missing');
  assertCurrency(cellOf(sheet, row, 'currency'), currency);
  const dish = { row: row.line, name, category: cellOf(sheet, row, 'category') || heading };
  const price = cellOf(sheet, row, 'price');
  const sizes = sheet.sizes
    .map(({ name: spec, index }) => ({ spec, text: cleanText(row.cells[index] ?? '') }))
    .filter(({ text }) => !NOT_OFFERED.test(text))
    .map(({ spec, text }) => ({ spec, text: sheet.decimalComma ? withDecimalPoint(text) : text }));
  if (price || sizes.length === 0) sizes.unshift({ spec: cellOf(sheet, row, 'spec') || 'Regular', text: price });
  return sizes.map(({ spec, text }) => ({ ...dish, spec, price: parseMoney(text, currency) }));
}

/** When a row was sold; what cannot be read counts as the oldest, since only the order of the rows depends on it. */
function momentOf(sheet: Sheet, row: Row, format: MomentFormat): string {
  const moment = attempt(() => parseMoment(cellOf(sheet, row, 'date'), cellOf(sheet, row, 'time'), format));
  return moment instanceof Refusal ? '' : moment;
}
