import { listLoader, loader } from '../../kernel/loaders.ts';
import { Recipe, StockItem } from './entities.ts';

/** Stock items by id. */
export const stockItemById = loader(
  (ctx, ids) => ctx.em.find(StockItem, { id: { $in: [...ids] } }),
  (item: StockItem) => item.id,
);

/** The recipes of dishes, of every store and size, by the id of the menu item. */
export const recipesByMenuItem = listLoader(
  (ctx, ids) => ctx.em.find(Recipe, { menuItemId: { $in: [...ids] } }, { orderBy: { storeId: 'asc', specId: 'asc' } }),
  (recipe: Recipe) => recipe.menuItemId,
);
