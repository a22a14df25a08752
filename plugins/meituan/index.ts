import { join } from 'node:path';
import { MINUTE, SECOND } from '../../kernel/clock.ts';
import { definePlugin, type Transaction } from '../../kernel/module.ts';
import { offer, provide } from '../../kernel/ports.ts';
import { DeliveryPlatform, PaymentProvider } from '../../subgraphs/orders/ports.ts';
import { entities } from './entities.ts';
import { menuIsDue, pushMenus } from './menus.ts';
import { findMissed } from './missed.ts';
import { noticesTo } from './notices.ts';
import { openPlatform } from './opening.ts';
import { promises } from './provider.ts';
import { answerPush } from './pushes.ts';
import { settings, storeSettings } from './settings.ts';
import { workerOf } from './work.ts';

/** Meituan, the delivery platform: its orders land in the order book, and it hears what becomes of them. */
export const meituan = definePlugin({
  name: 'meituan',
  contract: '1.0',
  entities,
  migrations: join(import.meta.dirname, 'migrations'),
  settings,
  storeSettings,
  scopes: ['orders:read', 'internal:orders', 'stock:read'],
  emits: ['payment.reported', 'refund.reported'],
  consumes: ['stock.portions-changed', 'menu.changed'],
  routes: [
    ...(['GET /webhooks/meituan/:kind', 'POST /webhooks/meituan/:kind'] as const),
    ...(['GET /meituan/simulator', 'POST /meituan/simulator'] as const),
  ],
  provides: [offer(PaymentProvider, 'meituan'), offer(DeliveryPlatform, 'meituan')],
  async setup(host) {
    const opened = await openPlatform(host);
    const heard = (tx: Transaction, { payload }: { payload: { storeId: string | null } }) =>
      opened ? menuIsDue(host, tx, payload.storeId) : Promise.resolve();
    const on = { 'stock.portions-changed': heard, 'menu.changed': heard };
    if (!opened) return { on };
    const { platform, simulator, close } = opened;
    const worker = workerOf(platform);
    const pushed = ({ request, params }: { request: Request; params: Readonly<Record<string, string>> }) =>
      answerPush(platform, worker, params['kind'] ?? '', request);
    return {
      on,
      provides: [
        provide(PaymentProvider, 'meituan', promises(platform)),
        provide(DeliveryPlatform, 'meituan', noticesTo(platform)),
      ],
      routes: {
        'GET /webhooks/meituan/:kind': pushed,
        'POST /webhooks/meituan/:kind': pushed,
        ...(simulator && {
          'GET /meituan/simulator': ({ request }) => simulator.page(request),
          'POST /meituan/simulator': ({ request }) => simulator.page(request),
        }),
      },
      jobs: {
        workOff: { every: 5 * SECOND, run: (ctx) => worker.workOff(ctx) },
        pushMenus: { every: 2 * SECOND, run: (ctx) => pushMenus(platform, ctx) },
        poll: { every: 10 * SECOND, run: (ctx) => worker.poll(ctx) },
        findMissed: { every: MINUTE, run: (ctx) => findMissed(platform, worker, ctx) },
      },
      async close() {
        await worker.done();
        await close();
      },
    };
  },
});
