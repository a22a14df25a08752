import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { embedded } from '../../cli/servers.ts';
import { HOUR, MINUTE, SECOND } from '../../kernel/clock.ts';
import { type App, startApp } from '../app.ts';
import { counterOf, type Told } from '../counter.ts';
import { diner, type Person, signInStaff } from '../people.ts';
import { key, type ListedDish } from '../shop.ts';
import { awayAndBack } from './away.ts';
import { checkEmbeddedBooks } from './embedded-books.ts';
import { honest, repeatsOf } from './honest.ts';
import { type Hosts, type Share, startHosts, WHOLE } from './hosts.ts';
import { DAY_ENDS_AT, type NightStore, openNightStore } from './night-store.ts';
import { appOf, type Kept } from './opening.ts';
import { payUntilSure } from './paying.ts';
import { HOLD, orderStands, payTooLate } from './payment-times.ts';
import { renewing } from './renewing.ts';
import type { FaultWorld, PlayedOrder, Scenario } from './scenario.ts';

/** The kitchen apart from the orders, so that events wait for it while it is away. */
const SPLIT: readonly Share[] = [
  ['orders'],
  ['devices', 'kitchen-screen', 'plugin-settings', 'remote-plugins'],
  [
    'inventory',
    'marketing',
    'members',
    'menu',
    'demo-sign-in',
    'demo-payment',
    'cash-payment',
    'wechat-pay',
    'meituan',
  ],
  ['gateway'],
];
/** Processes that can be told where to die. */
const MORTAL = join(import.meta.dirname, 'crash-points/doomed-host.ts');
const ORDERS = 0;
const KITCHEN = 1;

/** The store's zone, which has no summer time, and the hour at which its business day ends. */
const ZONE = 8 * HOUR;
const DAY_ENDS = DAY_ENDS_AT * HOUR;
const DAY = 24 * HOUR;

/** How many people order all the while. */
const GUESTS = 3;

/** How long what a jump has held up may take, in ms of real time: minutes would be a defect. */
const SOON = 40 * SECOND;
/** How long people order between two jumps, in ms. */
const BETWEEN = 2_500;

/**
 * People order without a break while the clocks of all processes jump ten minutes forwards and back, over midnight and
 * over the end of the store's business day; holds end early, tokens expire, events and leases seem to lie in the future.
 */
export const clockJumps: Scenario = {
  name: 'clock-jumps',
  title: 'The clock jumps ten minutes forwards and back, over midnight and over the end of a business day',
  async run(world) {
    const alone = await inOneProcess(world);
    const servers = world.newProduct();
    const hosts = await startHosts({ shares: SPLIT, servers, script: MORTAL });
    world.defer(async () => hosts[Symbol.asyncDispose]());
    await world.watchEvents(servers);
    await hosts.ensureHeadquarters();
    const visit = await play(world, hosts, 'several processes', openNightStore);
    return {
      namespace: servers.namespace,
      ...visit,
      findings: [...alone.findings, ...visit.findings],
      report: [...alone.report, ...visit.report],
    };
  },
};

interface Visit {
  orders: PlayedOrder[];
  refused: [];
  stock: Kept[];
  findings: string[];
  report: string[];
}

async function inOneProcess(world: FaultWorld): Promise<Pick<Visit, 'findings' | 'report'>> {
  const dataDir = mkdtempSync(join(tmpdir(), 'dinegraph-clock-jumps-'));
  world.defer(async () => rmSync(dataDir, { recursive: true, force: true }));
  const stage = await (async () => {
    await using app = await startApp({ dataDir });
    return await openNightStore(app);
  })();
  await using hosts = await startHosts({ shares: WHOLE, servers: embedded(dataDir), script: MORTAL });
  const visit = await play(world, hosts, 'one process', async () => stage);
  const books = await checkEmbeddedBooks(dataDir, visit, world.patience);
  return { report: visit.report, findings: [...visit.findings, ...books.map((found) => `one process: ${found}`)] };
}

