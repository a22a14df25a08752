import type { Host } from '../../kernel/module.ts';
import { booksIn } from '../../kernel/simulator/books.ts';
import { SimulatorMemory } from './entities.ts';
import type { Platform } from './platform.ts';
import { type UblSupplier, ublSupplier } from './sending.ts';
import type { UblSettings } from './settings.ts';
import { type Simulator, startSimulator } from './simulator/index.ts';
import { accountsIn } from './suppliers.ts';

/** Everything that is open while the plug-in runs. */
export interface Opened {
  platform: Platform;
  supplier: UblSupplier;
  /** What stands in for suppliers, when it does. */
  simulator?: Simulator;
  close(): Promise<void>;
}

/** The account of the simulated supplier. */
const SIMULATED = 'flour-mill';

/** Opens the way to suppliers, or to the simulator; undefined when neither is configured. */
export async function openPlatform(host: Host<UblSettings>): Promise<Opened | undefined> {
  const { settings, clock, log } = host;
  if (settings.suppliers) return open({ host, accounts: accountsIn(settings.suppliers) });
  if (!settings.simulator) {
    log.info('no supplier is configured, so that nothing can be ordered by UBL: SUPPLIER_UBL_SUPPLIERS is not set');
    return undefined;
  }
  const { publicUrl } = settings;
  const address = () => publicUrl && new URL(`/webhooks/supplier-ubl/${SIMULATED}`, publicUrl).href;
  const simulator = await startSimulator({ clock, address, memory: booksIn(host, SimulatorMemory) });
  const opened = open({ host, accounts: new Map([[SIMULATED, simulator.account]]) });
  return {
    ...opened,
    simulator,
    async close() {
      await simulator.close();
      await opened.close();
    },
  };
}

function open(platform: Platform): Opened {
  const supplier = ublSupplier(platform);
  return { platform, supplier, close: () => supplier.close() };
}
