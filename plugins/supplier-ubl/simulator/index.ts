import { goOn, type Memory } from '../../../kernel/simulator/books.ts';
import { Documents } from './documents.ts';
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
  readonly documents: Documents;
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
  memory?: Memory;
}

/** Starts a mill on a free port of loopback. */
export async function startSimulator({ clock, address, memory }: SimulatorOptions): Promise<Simulator> {
  const books = await memory?.read();
  const world: World = books ? JSON.parse(books) : { orders: [], last: 0 };
  const faults = new Faults();
  const [buyers, own] = [newSecret(), newSecret()];
  const now = () => clock.now();
  const documents = new Documents({ now, secret: own, faults, address });
  const people = mill(world, documents, now);
  const server = await serve({ world, faults, now, secret: buyers });
  const stop = goOn({ memory, text: () => JSON.stringify(world), tick: () => documents.look() });
  return {
    account: { endpoint: `${server.origin}/orders`, ours: [buyers], theirs: [own] },
    world,
    mill: people,
    faults,
    documents,
    page: pageOf(world, people, faults),
    async close() {
      await stop();
      await server.close();
    },
  };
}
