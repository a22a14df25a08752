import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { embedded } from '../../../cli/servers.ts';
import { MINUTE } from '../../../kernel/clock.ts';
import { startApp } from '../../app.ts';
import { counterOf, openRestaurant, type Restaurant } from '../../counter.ts';
import { diner, signInStaff, staff } from '../../people.ts';
import { addDish, key, type ListedDish } from '../../shop.ts';
import { checkEmbeddedBooks } from '../embedded-books.ts';
import { honest } from '../honest.ts';
import { type Hosts, type Share, startHosts, WHOLE } from '../hosts.ts';
import { appOf, cookWith, type Kept, keep } from '../opening.ts';
import type { FaultWorld, PlayedOrder, Scenario } from '../scenario.ts';
import { journey } from './journey.ts';
import type { Order } from './seam.ts';

const SCRIPT = join(import.meta.dirname, 'doomed-host.ts');

/** Few processes, so that each sort of call goes from one to another. */
const SPLIT: readonly Share[] = [
  ['orders'],
  ['inventory', 'marketing', 'members', 'menu', 'demo-sign-in'],
  [
    'devices',
    'kitchen-screen',
    'plugin-settings',
    'remote-plugins',
    'demo-payment',
    'cash-payment',
    'wechat-pay',
    'meituan',
  ],
  ['gateway'],
];

/** Sessions outlive the many minutes by which the clock is put forward after each death. */
const ENVIRONMENT = { MEMBERS_ACCESS_MINUTES: '120' };

/**
 * In a long run every point of one process is tried and half of those of several; in a short one, as in CI, a share of
 * them, since each takes some six seconds.
 */
const SHARE = { whole: { long: 1, short: 0.06 }, split: { long: 0.5, short: 0.03 } };
const LONG = 10;

const shareOf = ({ long, short }: (typeof SHARE)['whole'], { minutes, scale }: FaultWorld) =>
  (minutes < LONG ? short : long) * Math.min(scale, 1);

/** What is sold, to whom, and what of it was in stock. */
interface Stage {
  restaurant: Restaurant;
  dish: ListedDish;
  kept: Kept;
}

/** A moment at which a process may die: the first, second, ... time that it comes by a point. */
interface Moment {
  dieAt: string;
  time: number;
}

/** What came of a shape's moments. */
interface Result {
  orders: PlayedOrder[];
  findings: string[];
  report: string[];
}

/**
 * A journey is watched to learn every point at which its processes may die; then each dies at one of them, comes back, and
 * the clients repeat what was not answered. In one process on SQLite, and in several on the servers.
 */
export const crashPoints: Scenario = {
  name: 'crash-points',
  title: 'A crash before and after each commit, publish, confirmation and call',
  async run(world) {
    const alone = await inOneProcess(world);
    const servers = world.newProduct();
    const hosts = new Doomed();
    await hosts.start({ shares: SPLIT, servers, environment: ENVIRONMENT, script: SCRIPT });
    world.defer(() => hosts.end());
    await world.watchEvents(servers);
    await hosts.running.ensureHeadquarters();
    const client = honest({ url: () => hosts.running.url });
    const app = appOf(client);
    const stage = await open(app);
    const split = await dieEverywhere(world, 'several processes', hosts, stage, shareOf(SHARE.split, world));
    return {
      namespace: servers.namespace,
      orders: split.orders,
      refused: [],
      stock: [stage.kept],
      findings: [...alone.findings, ...split.findings, ...client.findings],
      report: [...alone.report, ...split.report],
    };
  },
};

async function inOneProcess(world: FaultWorld): Promise<Omit<Result, 'orders'>> {
  const dataDir = mkdtempSync(join(tmpdir(), 'dinegraph-crash-points-'));
  world.defer(async () => rmSync(dataDir, { recursive: true, force: true }));
  const stage = await (async () => {
    await using app = await startApp({ dataDir });
    return await open(app);
  })();
  const hosts = new Doomed();
  await hosts.start({ shares: WHOLE, servers: embedded(dataDir), environment: ENVIRONMENT, script: SCRIPT });
  try {
    const result = await dieEverywhere(world, 'one process', hosts, stage, shareOf(SHARE.whole, world));
    const { orders, findings, report } = result;
    const books = await checkEmbeddedBooks(dataDir, { orders, refused: [], stock: [stage.kept] }, world.patience);
    return { report, findings: [...findings, ...books.map((difference) => `one process: ${difference}`)] };
  } finally {
    await hosts.end();
  }
}

async function open(app: Parameters<typeof openRestaurant>[0]): Promise<Stage> {
  const restaurant = await openRestaurant(app);
  const { hq, shop } = restaurant;
  const dish = await addDish(app, hq, shop, 'Bowl', { Regular: 1500 });
  const kept = await keep(app, hq, shop, 'Bowl', 100_000);
  await cookWith(app, hq, shop, dish, [kept]);
  return { restaurant, dish, kept };
}

