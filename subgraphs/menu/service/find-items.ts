import type { Context } from '../../../kernel/module.ts';
import type { FoundItem } from '../../../schema/types/menu-internal.ts';
import { CHAIN, Dish, MenuItem } from '../entities.ts';

/** A store's items by the names of their dishes; the store's own dish comes before headquarters' of the same name. */
export async function findItems(ctx: Context, storeId: string, names: readonly string[]): Promise<FoundItem[]> {
  const trimmed = [...new Set(names.map((name) => name.trim()))];
  const dishes = await ctx.em.find(Dish, { name: { $in: trimmed }, owner: { $in: [CHAIN, storeId] } });
  const items = await ctx.em.find(MenuItem, { storeId, dishId: { $in: dishes.map(({ id }) => id) } });
  const itemOfDish = new Map(items.map(({ id, dishId }) => [dishId, id]));
  const listed = dishes.filter(({ id }) => itemOfDish.has(id)).sort((a, b) => (a.owner < b.owner ? -1 : 1));
  const byName = new Map(listed.map((dish) => [dish.name, dish]));
  return [...new Set(names)].flatMap((name) => {
    const dish = byName.get(name.trim());
    return dish ? [{ name, dishId: dish.id, menuItemId: itemOfDish.get(dish.id) ?? '' }] : [];
  });
}
