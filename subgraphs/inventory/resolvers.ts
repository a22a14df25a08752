import { list } from '../../kernel/input.ts';
import { present } from '../../kernel/loaders.ts';
import type { ResolverMap } from '../../kernel/module.ts';
import type { Resolvers } from '../../schema/types/inventory.ts';
import type { Resolvers as InternalResolvers } from '../../schema/types/inventory-internal.ts';
import { ALL_SIZES } from './entities.ts';
import { stockItemById } from './loaders.ts';
import { purchaseReports, purchaseResolvers, purchaseSubscriptions } from './purchase-resolvers.ts';
import { portionsLeft, recipesOf, setRecipe } from './service/recipes.ts';
import { findShortages, holdStock, releaseStock } from './service/reservations.ts';
import { createStockItem, listStock, moveStock, visibleStockItem } from './service/stock.ts';
import type { InventoryHost } from './settings.ts';

/** What is set up once for the process. */
export interface Services {
  host: InventoryHost;
}

/** The resolvers of schema.graphql. */
export function resolvers({ host }: Services): ResolverMap {
  return { ...fields(host), Subscription: purchaseSubscriptions };
}

function fields(host: InventoryHost): Resolvers {
  const { Query, Mutation, ...types } = purchaseResolvers(host);
  return {
    ...types,
    Query: {
      ...Query,
      stockItems: (_, { storeId, ...args }, ctx) => listStock(ctx, storeId, args),
      recipes: (_, { menuItemId }, ctx) => recipesOf(ctx, menuItemId),
    },
    Mutation: {
      ...Mutation,
      createStockItem: (_, { input }, ctx) => createStockItem(host, ctx, input),
      moveStock: (_, { input }, ctx) => moveStock(host, ctx, input),
      setRecipe: (_, { input }, ctx) => setRecipe(host, ctx, input),
    },
    StockItem: {
      __resolveReference: ({ id }, ctx) => visibleStockItem(ctx, id),
      store: ({ storeId }) => ({ id: storeId }),
      available: ({ onHand, reserved }) => onHand - reserved,
    },
    Recipe: {
      item: ({ menuItemId, storeId }) => ({ id: menuItemId, store: { id: storeId } }),
      specId: ({ specId }) => (specId === ALL_SIZES ? null : specId),
    },
    Ingredient: {
      stockItem: ({ stockItemId }, _, ctx) => present(stockItemById(ctx).load(stockItemId)),
    },
    MenuItem: {
      portionsLeft: ({ id, store }, { specId = null }, ctx) =>
        portionsLeft(ctx, { menuItemId: id, storeId: store.id, specId }),
    },
  };
}

/** The resolvers of internal.graphql. */
export function internalResolvers({ host }: Services): InternalResolvers {
  return {
    Query: {
      shortages: (_, { storeId, lines }, ctx) => findShortages(ctx, storeId, lines),
      portions: (_, { storeId, dishes }, ctx) =>
        Promise.all(list('dishes', dishes, 0, 1_000).map((dish) => portionsLeft(ctx, { ...dish, storeId }))),
    },
    Mutation: {
      ...purchaseReports(host),
      holdStock: (_, order, ctx) => holdStock(host, ctx, order),
      releaseStock: async (_, { orderId }, ctx) => {
        await host.transact(ctx, (tx) => releaseStock(host, tx, orderId));
        return true;
      },
    },
  };
}
