import { join } from 'node:path';
import { type Context, definePlugin, readSdl } from 'dinegraph';
import { type Box, Boxes } from './box.ts';
import { boxService } from './boxes.ts';
import { readPage } from './page.ts';
import { storeSettings } from './settings.ts';

/** After a paid order its diner may open a box: `Order.blindBox`, `openBlindBox`, and a page at /blind-box/ORDER. */
export default definePlugin({
  name: 'blind-box',
  contract: '1.0',
  schema: readSdl(import.meta.dirname, 'schema.graphql'),
  entities: [Boxes],
  migrations: join(import.meta.dirname, 'migrations'),
  storeSettings,
  consumes: ['order.paid', 'order.cancelled'],
  routes: ['GET /blind-box/:orderId', 'GET /blind-box/:release/:file'],
  page: { path: '/blind-box/:orderId', title: 'Blind box' },
  setup(host) {
    const boxes = boxService(host);
    const page = readPage(join(import.meta.dirname, 'page'));
    return {
      on: { 'order.paid': boxes.make, 'order.cancelled': boxes.takeBack },
      resolvers: {
        Order: {
          blindBox: ({ id }: { id: string }, _: unknown, ctx: Context) => boxes.seen(ctx, id),
        },
        BlindBox: {
          order: ({ orderId }: Box) => ({ id: orderId }),
        },
        Mutation: {
          openBlindBox: (_: unknown, { input }: { input: { orderId: string } }, ctx: Context) =>
            boxes.open(ctx, input.orderId),
        },
      },
      routes: {
        'GET /blind-box/:orderId': () => page.document(),
        'GET /blind-box/:release/:file': ({ params }) => page.file(params['file'] ?? ''),
      },
    };
  },
});
