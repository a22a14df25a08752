import type { Cache } from '../../../kernel/cache.ts';
import { DAY } from '../../../kernel/clock.ts';
import { UNVERSIONED } from '../../../kernel/events/events.ts';
import { newId } from '../../../kernel/ids.ts';
import type { Context, Host, Transaction } from '../../../kernel/module.ts';
import * as table from '../entities.ts';
import * as load from '../loaders.ts';

/** Belongs to a book's shape: another one when the tables behind a menu change, so that releases do not mix theirs. */
const SHAPE = 1;

/** All rows that a store's menu is made of. */
interface StoreBook {
  store: table.Store;
  items: table.MenuItem[];
  dishes: table.Dish[];
  specs: table.DishSpec[];
  prices: table.Price[];
  categories: table.Category[];
  dayparts: table.Daypart[];
  groups: table.ModifierGroup[];
  modifiers: table.Modifier[];
}

/**
 * Makes every kept copy of a store's book out of date, or of all books for CHAIN, and says so; for any write to a menu's
 * tables.
 */
export async function bookChanged(host: Host, tx: Transaction, owner: string): Promise<void> {
  await tx.em.upsert(table.BookVersion, { owner, version: newId() });
  const storeId = owner === table.CHAIN ? null : owner;
  await host.emit(tx, 'menu.changed', { aggregate: `menu of ${storeId ?? 'all'}`, version: UNVERSIONED }, { storeId });
}

/**
 * Fills this unit of work's batches with a store's whole book, from the cache when the copy there is of the present
 * version. That is read from the database, and before the rows: they are never older than the version they are kept with.
 */
export async function openBook(cache: Cache, ctx: Context, storeId: string): Promise<void> {
  const versions = await ctx.em.find(table.BookVersion, { owner: { $in: [storeId, table.CHAIN] } });
  const version = versions.map(({ owner, version }) => `${owner}=${version}`).join();
  const key = `menu:book:${SHAPE}:${storeId}`;
  const kept = (await cache.get(key)) as { version: string; book: StoreBook } | undefined;
  if (kept?.version === version) return fill(ctx, storeId, kept.book);
  const book = await readBook(ctx, storeId);
  if (!book) return;
  fill(ctx, storeId, book);
  await cache.put(key, { version, book }, DAY);
}

/** Null when there is no such store. */
async function readBook({ em }: Context, storeId: string): Promise<StoreBook | null> {
  const store = await em.findOne(table.Store, storeId);
  if (!store) return null;
  const items = await em.find(table.MenuItem, { storeId }, { orderBy: { id: 'asc' } });
  const listed = await em.find(table.Dish, { id: { $in: items.map(({ dishId }) => dishId) } });
  const options = listed.flatMap(({ comboSlots }) => comboSlots.flatMap(({ options }) => options));
  const known = new Set(listed.map(({ id }) => id));
  const parts = options.map(({ dishId }) => dishId).filter((id) => !known.has(id));
  const dishes = [...listed, ...(await em.find(table.Dish, { id: { $in: parts } }))];
  const groupIds = dishes.flatMap(({ modifierGroupIds }) => modifierGroupIds);
  const byPosition = { orderBy: { position: 'asc' } } as const;
  return {
    store: plain(store),
    items: items.map(plain),
    dishes: dishes.map(plain),
    specs: (await em.find(table.DishSpec, { dishId: { $in: dishes.map(({ id }) => id) } }, byPosition)).map(plain),
    prices: (await em.find(table.Price, { menuItemId: { $in: items.map(({ id }) => id) } })).map(plain),
    categories: (await em.find(table.Category, { id: { $in: dishes.map(({ categoryId }) => categoryId) } })).map(plain),
    dayparts: (await em.find(table.Daypart, { id: { $in: dishes.flatMap(({ daypartIds }) => daypartIds) } })).map(
      plain,
    ),
    groups: (await em.find(table.ModifierGroup, { id: { $in: groupIds } })).map(plain),
    modifiers: (await em.find(table.Modifier, { groupId: { $in: groupIds } }, byPosition)).map(plain),
  };
}

/** A row without what the mapper hangs on it. */
function plain<T extends object>(row: T): T {
  return { ...row };
}

function fill(ctx: Context, storeId: string, book: StoreBook): void {
  load.storeById(ctx).prime(storeId, book.store);
  load.itemsByStore(ctx).prime(storeId, book.items);
  const specs = Map.groupBy(book.specs, ({ dishId }) => dishId);
  const prices = Map.groupBy(book.prices, ({ menuItemId }) => menuItemId);
  const modifiers = Map.groupBy(book.modifiers, ({ groupId }) => groupId);
  for (const item of book.items) {
    load.itemById(ctx).prime(item.id, item);
    load.itemByListing(ctx).prime(load.listingKey(storeId, item.dishId), item);
    load.pricesByItem(ctx).prime(item.id, prices.get(item.id) ?? []);
  }
  for (const dish of book.dishes) {
    load.dishById(ctx).prime(dish.id, dish);
    load.specsByDish(ctx).prime(dish.id, specs.get(dish.id) ?? []);
  }
  for (const category of book.categories) load.categoryById(ctx).prime(category.id, category);
  for (const daypart of book.dayparts) load.daypartById(ctx).prime(daypart.id, daypart);
  for (const group of book.groups) {
    load.modifierGroupById(ctx).prime(group.id, group);
    load.modifiersByGroup(ctx).prime(group.id, modifiers.get(group.id) ?? []);
  }
}
