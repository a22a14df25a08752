import { renderSVG } from 'uqr';
import { requireScope } from '../../kernel/identity.ts';
import { present } from '../../kernel/loaders.ts';
import type { Context } from '../../kernel/module.ts';
import type { Resolvers } from '../../schema/types/menu.ts';
import type { Resolvers as InternalResolvers } from '../../schema/types/menu-internal.ts';
import { isOpen, type MenuItemSpec, priceOf } from './entities.ts';
import { menuError } from './errors.ts';
import * as load from './loaders.ts';
import type { WallClock } from './opening-hours.ts';
import { daypartsOf, isAvailable } from './service/availability.ts';
import * as book from './service/book.ts';
import { createDish } from './service/dishes.ts';
import { findItems } from './service/find-items.ts';
import { importMenu } from './service/import-menu.ts';
import * as listing from './service/listing.ts';
import { listingOf } from './service/listing-of.ts';
import { priceLines, storeFacts } from './service/price-lines.ts';
import { soldLines } from './service/sold-lines.ts';
import * as stores from './service/stores.ts';
import type { MenuHost } from './settings.ts';

/** What is set up once for the process. */
export interface Services {
  host: MenuHost;
  clock: WallClock;
}

/** The resolvers of schema.graphql. */
export function resolvers({ host, clock }: Services): Resolvers {
  const store = (ctx: Context, id: string) => present(load.storeById(ctx).load(id));
  const table = (ctx: Context, id: string) => present(load.tableById(ctx).load(id));
  const item = (ctx: Context, id: string) => present(load.itemById(ctx).load(id));
  const dish = (ctx: Context, id: string) => present(load.dishById(ctx).load(id));
  const category = (ctx: Context, id: string) => present(load.categoryById(ctx).load(id));

  return {
    Query: {
      table: (_, { code }, ctx) => stores.tableOfCode(ctx, code),
      menu: (_, { storeId, channel }, ctx) => listing.menuOf(host, ctx, storeId, channel),
      async store(_, { id }, ctx) {
        const found = await load.storeById(ctx).load(id);
        if (!found) throw menuError('STORE_NOT_FOUND', { id });
        return found;
      },
      stores: (_, args, ctx) => stores.listStores(ctx, args),
      async menuItem(_, { id }, ctx) {
        const found = await load.itemById(ctx).load(id);
        if (!found) throw menuError('MENU_ITEM_NOT_FOUND', { id });
        return found;
      },
    },

    Mutation: {
      createStore: async (_, { input }, ctx) => store(ctx, await stores.createStore(host, ctx, input)),
      updateStore: async (_, { input }, ctx) => store(ctx, await stores.updateStore(host, ctx, input)),
      createTable: async (_, { input }, ctx) => table(ctx, await stores.createTable(host, ctx, input)),
      setTableActive: async (_, { input }, ctx) => table(ctx, await stores.setTableActive(host, ctx, input)),
      createCategory: async (_, { input }, ctx) => category(ctx, await book.createCategory(host, ctx, input)),
      createDaypart: async (_, { input }, ctx) =>
        present(load.daypartById(ctx).load(await book.createDaypart(host, ctx, input))),
      createModifierGroup: async (_, { input }, ctx) =>
        present(load.modifierGroupById(ctx).load(await book.createModifierGroup(host, ctx, input))),
      createDish: async (_, { input }, ctx) => dish(ctx, await createDish(host, ctx, input)),
      listDish: async (_, { input }, ctx) => item(ctx, await listing.listDish(host, ctx, input)),
      setPrice: async (_, { input }, ctx) => item(ctx, await listing.setPrice(host, ctx, input)),
      setSoldOut: async (_, { input }, ctx) => item(ctx, await listing.setSoldOut(host, ctx, input)),
      importMenu: (_, { input }, ctx) => importMenu(host, ctx, input),
    },

    Store: {
      __resolveReference: ({ id }, ctx) => load.storeById(ctx).load(id),
      isOpen: (store) => isOpen(store, clock(store.timeZone)),
      tables(store, _, ctx) {
        requireScope(ctx.identity, 'orders:place', store.id);
        return load.tablesByStore(ctx).load(store.id);
      },
    },
    DiningTable: {
      __resolveReference: ({ id }, ctx) => load.tableById(ctx).load(id),
      store: ({ storeId }, _, ctx) => store(ctx, storeId),
      qrCode: ({ code }) => renderSVG(tableUrl(host, code), { ecc: 'M', border: 2 }),
    },
    Category: {
      __resolveReference: ({ id }, ctx) => load.categoryById(ctx).load(id),
    },
    Dish: {
      __resolveReference: ({ id }, ctx) => load.dishById(ctx).load(id),
      category: ({ categoryId }, _, ctx) => category(ctx, categoryId),
      specs: ({ id }, _, ctx) => load.specsByDish(ctx).load(id),
      modifierGroups: ({ modifierGroupIds }, _, ctx) =>
        Promise.all(modifierGroupIds.map((id) => present(load.modifierGroupById(ctx).load(id)))),
      dayparts: (dish, _, ctx) => daypartsOf(ctx, dish),
    },
    ModifierGroup: {
      modifiers: ({ id }, _, ctx) => load.modifiersByGroup(ctx).load(id),
    },
    ComboOption: {
      dish: ({ dishId }, _, ctx) => dish(ctx, dishId),
      spec: async ({ dishId, specId }, _, ctx) =>
        present(
          load
            .specsByDish(ctx)
            .load(dishId)
            .then((specs) => specs.find(({ id }) => id === specId) ?? null),
        ),
    },
    MenuItem: {
      __resolveReference: ({ id }, ctx) => load.itemById(ctx).load(id),
      store: ({ storeId }, _, ctx) => store(ctx, storeId),
      dish: ({ dishId }, _, ctx) => dish(ctx, dishId),
      name: async ({ dishId }, _, ctx) => (await dish(ctx, dishId)).name,
      async specs({ id: menuItemId, dishId }, _, ctx) {
        const specs = await load.specsByDish(ctx).load(dishId);
        return specs.map(({ id, name, price, perGrams }): MenuItemSpec => ({ menuItemId, id, name, price, perGrams }));
      },
      available: async (item, _, ctx) => isAvailable(ctx, item, clock((await store(ctx, item.storeId)).timeZone)),
    },
    MenuItemSpec: {
      price: async (spec, { channel }, ctx) =>
        priceOf(spec, await load.pricesByItem(ctx).load(spec.menuItemId), channel),
    },
  };
}

