import { join } from 'node:path';
import { defineModule } from '../../kernel/module.ts';
import { provide } from '../../kernel/ports.ts';
import { PaymentProvider } from '../../subgraphs/orders/ports.ts';
import { entities } from './entities.ts';
import { demoProvider } from './provider.ts';

/** A payment provider to try the product with: `payOrder(provider: "demo")`. instruments.ts says what it can be made to do. */
export const demoPayment = defineModule({
  name: 'demo-payment',
  entities,
  migrations: join(import.meta.dirname, 'migrations'),
  setup: (host) => ({ provides: [provide(PaymentProvider, 'demo', demoProvider(host))] }),
});
