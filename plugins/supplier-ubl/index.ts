import { join } from 'node:path';
import { SECOND } from '../../kernel/clock.ts';
import { definePlugin } from '../../kernel/module.ts';
import { offer, provide } from '../../kernel/ports.ts';
import { Supplier } from '../../subgraphs/inventory/ports.ts';
import { PROVIDER, tellAgain } from './documents.ts';
import { entities } from './entities.ts';
import { openPlatform } from './opening.ts';
import { settings } from './settings.ts';
import { answerDocument } from './webhook.ts';

/** Suppliers that speak UBL 2.1: `createSupplier(provider: "ubl")`, with the name of an account of suppliers.ts. */
export const supplierUbl = definePlugin({
  name: 'supplier-ubl',
  contract: '1.0',
  entities,
  migrations: join(import.meta.dirname, 'migrations'),
  settings,
  scopes: ['internal:inventory'],
  routes: ['POST /webhooks/supplier-ubl/:supplier', 'GET /supplier-ubl/simulator', 'POST /supplier-ubl/simulator'],
  provides: [offer(Supplier, PROVIDER)],
  async setup(host) {
    const opened = await openPlatform(host);
    if (!opened) return {};
    const { platform, supplier, simulator, close } = opened;
    return {
      provides: [provide(Supplier, PROVIDER, supplier)],
      routes: {
        'POST /webhooks/supplier-ubl/:supplier': ({ request, params }) =>
          answerDocument(platform, params['supplier'] ?? '', request),
        ...(simulator && {
          'GET /supplier-ubl/simulator': ({ request }) => simulator.page(request),
          'POST /supplier-ubl/simulator': ({ request }) => simulator.page(request),
        }),
      },
      jobs: { tellInventory: { every: 15 * SECOND, run: (ctx) => tellAgain(platform, ctx) } },
      close,
    };
  },
});
