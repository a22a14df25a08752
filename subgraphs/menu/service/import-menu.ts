import { requireScope } from '../../../kernel/identity.ts';
import { newId } from '../../../kernel/ids.ts';
import { list } from '../../../kernel/input.ts';
import type { Context, Host, Transaction } from '../../../kernel/module.ts';
import type { ImportMenuInput, ImportMenuResult } from '../../../schema/types/menu.ts';
import { Category, Dish, DishSpec, MenuItem, Store } from '../entities.ts';
import { menuError } from '../errors.ts';
import { type RowsOfDish, readRows } from '../import-rows.ts';
import { bookChanged } from './store-book.ts';

type Dishes = ReadonlyMap<string, RowsOfDish>;
/** The dishes' ids by their names. */
type DishIds = ReadonlyMap<string, string>;

/**
 * Brings in a store's own dishes in one transaction: new dishes and sizes are added and listed, and a price that differs
 * becomes the size's price. A row that cannot be taken is named in the answer and stops no other. STORE_NOT_FOUND.
 */
export async function importMenu(
  host: Host,
  ctx: Context,
  { storeId, rows }: ImportMenuInput,
): Promise<ImportMenuResult> {
  requireScope(ctx.identity, 'menu:write', storeId);
  const { dishes, repeats, refused } = readRows(list('rows', rows, 1, 500));
  return host.transact(ctx, async (tx) => {
    if (!(await tx.em.findOne(Store, storeId))) throw menuError('STORE_NOT_FOUND', { id: storeId });
    const { ids, created } = await bringDishes(tx, storeId, dishes);
    await listDishes(tx, storeId, ids);
    const { unchanged, ...specs } = await bringSpecs(tx, dishes, ids);
    await bookChanged(host, tx, storeId);
    return { dishesCreated: created, ...specs, unchanged: unchanged + repeats, refused };
  });
}

/** Finds the store's own dishes by name and adds those that are new. */
async function bringDishes({ em }: Transaction, owner: string, dishes: Dishes) {
  const known = await em.find(Dish, { owner, name: { $in: [...dishes.keys()] } });
  const ids = new Map(known.map(({ id, name }) => [name, id]));
  const added = [...dishes].filter(([name]) => !ids.has(name));
  const categories = await bringCategories(em, new Set(added.map(([, { category }]) => category)));
  const rows = added.map(([name, { category }]) => ({
    id: newId(),
    owner,
    name,
    description: null,
    categoryId: categories.get(category) ?? '',
    modifierGroupIds: [],
    comboSlots: [],
    daypartIds: [],
    tags: [],
    taxCategory: 'STANDARD',
  }));
  if (rows.length > 0) await em.insertMany(Dish, rows);
  for (const { id, name } of rows) ids.set(name, id);
  return { ids, created: rows.length };
}

/** Finds the chain's categories by name and adds those that are new; answers their ids by name. */
async function bringCategories(em: Transaction['em'], names: ReadonlySet<string>): Promise<DishIds> {
  const known = await em.find(Category, { name: { $in: [...names] } });
  const ids = new Map(known.map(({ id, name }) => [name, id]));
  const rows = [...names].filter((name) => !ids.has(name)).map((name) => ({ id: newId(), name, position: 0 }));
  if (rows.length > 0) await em.insertMany(Category, rows);
  for (const { id, name } of rows) ids.set(name, id);
  return ids;
}

/** Puts those dishes on the store's menu that are not on it. */
async function listDishes({ em }: Transaction, storeId: string, dishes: DishIds): Promise<void> {
  const listed = await em.find(MenuItem, { storeId, dishId: { $in: [...dishes.values()] } });
  const known = new Set(listed.map(({ dishId }) => dishId));
  const rows = [...dishes.values()]
    .filter((dishId) => !known.has(dishId))
    .map((dishId) => ({ id: newId(), storeId, dishId, soldOut: false }));
  if (rows.length > 0) await em.insertMany(MenuItem, rows);
}

/** Adds the sizes that are new, and gives the others the price they have now. */
async function bringSpecs({ em }: Transaction, dishes: Dishes, ids: DishIds) {
  const found = await em.find(DishSpec, { dishId: { $in: [...ids.values()] } });
  const byDish = Map.groupBy(found, ({ dishId }) => dishId);
  const added: Omit<DishSpec, symbol>[] = [];
  let [pricesChanged, unchanged] = [0, 0];
  for (const [name, { prices }] of dishes) {
    const dishId = ids.get(name) ?? '';
    const known = byDish.get(dishId) ?? [];
    let position = known.length;
    for (const [name, price] of prices) {
      const spec = known.find((spec) => spec.name === name);
      if (!spec) added.push({ id: newId(), dishId, name, price, perGrams: null, position: position++ });
      else if (spec.price === price) unchanged += 1;
      else {
        spec.price = price;
        pricesChanged += 1;
      }
    }
  }
  if (added.length > 0) await em.insertMany(DishSpec, added);
  await em.flush();
  return { specsCreated: added.length, pricesChanged, unchanged };
}
