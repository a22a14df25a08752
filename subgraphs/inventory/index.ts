import { join } from 'node:path';
import { defineModule } from '../../kernel/module.ts';
import { readSdl } from '../../kernel/sdl.ts';
import { entities } from './entities.ts';
import { internalResolvers, resolvers } from './resolvers.ts';
import { commitStock, releaseStock, returnStock } from './service/reservations.ts';

/** What stores keep, what dishes take of it, and what orders hold. */
export const inventory = defineModule({
  name: 'inventory',
  schema: readSdl(import.meta.dirname, 'schema.graphql'),
  internal: readSdl(import.meta.dirname, 'internal.graphql'),
  entities,
  migrations: join(import.meta.dirname, 'migrations'),
  emits: ['stock.portions-changed'],
  consumes: ['order.paid', 'order.cancelled'],
  readBy: 'stock:read',
  setup: (host) => ({
    resolvers: resolvers({ host }),
    internal: internalResolvers({ host }),
    on: {
      'order.paid': (tx, { payload }) => commitStock(host, tx, payload.orderId),
      'order.cancelled': async (tx, { payload: { orderId, restock } }) => {
        await releaseStock(host, tx, orderId);
        if (restock) await returnStock(host, tx, orderId);
      },
    },
  }),
});
