import type { Resolvers } from '../../schema/types/menu-internal.ts';
import { storeById } from './loaders.ts';
import type { WallClock } from './opening-hours.ts';
import { findItems } from './service/find-items.ts';
import { priceLines, storeFacts } from './service/price-lines.ts';

/** Resolves what sister modules ask of menu. */
export function internal(clock: WallClock): Resolvers {
  return {
    Query: {
      priceLines: (_, { input }, ctx) => priceLines(ctx, input, clock),
      async store(_, { id }, ctx) {
        const store = await storeById(ctx).load(id);
        return store && storeFacts(store, clock(store.timeZone));
      },
      findItems: (_, { storeId, names }, ctx) => findItems(ctx, storeId, names),
    },
  };
}
