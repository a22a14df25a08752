import { join } from 'node:path';
import { MINUTE, SECOND } from '../../kernel/clock.ts';
import { defineModule } from '../../kernel/module.ts';
import { readSdl } from '../../kernel/sdl.ts';
import { entities } from './entities.ts';
import { internalResolvers, resolvers } from './resolvers.ts';
import { pairing } from './service/pairing.ts';
import { printing } from './service/printing.ts';
import { receiveOrder } from './service/receive-order.ts';
import { kitchenPosition } from './service/tickets.ts';
import { withdrawOrder } from './service/withdraw-order.ts';
import { settings } from './settings.ts';

/** What stands in a store: the kitchen's stations and their tickets, what is printed, and the paired screens. */
export const devices = defineModule({
  name: 'devices',
  schema: readSdl(import.meta.dirname, 'schema.graphql'),
  internal: readSdl(import.meta.dirname, 'internal.graphql'),
  entities,
  migrations: join(import.meta.dirname, 'migrations'),
  settings,
  emits: ['kitchen.progressed', 'print.queued'],
  consumes: ['order.paid', 'order.cancelled', 'print.queued'],
  readBy: 'kitchen:read',
  setup(host) {
    const printers = printing(host);
    return {
      resolvers: resolvers({ host, pairing: pairing(host) }),
      internal: internalResolvers({ host }),
      live: { kitchenChanged: (args, ctx) => kitchenPosition(ctx, args) },
      on: {
        'order.paid': (tx, { payload }) => receiveOrder(host, tx, payload),
        'order.cancelled': (tx, { payload }) => withdrawOrder(host, tx, payload),
        'print.queued': async (_, { payload }) => printers.soon(payload.printerId),
      },
      jobs: {
        print: { every: 3 * SECOND, run: () => printers.printWaiting() },
        lookAtPrinters: { every: MINUTE, run: () => printers.lookAtPrinters() },
      },
      close: () => printers.close(),
    };
  },
});
