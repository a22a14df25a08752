import { join } from 'node:path';
import { defineModule } from '../../kernel/module.ts';
import { readSdl } from '../../kernel/sdl.ts';
import { entities } from './entities.ts';
import { internalResolvers, resolvers } from './resolvers.ts';
import { giveCouponsBack, redeemCoupons } from './service/holds.ts';

/** Promotions, coupons, and the pricing plan that says which of them apply to a cart. */
export const marketing = defineModule({
  name: 'marketing',
  schema: readSdl(import.meta.dirname, 'schema.graphql'),
  internal: readSdl(import.meta.dirname, 'internal.graphql'),
  entities,
  migrations: join(import.meta.dirname, 'migrations'),
  consumes: ['order.paid', 'order.cancelled'],
  readBy: 'marketing:manage',
  setup: (host) => ({
    resolvers: resolvers({ host }),
    internal: internalResolvers({ host }),
    on: {
      'order.paid': (tx, { payload }) => redeemCoupons(host, tx, payload.orderId),
      'order.cancelled': (tx, { payload }) => giveCouponsBack(host, tx, payload.orderId),
    },
  }),
});
