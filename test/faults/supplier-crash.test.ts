import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { embedded } from '../../cli/servers.ts';
import { MINUTE } from '../../kernel/clock.ts';
import { startApp } from '../app.ts';
import { type BakeryFacts, buyerOf, type FlourMill, foundBakery, startMill, type Told } from '../supplier-ubl.ts';
import type { Order } from './crash-points/seam.ts';
import { honest } from './honest.ts';
import { type Hosts, startHosts, WHOLE } from './hosts.ts';
import { appOf } from './opening.ts';

/**
 * The power goes at each point at which inventory or the plug-in has written something down, or is about to, while the mill
 * goes on beside it. SUPPLIER_CRASHES=all tries every point; otherwise some.
 */
const SCRIPT = join(import.meta.dirname, 'crash-points/doomed-host.ts');
const POINT = /inventory calls send|supplier-ubl asks inventory|commit of (inventory|supplier-ubl)/;
const SOME = 4;
const ALL = process.env['SUPPLIER_CRASHES'] === 'all';
/** Longer than an order on its way is left alone, by the clock. */
const AHEAD = MINUTE;

const dataDir = mkdtempSync(join(tmpdir(), 'dinegraph-supplier-crash-'));
let mill: FlourMill;
let hosts: Hosts;
let bakery: BakeryFacts;
let deaths = 0;
let back: Promise<void> = Promise.resolve();

beforeAll(async () => {
  mill = await startMill({ now: () => Date.now() + deaths * AHEAD });
  const environment = { ...mill.environment, MEMBERS_ACCESS_MINUTES: '120' };
  await (async () => {
    await using app = await startApp({ dataDir, environment });
    bakery = await foundBakery(app);
  })();
  hosts = await startHosts({
    shares: WHOLE,
    servers: embedded(dataDir),
    environment,
    script: SCRIPT,
    onEnd: (index) => {
      deaths += 1;
      // It comes back a minute later by its clock, so that what it left open is looked at again.
      back = hosts.setAhead(deaths * AHEAD, index).then(() => hosts.restart(index));
    },
  });
  mill.documentsTo(hosts);
}, 90_000);
afterAll(async () => {
  await hosts?.[Symbol.asyncDispose]();
  await mill?.[Symbol.asyncDispose]();
  rmSync(dataDir, { recursive: true, force: true });
});

/** Tells the product to die somewhere, or to tell of every point. */
async function tell(order: Order): Promise<void> {
  const [host] = hosts.processes;
  const heard = Promise.withResolvers<void>();
  host?.child.once('message', () => heard.resolve());
  host?.child.send({ order });
  await heard.promise;
}

/** The mill's documents have come, also those that came when nobody was there. */
async function delivered(): Promise<void> {
  const { documents } = mill.simulator;
  // Who sends may hear of a death before we do: each try is a question whether somebody is there again.
  while (documents.waiting() > 0) {
    await back;
    await documents.again();
  }
}

/** A store buys four sacks, counts them and is billed, and asks again whenever there is no answer. */
async function purchase(): Promise<Told> {
  const buyer = buyerOf(appOf(honest({ url: () => hosts.url })), bakery);
  const [before] = await buyer.levels();
  const { id } = await buyer.draft(4);
  await buyer.send(id);
  for (let looks = 0; (await buyer.seen(id)).state === 'SENDING' && looks < 5; looks++) {
    await back;
    await hosts.runJob('inventory.resendPurchases').catch(() => {});
  }
  const people = mill.simulator.mill;
  await people.confirm(id);
  await delivered();
  await people.ship(id, { lots: 2 });
  await delivered();
  await buyer.receive(id);
  await people.bill(id);
  await delivered();
  await back;
  const [after] = await buyer.levels();
  const { state, despatches, invoices } = await buyer.seen(id);
  return {
    state,
    taken: after - before,
    lots: despatches.flatMap(({ lines }: Told) => lines).length,
    invoices: invoices.map((one: Told) => one.state),
    there: mill.simulator.world.orders.filter((order) => order.id === id).length,
  };
}

const whole = { state: 'CLOSED', taken: 100_000, lots: 2, invoices: ['APPROVED'], there: 1 };

test(
  'bought, counted and billed: wherever the power goes, it is ordered once, comes in once and is billed once',
  async () => {
    const points: string[] = [];
    const [host] = hosts.processes;
    const watch = ({ passed }: { passed?: string }) => passed && POINT.test(passed) && points.push(passed);
    host?.child.on('message', watch);
    await tell({ watch: true });
    expect(await purchase()).toEqual(whole);
    host?.child.off('message', watch);
    const moments = points.map((dieAt, index) => ({
      dieAt,
      time: points.slice(0, index + 1).filter((one) => one === dieAt).length,
    }));
    const every = ALL ? 1 : Math.ceil(moments.length / SOME);
    for (const moment of moments.filter((_, index) => index % every === 1 % every)) {
      await tell(moment);
      const result = await purchase();
      await tell({ live: true });
      expect({ ...moment, ...result }).toEqual({ ...moment, ...whole });
    }
    expect(deaths).toBeGreaterThan(0);
  },
  ALL ? 1_800_000 : 280_000,
);
