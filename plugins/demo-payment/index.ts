import { join } from 'node:path';
import { z } from 'zod';
import { definePlugin } from '../../kernel/module.ts';
import { offer, provide } from '../../kernel/ports.ts';
import { PaymentProvider } from '../../subgraphs/orders/ports.ts';
import { entities } from './entities.ts';
import { demoProvider } from './provider.ts';

/**
 * A payment provider to try the product with: `payOrder(provider: "demo")`. instruments.ts says what it can be made to do.
 * It takes no money, so it is off unless DEMO_PAYMENT_ENABLED=true, as `npm start` sets it outside production.
 */
export const demoPayment = definePlugin({
  name: 'demo-payment',
  contract: '1.0',
  entities,
  migrations: join(import.meta.dirname, 'migrations'),
  settings: z.object({
    /** Whether meals may be paid with nothing. */
    enabled: z.stringbool().default(false),
  }),
  provides: [offer(PaymentProvider, 'demo')],
  setup: (host) => (host.settings.enabled ? { provides: [provide(PaymentProvider, 'demo', demoProvider(host))] } : {}),
});