/** Where a table's QR code leads. */
const tableUrl = ({ settings }: MenuHost, code: string): string => `${settings.publicUrl}/t/${code}`;

/** The resolvers of internal.graphql. */
export function internalResolvers({ host, clock }: Services): InternalResolvers {
  return {
    Query: {
      priceLines: (_, { input }, ctx) => priceLines(clock, ctx, input),
      soldLines: (_, { storeId, lines }, ctx) => soldLines(clock, ctx, storeId, lines),
      async store(_, { id }, ctx) {
        const store = await load.storeById(ctx).load(id);
        return store && storeFacts(store, clock(store.timeZone));
      },
      async tables(_, { storeId }, ctx) {
        const tables = await load.tablesByStore(ctx).load(storeId);
        return tables
          .filter(({ active }) => active)
          .map(({ id, name, code }) => ({ id, name, url: tableUrl(host, code) }));
      },
      listing: (_, { storeId, channel }, ctx) => listingOf({ host, clock }, ctx, storeId, channel),
      storeIds: (_, __, ctx) => stores.storeIds(ctx),
      storeOfItem: async (_, { menuItemId }, ctx) => (await load.itemById(ctx).load(menuItemId))?.storeId ?? null,
      findItems: (_, { storeId, names }, ctx) => findItems(ctx, storeId, names),
    },
  };
}
