import { toMajor } from '../../kernel/money.ts';
import { dayOrderOf, type MomentFormat, parseMoment } from './moments.ts';
import { parseMoney } from './money.ts';
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
  fields: ['name', 'spec', 'category', 'price', 'date', 'time'],
  needs: [['name'], ['price']],
} as const;

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
  for (const row of sheet.rows) {
    const read = attempt(() => readDish(sheet, row, currency));
    if (read instanceof Refusal) {
      refused.push(refuseRow(sheet, row, read));
      continue;
    }
    const key = JSON.stringify([read.name, read.spec]);
    const moment = momentOf(sheet, row, dates);
    const known = latest.get(key);
    if (!known || moment >= known.moment) latest.set(key, { ...read, moment });
    prices.set(key, (prices.get(key) ?? new Set()).add(read.price));
  }
  const changed = [...prices].filter(([, several]) => several.size > 1).map(([key]) => latest.get(key) as MenuRow);
  const notes = changed
    .slice(0, SHOWN)
    .map(
      ({ row, name, spec, price }) =>
        `${name} (${spec}) has several prices: ${toMajor(price, currency)} of line ${row} stands`,
    );
  if (changed.length > SHOWN)
    notes.push(`and ${changed.length - SHOWN} more sizes have several prices: the latest stands`);
  const rows = [...latest.values()].map(({ moment: _, ...row }) => row);
  return { rows, refused, notes };
}

function readDish(sheet: Sheet, row: Row, currency: string): MenuRow {
  if (row.problem) throw new Refusal('ROW_BROKEN', row.problem);
  const name = cellOf(sheet, row, 'name');
  if (!name) throw new Refusal('NAME_MISSING', 'the name of the dish is missing');
  return {
    row: row.line,
    name,
    category: cellOf(sheet, row, 'category') || 'Menu',
    spec: cellOf(sheet, row, 'spec') || 'Regular',
    price: parseMoney(cellOf(sheet, row, 'price'), currency),
  };
}

/** When a row was sold; what cannot be read counts as the oldest, since only the order of the rows depends on it. */
function momentOf(sheet: Sheet, row: Row, format: MomentFormat): string {
  const moment = attempt(() => parseMoment(cellOf(sheet, row, 'date'), cellOf(sheet, row, 'time'), format));
  return moment instanceof Refusal ? '' : moment;
}