/** A clock that is set, and everything that is found while it jumps. */
async function play(
  { random, say }: FaultWorld,
  hosts: Hosts,
  shape: string,
  stageOf: (app: App) => Promise<NightStore>,
): Promise<Visit> {
  const findings: string[] = [];
  const find = (what: string) => void findings.push(`${shape}: ${what}`);
  const client = honest({ url: () => hosts.url });
  const stage = await stageOf(appOf(client));
  const people = renewing(client);
  const app = appOf(people.client);
  const { restaurant, plenty, scarce } = stage;
  const hq = await people.known(() => signInStaff(appOf(client), 'Head Office', '123456'));
  const guests: Person[] = [];
  for (let index = 0; index < GUESTS + 1; index++) {
    const name = key();
    guests.push(await people.known(() => diner(appOf(client), name)));
  }
  const [prober, ...others] = guests as [Person, ...Person[]];
  const counter = counterOf(app, { ...restaurant, hq, guest: prober });

  let ahead = 0;
  let jumps = 0;
  const now = () => Date.now() + ahead;
  const jump = async (by: number) => {
    ahead += by;
    jumps += 1;
    await hosts.setAhead(ahead);
    // What began while the clocks were set one after the other is on no side of the jump.
    jumps += 1;
  };
  /** To a time of the store's day, in the future. */
  const jumpTo = (time: number) => jump((((time - ((now() + ZONE) % DAY)) % DAY) + DAY) % DAY);

  const orders: PlayedOrder[] = [];
  const days = new Map<string, number[]>();
  const lineOf = ({ menuItemId }: ListedDish) => [{ menuItemId, quantity: 1 }];
  const place = async (who: Person, dish: ListedDish): Promise<PlayedOrder | undefined> => {
    const began = { at: now(), jumps };
    const input = await counter.placing(who, counter.cart([dish, 1]));
    const told: Told = await counter.run(who, 'placeOrder', input);
    if (told.__typename === 'OutOfStock' || input.quoteId === undefined) return undefined;
    if (told.__typename !== 'Order') return void find(`an order was answered ${told.__typename ?? told}`);
    const { businessDay, pickupNumber, expiresAt } = told;
    days.set(businessDay, [...(days.get(businessDay) ?? []), pickupNumber]);
    // With a jump between the two moments nobody knows on which side of it the order was made.
    if (jumps === began.jumps && ![began.at, now()].map(dayOf).includes(businessDay))
      find(`an order of ${dayOf(now())} is of the business day ${businessDay}`);
    const placedAt = Date.parse(expiresAt) - HOLD;
    if (jumps === began.jumps && (placedAt < began.at - SECOND || placedAt > now() + SECOND))
      find(`an order that was placed at ${new Date(now()).toISOString()} has until ${expiresAt} to be paid`);
    return { orderId: told.id, dinerId: who.id, total: told.total, lines: lineOf(dish), known: 'placed' };
  };
  const over = new AbortController();
  /** How often each guest has come to the end of placing an order. */
  const rounds: number[] = others.map(() => 0);
  const ordering = others.map(async (who, index) => {
    const turn = random.fork(`${shape} ${index}`);
    while (!over.signal.aborted) {
      const order = await place(who, turn.below(3) === 0 ? scarce : plenty);
      rounds[index] = (rounds[index] ?? 0) + 1;
      if (!order) continue;
      if (turn.below(4) === 0) {
        orders.push(order);
        continue;
      }
      const paid = await payUntilSure(counter, who, order.orderId);
      // Its hold may have ended early by a jump; then it is not payable any more.
      orders.push({ ...order, known: paid.state === 'PAID' ? 'paid' : 'asked' });
    }
  });
  const all = Promise.all(ordering);
  all.catch(() => {});

  const within = async (what: string, isSo: () => Promise<boolean>) => {
    const began = performance.now();
    while (!(await isSo())) {
      if (performance.now() - began > SOON) return find(`${what}: not within ${SOON / SECOND} seconds`);
      await pause(250);
    }
  };
  const step = async (what: string, work: () => Promise<unknown>) => {
    const before = [...rounds];
    await work();
    await pause(BETWEEN);
    // Whoever was in the middle of an order has come to its end, and has placed another.
    await within(`everybody goes on after "${what}"`, async () =>
      rounds.every((count, index) => count >= (before[index] ?? 0) + 2),
    );
    say(`${shape}: ${what}; ${orders.length} orders so far`);
  };

  const asker = { hosts, counter, who: prober, place: () => place(prober, plenty), find };
  const stands = async () => void orders.push(...(await orderStands(asker)));

  await pause(BETWEEN);
  const held = await place(prober, plenty);
  await step('ten minutes forwards', () => jump(10 * MINUTE));
  const fresh = await diner(appOf(client), key());
  await step('ten minutes back', () => jump(-10 * MINUTE));
  await stands();
  const { errors } = await client.graph('{ me { __typename } }', {}, fresh.token);
  if (errors) find(`a token of ten minutes ahead was answered ${errors[0]?.extensions.code}`);
  await step('the kitchen is away, then ten minutes back', () => awayAndBack(hosts, KITCHEN, () => jump(-10 * MINUTE)));
  for (const dieAt of ['after orders asks inventory holdStock', 'after orders calls charge'])
    await step(`dead ${dieAt}, then ten minutes back`, () =>
      awayAndBack(hosts, ORDERS, () => jump(-10 * MINUTE), dieAt),
    );
  await stands();
  await step('fifty minutes forwards: holds end', async () => {
    orders.push(...(await payTooLate(asker, () => jump(50 * MINUTE))));
  });
  if (held)
    await within('an order that was not paid for half an hour is let go of', async () => {
      const { state } = await counter.order(prober, held.orderId);
      return state === 'EXPIRED';
    });
  if (held) orders.push(held);
  await step('just before midnight', () => jumpTo(DAY - 5 * SECOND));
  await stands();
  await step('over midnight', () => jump(10 * SECOND));
  await step('back before midnight', () => jump(-30 * SECOND));
  await step('just before the end of the business day', () => jumpTo(DAY_ENDS - 5 * SECOND));
  await step('over the end of the business day', () => jump(10 * MINUTE));
  await step('back into the business day before', () => jump(-10 * MINUTE));
  over.abort();
  if ((await Promise.race([all, pause(2 * SOON, 'late' as const, { ref: false })])) === 'late')
    find('somebody still waited for an answer when all jumps were over');
  await within('all events are applied', async () => {
    await hosts.settled();
    return true;
  });
  for (const [day, numbers] of days) {
    const twice = numbers.filter((number, index) => numbers.indexOf(number) !== index);
    if (twice.length > 0) find(`pick-up numbers of ${day} were given out twice: ${twice}`);
  }
  for (const finding of client.findings) find(finding);
  return {
    orders,
    refused: [],
    stock: stage.stock,
    findings,
    report: [
      `${shape}: ${orders.length} orders on ${days.size} business days; signed in anew ${people.times()} times; ${repeatsOf(client)}`,
    ],
  };
}

/** The date of the store's business day at a moment, in epoch milliseconds. */
function dayOf(at: number): string {
  return new Date(at + ZONE - DAY_ENDS).toISOString().slice(0, 10);
}