/** Processes that come back when they have died, a minute later by their clocks. */
class Doomed {
  running!: Hosts;
  deaths = 0;
  /** Resolves when those that have died are back. */
  back: Promise<void> = Promise.resolve();

  async start(options: Parameters<typeof startHosts>[0]): Promise<void> {
    this.running = await startHosts({
      ...options,
      onEnd: (index) => {
        this.deaths += 1;
        // So that leases and time limits are over: the clients would wait for them in real time.
        const again = this.running.setAhead(this.deaths * MINUTE, index).then(() => this.running.restart(index));
        this.back = Promise.all([this.back, again]).then(() => {});
      },
    });
  }

  /** Tells every process; resolves when all have heard. */
  async tell(order: Order): Promise<void> {
    await Promise.all(
      this.running.processes.map(async ({ child, ended }) => {
        const heard = Promise.withResolvers<void>();
        const hear = (message: { obeyed?: boolean }) => message.obeyed && heard.resolve();
        child.on('message', hear);
        child.send({ order }, () => {});
        await Promise.race([heard.promise, ended]);
        child.off('message', hear);
      }),
    );
  }

  /** Resolves when all are there and have nothing left to deliver. */
  async settled(): Promise<void> {
    for (let deaths = -1; deaths !== this.deaths; ) {
      deaths = this.deaths;
      await this.back;
      // One may die of what it delivers.
      await this.running.settled().catch((error) => {
        if (deaths === this.deaths) throw error;
      });
    }
    await this.back;
  }

  end(): Promise<void> {
    return Promise.resolve(this.running[Symbol.asyncDispose]());
  }
}

const nameOf = ({ dieAt, time }: Moment) => (time === 1 ? dieAt : `${dieAt} (${time})`);

/** The same moments, those first that come by a point of which there was none yet. */
function varied(moments: readonly Moment[]): Moment[] {
  const firsts = new Set(new Map(moments.toReversed().map((moment) => [moment.dieAt, moment])).values());
  return [...firsts, ...moments.filter((moment) => !firsts.has(moment))];
}

/** Each moment's process dies in a journey of its own. */
async function dieEverywhere(
  { random, points, patience, say }: FaultWorld,
  shape: string,
  hosts: Doomed,
  { restaurant, dish }: Stage,
  share: number,
): Promise<Result> {
  const orders: PlayedOrder[] = [];
  const findings: string[] = [];
  const client = honest({ url: () => hosts.running.url });
  const app = appOf(client);
  /** One journey, in the course of which the processes do as they are told. */
  const walk = async (order: Order) => {
    const hq = await signInStaff(app, 'Head Office', '123456');
    const present = {
      ...restaurant,
      hq,
      guest: await diner(app, key()),
      cook: await staff(app, hq, 'COOK', [restaurant.shop.storeId]),
    };
    const counter = counterOf(app, present);
    const couponId = await counter.coupon(present.guest, 100);
    await hosts.tell(order);
    orders.push(...(await journey({ app, counter, restaurant: present, dish, couponId, patience })));
  };

  const moments: Moment[] = [];
  const watch = ({ passed }: { passed?: string }) => {
    if (!passed) return;
    const time = moments.filter(({ dieAt }) => dieAt === passed).length + 1;
    moments.push({ dieAt: passed, time });
  };
  for (const { child } of hosts.running.processes) child.on('message', watch);
  await walk({ watch: true });
  await hosts.settled();
  await hosts.tell({ live: true });

  const chosen =
    points === undefined
      ? varied(random.shuffled(moments)).slice(0, Math.ceil(moments.length * share))
      : moments.filter((moment) => nameOf(moment).includes(points));
  say(`${shape}: ${moments.length} points on the way, of which ${chosen.length} are tried`);
  const missed: string[] = [];
  const began = performance.now();
  for (const [index, moment] of chosen.entries()) {
    const { deaths } = hosts;
    try {
      await walk(moment);
      await hosts.settled();
    } catch (error) {
      findings.push(`${shape}, dead ${nameOf(moment)}: ${(error as Error).message}`);
    }
    await hosts.back;
    if (hosts.deaths === deaths) missed.push(nameOf(moment));
    await hosts.tell({ live: true });
    await hosts.running.runJob('orders.recover');
    if ((index + 1) % 20 === 0) say(`${shape}: ${index + 1} points, ${findings.length} findings`);
  }
  const seconds = (performance.now() - began) / 1_000;
  const each = (seconds / chosen.length).toFixed(1);
  return {
    orders,
    findings: [...findings, ...client.findings],
    report: [
      `${shape}: ${moments.length} points, ${chosen.length} tried in ${seconds.toFixed(0)} s (${each} s each), ${hosts.deaths} deaths`,
      ...(missed.length > 0 ? [`${shape}: not come by the second time: ${missed.join('; ')}`] : []),
    ],
  };
}
