import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { embedded } from '../../cli/servers.ts';
import { MINUTE } from '../../kernel/clock.ts';
import { startApp } from '../app.ts';
import { openRestaurant, type Restaurant } from '../counter.ts';
import type { Order } from './crash-points/seam.ts';
import { type Hosts, startHosts, WHOLE } from './hosts.ts';
import { type Moment, momentsOf, tell } from './moments.ts';

/** A process that can be told where to die. */
const SCRIPT = join(import.meta.dirname, 'crash-points/doomed-host.ts');
/** Longer than a payment or a refund is left alone, by the clock. */
const AHEAD = MINUTE;

/** The whole product in one process that dies where it is told to, and comes back a minute later by its clock. */
export interface Mortal extends AsyncDisposable {
  readonly restaurant: Restaurant;
  readonly hosts: Hosts;
  /** The product's clock, for what stands beside it. */
  now(): number;
  /** How often it has died. */
  deaths(): number;
  /** Resolves when it is there again. */
  back(): Promise<void>;
  /** Tells it to die somewhere, or to tell of every point. */
  tell(order: Order): Promise<void>;
  /** The points of this kind that some work passes, in their order. */
  momentsOf(point: RegExp, work: () => Promise<void>): Promise<Moment[]>;
}

/** Makes a restaurant, and then the process; `environment` is asked for with the clock of what stands beside the product. */
export async function startMortal(environment: (now: () => number) => Promise<NodeJS.ProcessEnv>): Promise<Mortal> {
  const dataDir = mkdtempSync(join(tmpdir(), 'dinegraph-crash-'));
  let deaths = 0;
  let back: Promise<void> = Promise.resolve();
  const now = () => Date.now() + deaths * AHEAD;
  const restaurant = await (async () => {
    await using app = await startApp({ dataDir });
    return await openRestaurant(app);
  })();
  const hosts = await startHosts({
    shares: WHOLE,
    servers: embedded(dataDir),
    environment: await environment(now),
    script: SCRIPT,
    onEnd: (index) => {
      deaths += 1;
      back = hosts.setAhead(deaths * AHEAD, index).then(() => hosts.restart(index));
    },
  });

  return {
    restaurant,
    hosts,
    now,
    tell: (order) => tell(hosts, order),
    momentsOf: (point, work) => momentsOf(hosts, point, work),
    deaths: () => deaths,
    back: () => back,
    async [Symbol.asyncDispose]() {
      await hosts[Symbol.asyncDispose]();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
