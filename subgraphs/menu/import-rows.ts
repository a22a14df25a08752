import type { ImportMenuRow, RefusedMenuRow } from '../../schema/types/menu.ts';
import { NAME_LENGTH, PRICE_LIMIT } from './validate.ts';

/** A dish as the rows of a list describe it: its sizes' prices by their names, in the list's order. */
export interface RowsOfDish {
  /** As its first row has it. */
  category: string;
  prices: Map<string, number>;
}

/** What a list says, once each row has been looked at. */
export interface ReadRows {
  dishes: Map<string, RowsOfDish>;
  /** How many rows repeat another row. */
  repeats: number;
  refused: RefusedMenuRow[];
}

/** Why a row may be refused. */
const PROBLEMS = {
  NAME_EMPTY: 'The dish, its category or its size has no name.',
  NAME_TOO_LONG: `A name is longer than ${NAME_LENGTH} characters.`,
  NAME_INVALID: 'A name holds control characters.',
  PRICE_NEGATIVE: 'The price is below zero.',
  PRICE_TOO_HIGH: `The price is above ${PRICE_LIMIT} minor units.`,
  PRICE_CONFLICT: 'An earlier row gives this size of the dish another price.',
} as const;

/** Gathers the rows of a list by dish and sets those aside that cannot be taken. */
export function readRows(rows: readonly ImportMenuRow[]): ReadRows {
  const read: ReadRows = { dishes: new Map(), repeats: 0, refused: [] };
  for (const { row, price, ...names } of rows) {
    const [name, category, spec] = [names.name.trim(), names.category.trim(), names.spec.trim()];
    const known = read.dishes.get(name)?.prices.get(spec);
    const code = problemOf([name, category, spec], price, known);
    if (code) {
      read.refused.push({ row, code, message: PROBLEMS[code] });
    } else if (known !== undefined) {
      read.repeats += 1;
    } else {
      const dish = read.dishes.get(name) ?? { category, prices: new Map<string, number>() };
      dish.prices.set(spec, price);
      read.dishes.set(name, dish);
    }
  }
  return read;
}

function problemOf(names: readonly string[], price: number, known: number | undefined) {
  if (names.includes('')) return 'NAME_EMPTY';
  if (names.some((name) => [...name].length > NAME_LENGTH)) return 'NAME_TOO_LONG';
  if (names.some((name) => /\p{Cc}/u.test(name))) return 'NAME_INVALID';
  if (price < 0) return 'PRICE_NEGATIVE';
  if (price > PRICE_LIMIT) return 'PRICE_TOO_HIGH';
  return known !== undefined && known !== price ? 'PRICE_CONFLICT' : undefined;
}
