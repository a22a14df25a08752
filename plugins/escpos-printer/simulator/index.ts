import { pageOf } from './page.ts';
import { type SimulatedPrinter, startPrinter } from './printer.ts';

/** The host that the product knows these printers by: `simulator:9100`. */
export const SIMULATED_HOST = 'simulator';

/** Printers of our own, which print to SVG. They speak ESC/POS on real sockets. */
export interface Simulator {
  readonly printers: readonly SimulatedPrinter[];
  /** Where the printer of a port of the host `simulator` really listens. */
  portOf(port: number): number | undefined;
  /** The page that shows what was printed, and where faults are switched on. */
  page(request: Request): Promise<Response>;
  close(): Promise<void>;
}

/** From this port on they stand side by side. */
const FIRST_PORT = 9_100;

/** Starts three printers: one of 80 mm for the counter, one of 58 mm and one more of 80 mm for the kitchen. */
export async function startSimulator(): Promise<Simulator> {
  const printers = await Promise.all([
    startPrinter('前台 Counter', 80),
    startPrinter('水吧 Bar', 58),
    startPrinter('热厨 Kitchen', 80),
  ]);
  return {
    printers,
    portOf: (port) => printers[port - FIRST_PORT]?.port(),
    page: pageOf(printers.map((printer, index) => ({ printer, address: `${SIMULATED_HOST}:${FIRST_PORT + index}` }))),
    async close() {
      await Promise.all(printers.map((printer) => printer.close()));
    },
  };
}
