import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { embedded } from '../../cli/servers.ts';
import { MINUTE } from '../../kernel/clock.ts';
import { startApp } from '../app.ts';
import { counterOf, openRestaurant, type Restaurant } from '../counter.ts';
import { diner } from '../people.ts';
import { type Device, device, isCopy, printerEnvironment, printRoom } from '../printers.ts';
import { key, write } from '../shop.ts';
import { honest } from './honest.ts';
import { type Hosts, startHosts, WHOLE } from './hosts.ts';
import { momentsOf, tell } from './moments.ts';
import { appOf } from './opening.ts';

/**
 * The power goes at each point between an order's payment and its paper, while the printer goes on beside the product.
 * PRINTER_CRASHES=all tries every point; otherwise some.
 */
const SCRIPT = join(import.meta.dirname, 'crash-points/doomed-host.ts');
const POINT = /devices calls (print|status)|commit of devices|applies (order\.paid|print\.queued)/;
const SOME = 6;
const ALL = process.env['PRINTER_CRASHES'] === 'all';
/** Longer than a printer is kept for a process that is gone, by the clock. */
const AHEAD = MINUTE;

const dataDir = mkdtempSync(join(tmpdir(), 'dinegraph-printer-crash-'));
const environment = { ...printerEnvironment, MEMBERS_ACCESS_MINUTES: '120', ORDERS_HOLD_MINUTES: '1000' };
let printer: Device;
let hosts: Hosts;
let restaurant: Restaurant;
let deaths = 0;
let back: Promise<void> = Promise.resolve();

beforeAll(async () => {
  printer = await device();
  await (async () => {
    await using app = await startApp({ dataDir, environment });
    restaurant = await openRestaurant(app);
    const { storeId } = restaurant.shop;
    const station = { idempotencyKey: key(), storeId, name: 'Kitchen', isDefault: true };
    const { id } = await write(app, restaurant.hq, 'createStation', 'CreateStationInput', station, 'id');
    const prints = { printsReceipts: true, stationIds: [id], drawerFor: ['demo'] };
    await printRoom({ app, hq: restaurant.hq }).set(storeId, printer, prints);
  })();
  hosts = await startHosts({
    shares: WHOLE,
    servers: embedded(dataDir),
    environment,
    script: SCRIPT,
    onEnd: (index) => {
      deaths += 1;
      back = hosts.setAhead(deaths * AHEAD, index).then(() => hosts.restart(index));
    },
  });
}, 60_000);
afterAll(async () => {
  await hosts[Symbol.asyncDispose]();
  await printer.close();
  rmSync(dataDir, { recursive: true, force: true });
});

/** A diner orders and pays: what is printed of it, as pairs of what it is and whether it is marked. */
async function visit() {
  // By the sheets themselves: a printer keeps the last of them alone.
  const before = new Set(printer.sheets);
  const app = appOf(honest({ url: () => hosts.url }));
  const guest = await diner(app, key());
  const counter = counterOf(app, { ...restaurant, guest });
  const { id: orderId } = await counter.placed();
  const payment = { idempotencyKey: key(), orderId, provider: 'demo' };
  await counter.run(guest, 'payOrder', payment);
  const { storeId } = restaurant.shop;
  const read = 'query ($s: ID!, $o: ID) { printJobs(storeId: $s, orderId: $o) { edges { node { state copies } } } }';
  for (let looks = 0; looks < 20; looks++) {
    await back;
    await hosts.settled().catch(() => {});
    await hosts.runJob('devices.print').catch(() => {});
    await back;
    const { printJobs } = await app.ask(read, { s: storeId, o: orderId }, restaurant.hq.token);
    const jobs: { state: string; copies: number }[] = printJobs.edges.map(({ node }: { node: object }) => node);
    if (jobs.length === 2 && jobs.every(({ state }) => state === 'PRINTED')) break;
  }
  const sheets = printer.sheets.filter((sheet) => !before.has(sheet));
  const of = (isReceipt: boolean) =>
    sheets.filter(({ lines }) => lines.some((one) => /^Total/.test(one)) === isReceipt);
  const count = (isReceipt: boolean) => ({
    first: of(isReceipt).filter((sheet) => !isCopy(sheet)).length,
    copies: of(isReceipt).filter(isCopy).length,
  });
  return { receipt: count(true), slip: count(false) };
}

test(
  'wherever the power goes, all is on paper, and what is there twice says that it is a copy',
  async () => {
    const moments = await momentsOf(hosts, POINT, async () => {
      expect(await visit()).toEqual({ receipt: { first: 1, copies: 0 }, slip: { first: 1, copies: 0 } });
    });
    // The moment that matters is tried always: it was sent, and nothing was noted yet.
    const matters = moments.filter(({ dieAt }) => dieAt.endsWith('devices calls print'));
    expect(matters).toHaveLength(4);
    const every = ALL ? 1 : Math.ceil(moments.length / SOME);
    const some = moments.filter((moment, index) => index % every === 0 || matters.includes(moment));
    let copies = 0;
    for (const moment of some) {
      await tell(hosts, moment);
      const paper = await visit();
      await tell(hosts, { live: true });
      for (const [what, { first, copies: marked }] of Object.entries(paper)) {
        copies += marked;
        const found = { ...moment, what, first: first <= 1, isThere: first + marked >= 1, marked: marked <= 1 };
        expect(found).toEqual({ ...moment, what, first: true, isThere: true, marked: true });
      }
    }
    expect(deaths).toBe(some.length);
    // Both papers, before and after they were sent.
    expect(copies).toBeGreaterThanOrEqual(matters.length);
  },
  ALL ? 1_200_000 : 280_000,
);
