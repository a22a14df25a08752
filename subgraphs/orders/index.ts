import { join } from 'node:path';
import { SECOND } from '../../kernel/clock.ts';
import { defineModule } from '../../kernel/module.ts';
import { readSdl } from '../../kernel/sdl.ts';
import { entities } from './entities.ts';
import { internalResolvers, resolvers } from './resolvers.ts';
import { cancelling } from './service/cancel-order.ts';
import { topicOf } from './service/change-order.ts';
import { closeOverdue, expireOrders } from './service/expire-orders.ts';
import { visibleOrder } from './service/find-orders.ts';
import { followKitchen } from './service/follow-kitchen.ts';
import { paying } from './service/pay-order.ts';
import { placing } from './service/place-order.ts';
import { tellPlatforms } from './service/platform/notices.ts';
import { recover } from './service/recover.ts';
import { reportedBy } from './service/reported.ts';
import { settings } from './settings.ts';

/** Quotes, orders and their one state machine (state.ts), payments and refunds. The coordinator of an order. */
export const orders = defineModule({
  name: 'orders',
  schema: readSdl(import.meta.dirname, 'schema.graphql'),
  internal: readSdl(import.meta.dirname, 'internal.graphql'),
  entities,
  migrations: join(import.meta.dirname, 'migrations'),
  settings,
  emits: ['order.placed', 'order.paid', 'order.lines-refunded', 'order.cancelled', 'order.completed'],
  consumes: ['kitchen.progressed', 'payment.reported', 'refund.reported'],
  readBy: 'orders:read',
  setup(host) {
    const reports = reportedBy(host);
    const services = { host, placing: placing(host), paying: paying(host), cancelling: cancelling(host) };
    return {
      resolvers: resolvers(services),
      internal: internalResolvers(services),
      live: {
        orderChanged: async ({ orderId }: { orderId: string }, ctx) => {
          const { version } = await visibleOrder(ctx, orderId);
          return [{ topic: topicOf(orderId), version }];
        },
      },
      on: {
        'kitchen.progressed': (tx, { payload }) => followKitchen(host, tx, payload),
        'payment.reported': async (_, { payload }) => reports.payment(payload.paymentId),
        'refund.reported': async (_, { payload }) => reports.refund(payload.refundId),
      },
      jobs: {
        recover: { every: 5 * SECOND, run: (ctx) => recover(host, ctx, services) },
        tellPlatforms: { every: 2 * SECOND, run: (ctx) => tellPlatforms(host, ctx) },
        expire: { every: 10 * SECOND, run: (ctx) => expireOrders(host, ctx) },
        closeOverdue: { every: 10 * SECOND, run: (ctx) => closeOverdue(host, ctx) },
      },
      close: () => reports.done(),
    };
  },
});
