import { Deliveries } from './deliveries.ts';
import { Faults } from './faults.ts';
import { type Mill, mill } from './mill.ts';
import { pageOf } from './page.ts';
import { serve } from './server.ts';
import { newSecret } from './signing.ts';
import type { World } from './world.ts';

/** A flour mill of our own, which mills no flour. It takes Orders of UBL 2.1, and looks at our signatures. */
export interface Simulator {
  /** How it is reached, as the settings of the plug-in take it. */
  readonly account: { endpoint: string; ours: string[]; theirs: string[] };
  readonly world: World;
  readonly mill: Mill;
  readonly faults: Faults;
  readonly deliveries: Deliveries;
  /** The page where people at the mill work. */
  page(request: Request): Promise<Response>;
  close(): Promise<void>;
}

/** How the simulator runs. */
export interface SimulatorOptions {
  clock: { now(): number };
  /** Where the buyer takes its documents. */
  address(): string | undefined;
  /** Where its books are kept; left out, they are forgotten when it ends. */
  memory?: { read(): Promise<string | null>; write(text: string): Promise<void> };
}

/** How often it looks at the clock by itself, in milliseconds. */
const LOOK = 500;

/** Starts a mill on a free port of loopback. */
export async function startSimulator({ clock, address, memory }: SimulatorOptions): Promise<Simulator> {
  let kept = (await memory?.read()) ?? JSON.stringify({ orders: [], last: 0 } satisfies World);
  const world = JSON.parse(kept) as World;
  const faults = new Faults();
  const [buyers, own] = [newSecret(), newSecret()];
  const now = () => clock.now();
  const deliveries = new Deliveries({ now, secret: own, nextFault: () => faults.nextDocument(), address });
  const people = mill(world, deliveries, now);
  const server = await serve({ world, faults, now, secret: buyers });
  const remember = async () => {
    const text = JSON.stringify(world);
    if (text !== kept) await memory?.write(text);
    kept = text;
  };
  const looking = setInterval(() => void deliveries.look().then(remember, () => {}), LOOK);
  looking.unref();
  return {
    account: { endpoint: `${server.url}/orders`, ours: [buyers], theirs: [own] },
    world,
    mill: people,
    faults,
    deliveries,
    page: pageOf(world, people, faults),
    async close() {
      clearInterval(looking);
      await deliveries.look();
      await remember();
      await server.close();
    },
  };
}
