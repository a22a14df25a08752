import { openSheet } from '../import/file.ts';
import { MENU, type MenuRow, planMenu } from '../import/menu.ts';
import { ORDERS, type OrdersFormat, planOrders, sumOf } from '../import/orders.ts';
import { CommandFailure } from '../import/refusal.ts';
import type { Field } from '../import/synonyms.ts';
import { type PlayedLine, recipeKey } from './played.ts';

/** An order of the file, to be played. */
export interface DayOrder {
  externalId: string;
  channel: 'DINE_IN' | 'TAKEAWAY' | 'DELIVERY';
  lines: PlayedLine[];
}

/** One day of a file of sales. */
export interface Day {
  orders: DayOrder[];
  /** Every size of every dish that was sold on it, at the price of that day. */
  menu: MenuRow[];
  /** The sum of the day's rows, in minor units. */
  revenue: number;
  /** How many rows of the whole file are refused, with their orders. */
  refused: number;
}

/** Reads one day (YYYY-MM-DD) of a file of sales. Throws a CommandFailure when the file cannot be read or has no such day. */
export function readDay(file: string, date: string, format: OrdersFormat, mapping: ReadonlyMap<Field, string>): Day {
  const search = { needs: ORDERS.needs, fields: [...new Set([...ORDERS.fields, ...MENU.fields])], mapping };
  const sheet = openSheet(file, { ...search, delimiter: undefined, encoding: undefined });
  const { orders: all, refused } = planOrders(sheet, format);
  const orders = all.filter(({ placedAt }) => placedAt.startsWith(date));
  if (orders.length === 0) {
    const days = all.map(({ placedAt }) => placedAt.slice(0, 10)).sort();
    const span = days.length > 0 ? `its orders are of ${days[0]} to ${days.at(-1)}` : 'none of its orders can be taken';
    const [first] = refused;
    const why = first ? `; ${refused.length} rows are refused, line ${first.line} because ${first.message}` : '';
    throw new CommandFailure(`${file} has no order of ${date}: ${span}${why}`);
  }
  const categories = new Map(
    planMenu(sheet, format.currency, format).rows.map(({ name, category }) => [name, category]),
  );
  const priced = withOnePrice(orders.flatMap(({ lines }) => lines));
  const sold = orders.map(({ externalId, channel, lines }) => ({
    externalId,
    channel,
    lines: merge(lines.map(priced)),
  }));
  const sizes = new Map(sold.flatMap(({ lines }) => lines).map((line) => [recipeKey(line.name, line.spec), line]));
  const menu = [...sizes.values()].map(({ name, spec, unitPrice }, row) => {
    return { row, name, spec, category: categories.get(name) ?? 'Menu', price: unitPrice };
  });
  return { orders: sold, menu, revenue: sumOf(orders), refused: refused.length };
}

/** Where a size had several prices on one day, each price becomes a size of its own, so that every line can be sold. */
function withOnePrice(lines: readonly PlayedLine[]): (line: PlayedLine) => PlayedLine {
  const first = new Map<string, number>();
  for (const { name, spec, unitPrice } of lines) {
    const key = recipeKey(name, spec);
    if (!first.has(key)) first.set(key, unitPrice);
  }
  return (line) =>
    first.get(recipeKey(line.name, line.spec)) === line.unitPrice
      ? line
      : { ...line, spec: `${line.spec} at ${line.unitPrice}` };
}

function merge(lines: readonly PlayedLine[]): PlayedLine[] {
  const merged = new Map<string, PlayedLine>();
  for (const { name, spec, quantity, unitPrice } of lines) {
    const key = recipeKey(name, spec);
    merged.set(key, { name, spec, unitPrice, quantity: quantity + (merged.get(key)?.quantity ?? 0) });
  }
  return [...merged.values()];
}
