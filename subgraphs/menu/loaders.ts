import { listLoader, loader } from '../../kernel/loaders.ts';
import {
  Category,
  Daypart,
  DiningTable,
  Dish,
  DishSpec,
  MenuItem,
  Modifier,
  ModifierGroup,
  Price,
  Store,
} from './entities.ts';

/** Stores by id. */
export const storeById = loader(
  (ctx, ids) => ctx.em.find(Store, { id: { $in: ids } }),
  ({ id }) => id,
);

/** Tables by id. */
export const tableById = loader(
  (ctx, ids) => ctx.em.find(DiningTable, { id: { $in: ids } }),
  ({ id }) => id,
);

/** A store's tables, by name. */
export const tablesByStore = listLoader(
  (ctx, storeIds) => ctx.em.find(DiningTable, { storeId: { $in: storeIds } }, { orderBy: { name: 'asc' } }),
  ({ storeId }) => storeId,
);

/** Categories by id. */
export const categoryById = loader(
  (ctx, ids) => ctx.em.find(Category, { id: { $in: ids } }),
  ({ id }) => id,
);

/** Dayparts by id. */
export const daypartById = loader(
  (ctx, ids) => ctx.em.find(Daypart, { id: { $in: ids } }),
  ({ id }) => id,
);

/** Groups of modifiers by id. */
export const modifierGroupById = loader(
  (ctx, ids) => ctx.em.find(ModifierGroup, { id: { $in: ids } }),
  ({ id }) => id,
);

/** A group's modifiers, in their order. */
export const modifiersByGroup = listLoader(
  (ctx, groupIds) => ctx.em.find(Modifier, { groupId: { $in: groupIds } }, { orderBy: { position: 'asc' } }),
  ({ groupId }) => groupId,
);

/** Dishes by id. */
export const dishById = loader(
  (ctx, ids) => ctx.em.find(Dish, { id: { $in: ids } }),
  ({ id }) => id,
);

/** A dish's sizes, in their order. */
export const specsByDish = listLoader(
  (ctx, dishIds) => ctx.em.find(DishSpec, { dishId: { $in: dishIds } }, { orderBy: { position: 'asc' } }),
  ({ dishId }) => dishId,
);

/** Items by id. */
export const itemById = loader(
  (ctx, ids) => ctx.em.find(MenuItem, { id: { $in: ids } }),
  ({ id }) => id,
);

/** What a store lists, in the order it was listed. */
export const itemsByStore = listLoader(
  (ctx, storeIds) => ctx.em.find(MenuItem, { storeId: { $in: storeIds } }, { orderBy: { id: 'asc' } }),
  ({ storeId }) => storeId,
);

/** Items by the dish and the store that lists it; the key comes from `listingKey`. */
export const itemByListing = loader(
  (ctx, keys) => {
    const pairs = keys.map((key) => key.split(' '));
    const storeIds = [...new Set(pairs.map(([storeId = '']) => storeId))];
    const dishIds = [...new Set(pairs.map(([, dishId = '']) => dishId))];
    return ctx.em.find(MenuItem, { storeId: { $in: storeIds }, dishId: { $in: dishIds } });
  },
  ({ storeId, dishId }) => listingKey(storeId, dishId),
);

/** Names a dish at a store. */
export function listingKey(storeId: string, dishId: string): string {
  return `${storeId} ${dishId}`;
}

/** What a store takes for an item's specs instead of the chain's prices. */
export const pricesByItem = listLoader(
  (ctx, itemIds) => ctx.em.find(Price, { menuItemId: { $in: itemIds } }),
  ({ menuItemId }) => menuItemId,
);

/** A row that others refer to, and that is therefore there. */
export async function present<T>(row: Promise<T | null>): Promise<T> {
  const found = await row;
  if (found === null) throw new Error('a row that others refer to is gone');
  return found;
}
