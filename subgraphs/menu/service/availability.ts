import { present } from '../../../kernel/loaders.ts';
import type { Context } from '../../../kernel/module.ts';
import { type ComboOption, type Daypart, type Dish, isServed, type MenuItem } from '../entities.ts';
import { daypartById, dishById, itemByListing, listingKey } from '../loaders.ts';
import type { LocalTime } from '../opening-hours.ts';

/** When a dish is sold. */
export function daypartsOf(ctx: Context, dish: Dish): Promise<Daypart[]> {
  return Promise.all(dish.daypartIds.map((id) => present(daypartById(ctx).load(id))));
}

/** Whether an item is sold by itself at a time of its store's zone: neither sold out nor out of its dayparts. */
export async function isSold(ctx: Context, item: MenuItem, now: LocalTime): Promise<boolean> {
  if (item.soldOut) return false;
  const dish = await present(dishById(ctx).load(item.dishId));
  return isServed(await daypartsOf(ctx, dish), now);
}

/** The dish of a combo's option at a store; null when the store does not list it. */
export function itemOfOption(ctx: Context, storeId: string, { dishId }: ComboOption): Promise<MenuItem | null> {
  return itemByListing(ctx).load(listingKey(storeId, dishId));
}

/** Whether the dish of a combo's option can be had at a store at a time of its zone. */
export async function isOptionSold(
  ctx: Context,
  storeId: string,
  option: ComboOption,
  now: LocalTime,
): Promise<boolean> {
  const item = await itemOfOption(ctx, storeId, option);
  return item !== null && isSold(ctx, item, now);
}

/** Whether an item can be ordered at a time of its store's zone; of a combo, each slot must have something to choose. */
export async function isAvailable(ctx: Context, item: MenuItem, now: LocalTime): Promise<boolean> {
  if (!(await isSold(ctx, item, now))) return false;
  const { comboSlots } = await present(dishById(ctx).load(item.dishId));
  const slots = await Promise.all(
    comboSlots.map(({ options }) => Promise.all(options.map((option) => isOptionSold(ctx, item.storeId, option, now)))),
  );
  return slots.every((options) => options.includes(true));
}
