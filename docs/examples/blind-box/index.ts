import { join } from 'node:path';
import { definePlugin, readSdl } from 'dinegraph';
import { boxService } from './boxes.ts';
import { Boxes } from './entities.ts';
import { readPage } from './page.ts';
import { storeSettings } from './settings.ts';
import type { Resolvers } from './types/schema.ts';

/** After a paid order its diner may open a box: `Order.blindBox`, `openBlindBox`, and a page at /blind-box/ORDER. */
export default definePlugin({
  name: 'blind-box',
  contract: '1.0',
  schema: readSdl(import.meta.dirname, 'schema.graphql'),
  entities: [Boxes],
  migrations: join(import.meta.dirname, 'migrations'),
  storeSettings,
  consumes: ['order.paid', 'order.cancelled'],
  scopes: ['orders:read'],
  routes: ['GET /blind-box/:orderId', 'GET /blind-box/:release/:file'],
  page: { path: '/blind-box/:orderId', title: 'Blind box' },
  setup(host) {
    const boxes = boxService(host);
    const page = readPage(join(import.meta.dirname, 'page'));
    const resolvers: Resolvers = {
      Order: {
        blindBox: ({ id }, _, ctx) => boxes.seen(ctx, id),
      },
      BlindBox: {
        order: ({ orderId }) => ({ id: orderId }),
      },
      Mutation: {
        openBlindBox: (_, { input }, ctx) => boxes.open(ctx, input.orderId),
      },
    };
    return {
      resolvers,
      on: { 'order.paid': boxes.make, 'order.cancelled': boxes.takeBack },
      routes: {
        'GET /blind-box/:orderId': () => page.document(),
        'GET /blind-box/:release/:file': ({ params }) => page.file(params['file'] ?? ''),
      },
    };
  },
});
