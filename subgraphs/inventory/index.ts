import { join } from 'node:path';
import { SECOND } from '../../kernel/clock.ts';
import { defineModule } from '../../kernel/module.ts';
import { readSdl } from '../../kernel/sdl.ts';
import { entities } from './entities.ts';
import { internalResolvers, resolvers } from './resolvers.ts';
import { topicOf } from './service/change-purchase.ts';
import { visiblePurchase } from './service/find-purchases.ts';
import { commitStock, releaseStock, returnPart, returnStock } from './service/reservations.ts';
import { resendPurchases } from './service/send-purchase.ts';
import { settings } from './settings.ts';

/** What stores keep, what dishes take of it, what orders hold, and what is bought of suppliers. */
export const inventory = defineModule({
  name: 'inventory',
  schema: readSdl(import.meta.dirname, 'schema.graphql'),
  internal: readSdl(import.meta.dirname, 'internal.graphql'),
  entities,
  migrations: join(import.meta.dirname, 'migrations'),
  settings,
  emits: ['stock.portions-changed'],
  consumes: ['order.paid', 'order.lines-refunded', 'order.cancelled'],
  readBy: 'stock:read',
  setup: (host) => ({
    resolvers: resolvers({ host }),
    internal: internalResolvers({ host }),
    live: {
      purchaseOrderChanged: async ({ purchaseOrderId }: { purchaseOrderId: string }, ctx) => {
        const { version } = await visiblePurchase(ctx, purchaseOrderId);
        return [{ topic: topicOf(purchaseOrderId), version }];
      },
    },
    jobs: {
      resendPurchases: { every: 15 * SECOND, run: (ctx) => resendPurchases(host, ctx) },
    },
    on: {
      'order.paid': (tx, { payload }) => commitStock(host, tx, payload.orderId),
      'order.lines-refunded': async (tx, { payload }) => {
        if (payload.restock) await returnPart(host, tx, payload);
      },
      'order.cancelled': async (tx, { payload: { orderId, restock } }) => {
        await releaseStock(host, tx, orderId);
        if (restock) await returnStock(host, tx, orderId);
      },
    },
  }),
});
