import { present } from '../../../kernel/loaders.ts';
import type { Context, Host } from '../../../kernel/module.ts';
import type { Channel, ListedItem } from '../../../schema/types/menu-internal.ts';
import { type DishSpec, priceOf } from '../entities.ts';
import { dishById, pricesByItem, specsByDish, storeById } from '../loaders.ts';
import type { WallClock } from '../opening-hours.ts';
import { isAvailable } from './availability.ts';
import { menuOf } from './listing.ts';

/** Whether a size is sold by the portion: what has to be weighed is sold at the counter alone. */
export const isByPortion = ({ perGrams }: DishSpec): boolean => perGrams == null;

/** A store's menu as others show it, with the prices of a channel; null when there is no such store. */
export async function listingOf(
  { host, clock }: { host: Host; clock: WallClock },
  ctx: Context,
  storeId: string,
  channel: Channel,
): Promise<ListedItem[] | null> {
  if (!(await storeById(ctx).load(storeId))) return null;
  const { store, categories } = await menuOf(host, ctx, storeId, channel);
  const now = clock(store.timeZone);
  const listed = categories.flatMap(({ category, items }) =>
    items.map(async (item): Promise<ListedItem> => {
      const [dish, specs, prices, available] = await Promise.all([
        present(dishById(ctx).load(item.dishId)),
        specsByDish(ctx).load(item.dishId),
        pricesByItem(ctx).load(item.id),
        isAvailable(ctx, item, now),
      ]);
      return {
        menuItemId: item.id,
        name: dish.name,
        description: dish.description ?? null,
        available,
        category: category.name,
        isCombo: dish.comboSlots.length > 0,
        specs: specs
          .filter(isByPortion)
          .map((spec) => ({ id: spec.id, name: spec.name, price: priceOf(spec, prices, channel) })),
      };
    }),
  );
  return (await Promise.all(listed)).filter(({ specs }) => specs.length > 0);
}
