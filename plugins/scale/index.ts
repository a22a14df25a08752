import { definePlugin } from '../../kernel/module.ts';
import { offer, provide } from '../../kernel/ports.ts';
import { ScaleDriver } from '../../subgraphs/devices/ports.ts';
import { mqttScales } from './mqtt.ts';
import { serialScales } from './serial.ts';
import { settings } from './settings.ts';
import { startSimulator } from './simulator/index.ts';

/** Scales: `setScale(driver: "serial")` for those behind a serial-to-network box, `"mqtt"` for those that publish JSON. */
export const scale = definePlugin({
  name: 'scale',
  contract: '1.0',
  settings,
  routes: ['GET /scale/simulator', 'POST /scale/simulator'],
  provides: [offer(ScaleDriver, 'serial'), offer(ScaleDriver, 'mqtt')],
  async setup({ settings: { simulator: isSimulated, mqttUrl }, clock, log }) {
    const simulator = isSimulated ? await startSimulator() : undefined;
    const mqtt = mqttUrl === undefined ? undefined : mqttScales({ url: mqttUrl, clock, log });
    return {
      provides: [
        provide(ScaleDriver, 'serial', serialScales(simulator?.place)),
        ...(mqtt ? [provide(ScaleDriver, 'mqtt', mqtt.driver)] : []),
      ],
      routes: {
        ...(simulator && {
          'GET /scale/simulator': ({ request }) => simulator.page(request),
          'POST /scale/simulator': ({ request }) => simulator.page(request),
        }),
      },
      health: () => mqtt?.assertConnected(),
      async close() {
        await mqtt?.close();
        await simulator?.close();
      },
    };
  },
});
