import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from '../../random.ts';
import { EIGHT, type Fleet } from '../../split/fleet.ts';
import { honest, repeatsOf } from '../honest.ts';
import { appOf, CHAIN } from '../opening.ts';
import type { Played, Scenario } from '../scenario.ts';
import { bringUp } from '../world.ts';
import { cookOn, serveAll } from './cooks.ts';
import { type Diary, diary } from './diary.ts';
import { type Guest, visit } from './guests.ts';
import { wholeJourney } from './journey.ts';
import { killOn } from './killer.ts';
import { recoveryTable } from './recovery.ts';
import { type Stage, setStage } from './stage.ts';
import { supervise } from './supervisor.ts';

/** Guests who order all the time, beside the one by whose orders recovery is measured. */
const GUESTS = 6;
const COOKS = 2;
/** Portions of what everybody wants, for each minute. */
const PORTIONS = 30;
/** How long a guest takes a rest after each visit, in ms at the most. */
const REST = 300;
/** How long somebody in haste waits for an answer, in ms, and does not ask twice: what was begun is left to the product. */
const HASTE = 1_500;
/** How long the kitchen may take to serve all that is left, in seconds at the most. */
const CLOSING = 90;
/** Nobody listens here. */
const NOWHERE = 'http://127.0.0.1:9';

const ENVIRONMENT = {
  ...CHAIN,
  // Nobody has to sign in anew while it goes on, nothing expires, and what is not certain is asked for soon.
  MEMBERS_ACCESS_MINUTES: '120',
  ORDERS_HOLD_MINUTES: '120',
  ORDERS_PROVIDER_TIMEOUT_SECONDS: '3',
};

/** People order, pay, cancel and cook through two gateways while one thing after the other is killed. */
export const kills: Scenario = {
  name: 'kills',
  title: 'orders keep coming while processes, the broker and the database are killed again and again',
  async run(world): Promise<Played> {
    const replicas = { gateway: 2, orders: 2 };
    const fleet = await world.startFleet({ shares: EIGHT, replicas, environment: ENVIRONMENT });
    const url = () => gatewayOf(fleet, world.random);
    const client = honest({ url, patience: 20_000 });
    const hasty = honest({ url, patience: HASTE, persistence: 0 });
    const book = diary();
    const portions = Math.ceil(PORTIONS * Math.max(world.minutes, 1));
    const cast = { guests: GUESTS + 1, cooks: COOKS, portions };
    const stage = await setStage(world, { app: appOf(client), hasty: appOf(hasty) }, book, cast);
    const supervisor = supervise(fleet, book.found);
    world.defer(async () => supervisor.stop());
    world.say(
      `${fleet.members().length} processes, ${GUESTS} guests, ${COOKS} cooks, ${world.minutes} minutes of kills`,
    );

    let open = true;
    let serving = true;
    const visits = stage.guests.slice(1).map((guest) => comeAgain(guest, () => open));
    const shifts = stage.cooks.map((cook) => cookOn(cook, () => serving));
    const recoveries = await killOn({ world, fleet, supervisor, journey: (going) => measured(stage, going) });
    open = false;
    await bringUp(world.servers);
    await supervisor.quiet();
    await Promise.all(visits);
    serving = false;
    await Promise.all(shifts);
    await closeKitchen(stage, book, Math.min(CLOSING, world.patience));
    supervisor.stop();

    const { findings = [], ...told } = book.read();
    return {
      namespace: fleet.namespace,
      ...told,
      stock: stage.stock,
      findings: [...findings, ...client.findings, ...hasty.findings],
      report: [
        ...recoveryTable(recoveries),
        repeatsOf(client),
        `${supervisor.failedStarts()} starts of a process came to nothing and were made anew`,
      ],
    };
  },
};

function gatewayOf(fleet: Fleet, random: Random): string {
  const gateways = fleet.members('gateway');
  return gateways.length > 0 ? random.pick(gateways).url : NOWHERE;
}

async function comeAgain(guest: Guest, open: () => boolean): Promise<void> {
  while (open()) {
    // What came of it is in the diary; a question that nobody answered for minutes changes nothing.
    await visit(guest).catch(() => {});
    await pause(guest.random.below(REST));
  }
}

async function notCompleted({ counter }: Guest, orders: readonly string[], token: string): Promise<string[]> {
  const left: string[] = [];
  for (const id of orders) {
    const { order } = await counter.app.ask('query ($id: ID!) { order(id: $id) { state } }', { id }, token);
    if (order.state !== 'COMPLETED') left.push(id);
  }
  return left;
}

/** One order by the guest who does nothing else, from the quote until it was served. */
function measured({ guests: [guest], cooks: [cook], notMine }: Stage, going: () => boolean): Promise<boolean> {
  if (!guest || !cook) throw new Error('nobody is there');
  return wholeJourney(guest, cook, notMine, going).catch(() => false);
}

/** Serves every order that was paid, so that each of them is completed. */
async function closeKitchen({ guests, cooks: [cook], notMine }: Stage, book: Diary, patience: number): Promise<void> {
  notMine.clear();
  const [guest] = guests;
  if (!cook || !guest) throw new Error('nobody is there');
  // An order may reach the kitchen a little after its payment was acknowledged.
  const until = performance.now() + patience * 1_000;
  const paid = () => book.read().orders.filter(({ known }) => known === 'paid');
  let left: string[] = paid().map(({ orderId }) => orderId);
  while (left.length > 0 && performance.now() < until) {
    await serveAll(cook);
    left = await notCompleted(guest, left, cook.who.token);
    if (left.length > 0) await pause(REST);
  }
  if (left.length === 0) book.everythingWasServed();
  else book.found(`orders were not served ${patience} seconds after the last kill: ${left.slice(0, 5)}`);
}
