import { join } from 'node:path';
import { MINUTE, SECOND } from '../../kernel/clock.ts';
import { definePlugin } from '../../kernel/module.ts';
import { offer, provide } from '../../kernel/ports.ts';
import { readSdl } from '../../kernel/sdl.ts';
import { PaymentProvider } from '../../subgraphs/orders/ports.ts';
import { compareBills } from './bill.ts';
import { answerCallback } from './callbacks.ts';
import { entities } from './entities.ts';
import { openPlatform } from './opening.ts';
import { wechatProvider } from './provider.ts';
import { resolvers } from './resolvers.ts';
import { settings, storeSettings } from './settings.ts';
import { shareProfits } from './sharing.ts';
import { handedOver, shipping } from './shipping.ts';
import { watchCodes } from './watching.ts';

/** WeChat Pay: `payOrder(provider: "wechat-pay")`. What `instrument` may be stands in instruments.ts. */
export const wechatPay = definePlugin({
  name: 'wechat-pay',
  contract: '1.0',
  schema: readSdl(import.meta.dirname, 'schema.graphql'),
  entities,
  migrations: join(import.meta.dirname, 'migrations'),
  settings,
  storeSettings,
  scopes: ['orders:read'],
  emits: ['payment.reported', 'refund.reported'],
  consumes: ['order.completed'],
  routes: ['POST /webhooks/wechat-pay', 'GET /wechat-pay/simulator', 'POST /wechat-pay/simulator'],
  provides: [offer(PaymentProvider, 'wechat-pay')],
  async setup(host) {
    const opened = await openPlatform(host);
    // What was found out while it was configured is still to be seen.
    if (!opened) return { resolvers: resolvers(undefined), on: { 'order.completed': async () => {} } };
    const { platform, simulator, close } = opened;
    const reports = shipping(platform);
    return {
      resolvers: resolvers(platform),
      on: {
        'order.completed': async (tx, { payload }) => {
          if (host.settings.shipping) await handedOver(tx, payload);
        },
      },
      provides: [provide(PaymentProvider, 'wechat-pay', wechatProvider(platform))],
      routes: {
        'POST /webhooks/wechat-pay': ({ request }) => answerCallback(platform, request),
        ...(simulator && {
          'GET /wechat-pay/simulator': ({ request }) => simulator.page(request),
          'POST /wechat-pay/simulator': ({ request }) => simulator.page(request),
        }),
      },
      jobs: {
        watchCodes: { every: 5 * SECOND, run: (ctx) => watchCodes(platform, ctx) },
        shareProfits: { every: 15 * SECOND, run: (ctx) => shareProfits(platform, ctx) },
        reportShipping: { every: 30 * SECOND, run: (ctx) => reports.report(ctx) },
        compareBills: { every: 10 * MINUTE, run: (ctx) => compareBills(platform, ctx) },
      },
      close,
    };
  },
});
