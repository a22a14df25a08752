import { listLoader, loader, rowBy, rowsBy } from '../../kernel/loaders.ts';
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
export const storeById = rowBy(Store, 'id');

/** Tables by id. */
export const tableById = rowBy(DiningTable, 'id');

/** A store's tables, by name. */
export const tablesByStore = rowsBy(DiningTable, 'storeId', { name: 'asc' });

/** Categories by id. */
export const categoryById = rowBy(Category, 'id');

/** Dayparts by id. */
export const daypartById = rowBy(Daypart, 'id');

/** Groups of modifiers by id. */
export const modifierGroupById = rowBy(ModifierGroup, 'id');

/** A group's modifiers, in their order. */
export const modifiersByGroup = rowsBy(Modifier, 'groupId', { position: 'asc' });

/** Dishes by id. */
export const dishById = rowBy(Dish, 'id');

/** A dish's sizes, in their order. */
export const specsByDish = rowsBy(DishSpec, 'dishId', { position: 'asc' });

/** Items by id. */
export const itemById = rowBy(MenuItem, 'id');

/** What a store lists, in the order it was listed. */
export const itemsByStore = rowsBy(MenuItem, 'storeId', { id: 'asc' });

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
