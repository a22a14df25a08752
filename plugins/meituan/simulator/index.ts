import { goOn, type Memory } from '../../../kernel/simulator/books.ts';
import { cancel, type Diner, dinerOf } from './diner.ts';
import { Faults } from './faults.ts';
import { menuOperations } from './menus.ts';
import { orderOperations } from './operations.ts';
import { pageOf } from './page.ts';
import { partOperations } from './parts.ts';
import { Pushes } from './pushes.ts';
import { type Called, serve } from './server.ts';
import type { Simulation } from './simulation.ts';
import { textOf, type World, worldIn } from './world.ts';

/** A Meituan of our own. It speaks the real protocol and looks at our signatures. */
export interface Simulator {
  readonly baseUrl: string;
  readonly credentials: { appId: string; appSecret: string };
  /** Its books. */
  readonly world: World;
  readonly faults: Faults;
  readonly diner: Diner;
  readonly pushes: Pushes;
  /** The calls that were believed, the latest last. */
  readonly calls: readonly Called[];
  /** Does what is due by the clock: pushes that are sent again, orders that nobody has confirmed. */
  tick(): Promise<void>;
  /** The page where a person orders. */
  page(request: Request): Promise<Response>;
  close(): Promise<void>;
}

/** How the simulator runs. */
export interface SimulatorOptions {
  clock: { now(): number };
  /** The developer's address for pushes. */
  callbackUrl: string;
  /** How long a shop may take to confirm an order, in milliseconds. */
  confirmsWithin?: number;
  /** How long it waits after each push that was not taken, in seconds. */
  waits?: readonly number[];
  /** Where an address of the world lies, for pushes. */
  resolve?(url: string): string;
  /** Where its books are kept; left out, they are forgotten when it ends. */
  memory?: Memory;
}

/** The one developer that the simulator knows. */
const credentials = { appId: '4000', appSecret: 'a-secret-of-the-simulator' };

/** Starts a simulator on a free port of loopback. */
export async function startSimulator({
  clock,
  callbackUrl,
  confirmsWithin = 5 * 60_000,
  waits = [5, 10, 30, 60, 120, 300],
  resolve = String,
  memory,
}: SimulatorOptions): Promise<Simulator> {
  const world = worldIn((await memory?.read()) ?? null);
  const faults = new Faults();
  const now = () => clock.now();
  const pushes = new Pushes({ now, credentials, callbackUrl, resolve, faults, waits });
  const simulation: Simulation = { world, now, pushes, faults, confirmsWithin };
  const diner = dinerOf(simulation);
  const operations = { ...orderOperations, ...partOperations, ...menuOperations };
  const server = await serve({ simulation, credentials, operations });
  const tick = async () => {
    await pushes.look();
    const late = [...world.orders.values()].filter(({ status, confirmBy }) => status <= 2 && confirmBy < now());
    for (const order of late) await cancel(simulation, order, 1001, '商家超时未接单');
    await pushes.idle();
  };
  const stop = goOn({ memory, text: () => textOf(world), tick });

  return {
    baseUrl: server.baseUrl,
    credentials,
    world,
    faults,
    diner,
    pushes,
    calls: server.calls,
    tick,
    page: pageOf(simulation, diner),
    async close() {
      await stop();
      await pushes.idle();
      await server.close();
    },
  };
}
