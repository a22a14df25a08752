import { rowBy, rowsBy } from '../../kernel/loaders.ts';
import { Recipe, StockItem } from './entities.ts';

/** Stock items by id. */
export const stockItemById = rowBy(StockItem, 'id');

/** The recipes of dishes, of every store and size, by the id of the menu item. */
export const recipesByMenuItem = rowsBy(Recipe, 'menuItemId', { storeId: 'asc', specId: 'asc' });
