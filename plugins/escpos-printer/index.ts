import { definePlugin } from '../../kernel/module.ts';
import { offer, provide } from '../../kernel/ports.ts';
import { PrinterDriver } from '../../subgraphs/devices/ports.ts';
import { networkOf } from './address.ts';
import { escposDriver } from './driver.ts';
import { settings } from './settings.ts';
import { SIMULATED_HOST, startSimulator } from './simulator/index.ts';

/** Receipt printers that speak ESC/POS over TCP: `setPrinter(driver: "escpos")`. */
export const escposPrinter = definePlugin({
  name: 'escpos-printer',
  contract: '1.0',
  settings,
  routes: ['GET /escpos-printer/simulator', 'POST /escpos-printer/simulator'],
  provides: [offer(PrinterDriver, 'escpos')],
  async setup({ settings, log }) {
    const simulator = settings.simulator ? await startSimulator() : undefined;
    const network = networkOf(settings, simulator && { host: SIMULATED_HOST, portOf: simulator.portOf });
    return {
      provides: [provide(PrinterDriver, 'escpos', escposDriver({ network, settings, log }))],
      ...(simulator && {
        routes: {
          'GET /escpos-printer/simulator': ({ request }) => simulator.page(request),
          'POST /escpos-printer/simulator': ({ request }) => simulator.page(request),
        },
        close: () => simulator.close(),
      }),
    };
  },
});
