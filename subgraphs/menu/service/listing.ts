import { requireScope } from '../../../kernel/identity.ts';
import { newId } from '../../../kernel/ids.ts';
import type { Context, Host } from '../../../kernel/module.ts';
import type { Channel, ListDishInput, SetPriceInput, SetSoldOutInput } from '../../../schema/types/menu.ts';
import { type Category, CHAIN, Dish, DishSpec, EVERY_CHANNEL, MenuItem, Price, Store } from '../entities.ts';
import { menuError } from '../errors.ts';
import { categoryById, dishById, itemsByStore, storeById } from '../loaders.ts';
import { price } from '../validate.ts';
import { bookChanged, openBook } from './store-book.ts';

/** Puts a dish on a store's menu and answers the item's id, also when it was there already. STORE_, DISH_NOT_FOUND. */
export async function listDish(host: Host, ctx: Context, input: ListDishInput): Promise<string> {
  const { storeId, dishId } = input;
  requireScope(ctx.identity, 'menu:write', storeId);
  const claim = { mutation: 'listDish', key: input.idempotencyKey, input };
  const { id } = await host.transact(ctx, (tx) =>
    host.once(tx, claim, async () => {
      if (!(await tx.em.findOne(Store, storeId))) throw menuError('STORE_NOT_FOUND', { id: storeId });
      const dish = await tx.em.findOne(Dish, { id: dishId, owner: { $in: [CHAIN, storeId] } });
      if (!dish) throw menuError('DISH_NOT_FOUND', { id: dishId });
      const listed = await tx.em.findOne(MenuItem, { storeId, dishId });
      if (listed) return listed.id;
      const id = newId();
      await tx.em.insert(MenuItem, { id, storeId, dishId, soldOut: false });
      await bookChanged(host, tx, storeId);
      return id;
    }),
  );
  return id;
}

/** Sets what a spec costs at a store and answers the item's id. MENU_ITEM_NOT_FOUND, SPEC_NOT_FOUND. */
export async function setPrice(host: Host, ctx: Context, input: SetPriceInput): Promise<string> {
  const { menuItemId, specId } = input;
  const item = await itemOf(ctx, menuItemId);
  requireScope(ctx.identity, 'menu:write', item.storeId);
  const row = { menuItemId, specId, channel: input.channel ?? EVERY_CHANNEL, price: price(input.price) };
  await host.transact(ctx, async (tx) => {
    const spec = await tx.em.findOne(DishSpec, { id: specId, dishId: item.dishId });
    if (!spec) throw menuError('SPEC_NOT_FOUND', { id: specId });
    await tx.em.upsert(Price, row);
    await bookChanged(host, tx, item.storeId);
  });
  return menuItemId;
}

/** Marks an item as sold out, or back, and answers its id. MENU_ITEM_NOT_FOUND. */
export async function setSoldOut(host: Host, ctx: Context, { menuItemId, soldOut }: SetSoldOutInput): Promise<string> {
  const { storeId } = await itemOf(ctx, menuItemId);
  requireScope(ctx.identity, 'menu:sold-out', storeId);
  await host.transact(ctx, async (tx) => {
    await tx.em.nativeUpdate(MenuItem, { id: menuItemId }, { soldOut });
    await bookChanged(host, tx, storeId);
  });
  return menuItemId;
}

async function itemOf(ctx: Context, id: string): Promise<MenuItem> {
  const item = await ctx.em.findOne(MenuItem, id);
  if (!item) throw menuError('MENU_ITEM_NOT_FOUND', { id });
  return item;
}

/** What a store sells through a channel, under its headings. */
export interface StoreMenu {
  store: Store;
  channel: Channel;
  categories: { category: Category; items: MenuItem[] }[];
}

/** A store's menu: its headings by their position, under each its items in the order they were listed. STORE_NOT_FOUND. */
export async function menuOf(host: Host, ctx: Context, storeId: string, channel: Channel): Promise<StoreMenu> {
  await openBook(host.cache, ctx, storeId);
  const store = await storeById(ctx).load(storeId);
  if (!store) throw menuError('STORE_NOT_FOUND', { id: storeId });
  const items = await itemsByStore(ctx).load(storeId);
  const headed = await Promise.all(
    items.map(async (item) => {
      const dish = await dishById(ctx).load(item.dishId);
      return { item, category: await categoryById(ctx).load(dish?.categoryId ?? '') };
    }),
  );
  const categories = Map.groupBy(headed, ({ category }) => category);
  return {
    store,
    channel,
    categories: [...categories]
      .flatMap(([category, entries]) => (category ? [{ category, items: entries.map(({ item }) => item) }] : []))
      .sort(({ category: a }, { category: b }) => a.position - b.position || (a.id < b.id ? -1 : 1)),
  };
}
