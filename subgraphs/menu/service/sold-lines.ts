import { list } from '../../../kernel/input.ts';
import type { Context } from '../../../kernel/module.ts';
import type { SoldLine, SoldLineInput } from '../../../schema/types/menu-internal.ts';
import type { Store } from '../entities.ts';
import { dishById, itemById, specsByDish, storeById } from '../loaders.ts';
import type { WallClock } from '../opening-hours.ts';
import { isAvailable } from './availability.ts';
import { isByPortion } from './listing-of.ts';
import { partOf, taxOf } from './price-lines.ts';

/** What is known of dishes that were sold elsewhere, such as by a delivery platform; null for what the store does not list. */
export async function soldLines(
  clock: WallClock,
  ctx: Context,
  storeId: string,
  lines: readonly SoldLineInput[],
): Promise<(SoldLine | null)[]> {
  list('lines', lines, 0, 100);
  const store = await storeById(ctx).load(storeId);
  return Promise.all(lines.map((line) => (store ? soldLine(clock, ctx, store, line) : null)));
}

async function soldLine(
  clock: WallClock,
  ctx: Context,
  store: Store,
  { menuItemId, specId }: SoldLineInput,
): Promise<SoldLine | null> {
  const item = await itemById(ctx).load(menuItemId);
  const dish = item?.storeId === store.id ? await dishById(ctx).load(item.dishId) : null;
  if (!item || !dish) return null;
  const spec = (await specsByDish(ctx).load(dish.id)).find(({ id }) => id === specId);
  if (!spec || !isByPortion(spec)) return null;
  const available = await isAvailable(ctx, item, clock(store.timeZone));
  return { ...partOf(item, dish, spec), menuItemId: item.id, taxBasisPoints: taxOf(store, dish), available };
}
