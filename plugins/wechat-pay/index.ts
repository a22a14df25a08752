import { join } from 'node:path';
import { SECOND } from '../../kernel/clock.ts';
import { definePlugin } from '../../kernel/module.ts';
import { offer, provide } from '../../kernel/ports.ts';
import { PaymentProvider } from '../../subgraphs/orders/ports.ts';
import { answerCallback } from './callbacks.ts';
import { entities } from './entities.ts';
import { openPlatform } from './opening.ts';
import { wechatProvider } from './provider.ts';
import { settings, storeSettings } from './settings.ts';
import { watchCodes } from './watching.ts';

/** WeChat Pay: `payOrder(provider: "wechat-pay")`. What `instrument` may be stands in instruments.ts. */
export const wechatPay = definePlugin({
  name: 'wechat-pay',
  contract: '1.0',
  entities,
  migrations: join(import.meta.dirname, 'migrations'),
  settings,
  storeSettings,
  routes: ['POST /webhooks/wechat-pay', 'GET /wechat-pay/simulator', 'POST /wechat-pay/simulator'],
  provides: [offer(PaymentProvider, 'wechat-pay')],
  async setup(host) {
    const opened = await openPlatform(host);
    if (!opened) return {};
    const { platform, simulator, close } = opened;
    return {
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
      },
      close,
    };
  },
});
