import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { modules } from '../../../cli/modules.ts';
import { sum } from '../../../cli/replay/check/tables.ts';
import { MINUTE, SECOND } from '../../../kernel/clock.ts';
import { type App, startApp, type TestClock, testClock } from '../../app.ts';
import { type Counter, counterOf, openRestaurant, type Told } from '../../counter.ts';
import { diner, type Person } from '../../people.ts';
import { addDish, key } from '../../shop.ts';
import { checkEmbeddedBooks } from '../embedded-books.ts';
import { cookWith, keep } from '../opening.ts';
import type { PlayedOrder, Scenario } from '../scenario.ts';
import { type Manner, type StrangeBank, strangeBank } from './bank.ts';

/** How many people come to each of the ends that there are. */
const EACH = 3;
/** Longer than an order waits for its payment. */
const TOO_LATE = 16 * MINUTE;
/** Longer than it is before a payment or a refund that is not certain is asked about. */
const NOT_CERTAIN = 70 * SECOND;

/** What becomes of orders whose money comes late, twice or unheard of. */
export const strangeBankScenario: Scenario = {
  name: 'strange-bank',
  title: 'A bank that answers late or never, and takes money for what was cancelled or let go of',
  async run(world) {
    const dataDir = mkdtempSync(join(tmpdir(), 'dinegraph-strange-bank-'));
    world.defer(async () => rmSync(dataDir, { recursive: true, force: true }));
    const bank = strangeBank();
    const clock = testClock();
    // Nobody signs in anew, and the bank may take as long as the machine needs for everybody else.
    const environment = { MEMBERS_ACCESS_MINUTES: '120', ORDERS_PROVIDER_TIMEOUT_SECONDS: '60' };
    await using app = await startApp({ modules: [...modules, bank.module], dataDir, clock, environment });
    const restaurant = await openRestaurant(app);
    const { hq, shop } = restaurant;
    const dish = await addDish(app, hq, shop, 'Bowl', { Regular: 1500 });
    const kept = await keep(app, hq, shop, 'Bowl', 1_000);
    await cookWith(app, hq, shop, dish, [kept]);
    const counter = counterOf(app, restaurant);
    const place = async (): Promise<Party> => {
      const who = await diner(app, key());
      const { id: orderId, total }: Told = await counter.place(who, counter.cart([dish, 1]));
      const lines = [{ menuItemId: dish.menuItemId, quantity: 1 }];
      return { who, order: { orderId, dinerId: who.id, total, lines, known: 'asked' } };
    };
    const played = await play({ app, bank, clock, counter, place });
    await app.settled();
    const orders = played.map(({ order }) => order);
    const books = await checkEmbeddedBooks(dataDir, { orders, refused: [], stock: [kept] }, world.patience);
    return {
      orders,
      refused: [],
      stock: [kept],
      findings: [...books, ...(await atTheBank(app, bank, orders))],
      report: [`${bank.accounts.size} payments of ${orders.length} orders reached the bank`],
    };
  },
};

/** Somebody with an order. */
interface Party {
  who: Person;
  order: PlayedOrder;
}

interface Stage {
  app: App;
  bank: StrangeBank;
  clock: TestClock;
  counter: Counter;
  /** Somebody new orders. */
  place(): Promise<Party>;
}

/** Brings about, side by side, each end that a payment may come to; answers all orders with what was told of them last. */
async function play({ app, bank, clock, counter, place }: Stage): Promise<Party[]> {
  const parties = () => Promise.all(Array.from({ length: EACH }, place));
  const pay = ({ who, order }: Party, instrument: Manner) =>
    counter.pay(who, order.orderId, { provider: 'bank', instrument });
  const cancel = ({ who, order }: Party) => counter.cancel(who, order.orderId);
  const knowing = (list: readonly Party[], known: PlayedOrder['known']) =>
    list.map(({ who, order }) => ({ who, order: { ...order, known } }));
  const recover = async () => {
    clock.advance(NOT_CERTAIN);
    await app.runJob('orders.recover');
  };

  const refunded = await parties();
  for (const party of refunded) await pay(party, 'prompt');
  await Promise.all(refunded.map(cancel));

  const unheard = await parties();
  for (const party of unheard) await pay(party, 'silent');
  // They cancel at the moment at which it comes out that they have paid.
  const both = await parties();
  for (const party of both) await pay(party, 'silent');
  await Promise.all([recover(), ...both.map(cancel)]);

  const closed = await parties();
  for (const party of closed) await pay(party, 'open');
  await Promise.all(closed.map(cancel));

  const slow = await parties();
  const cancelled = await parties();
  const late = await parties();
  const again = await parties();
  const delayed = await parties();
  // They pay from two telephones at once: one of them is told to wait.
  const twice = await parties();
  const waiting = [
    ...[...slow, ...twice].map((party) => pay(party, 'slow')),
    ...[...cancelled, ...late, ...again].map((party) => pay(party, 'late')),
    ...delayed.map((party) => pay(party, 'delayed')),
  ];
  const second = twice.map((party) => pay(party, 'slow'));
  await bank.waiting(waiting.length);
  await Promise.race([Promise.all(second), bank.waiting(waiting.length + second.length)]);
  await Promise.all(cancelled.map(cancel));
  // The bank has not heard of those that are late, so they may pay anew; and it has the money of those that are slow.
  await recover();
  await Promise.all(again.map((party) => pay(party, 'prompt')));
  const open = await parties();
  for (const party of open) await pay(party, 'open');
  clock.advance(TOO_LATE);
  for (const job of ['expire', 'closeOverdue']) await app.runJob(`orders.${job}`);
  // Whoever orders now has time enough.
  const fresh = await parties();
  await app.runJob('orders.expire');
  for (const party of fresh) await pay(party, 'prompt');
  bank.answer();
  await Promise.all([...waiting, ...second]);
  // Once for the refunds whose answer was lost, and once more, which must change nothing.
  await recover();
  await recover();
  return [
    ...knowing([...refunded, ...closed, ...cancelled], 'cancelled'),
    ...knowing([...unheard, ...slow, ...twice, ...again, ...fresh], 'paid'),
    ...knowing([...late, ...delayed], 'placed'),
    // Recovery may have asked for the money before the time was over.
    ...open,
    ...both,
  ];
}

/** What the bank has kept is what orders that stand have cost, and it gave nothing back twice. */
async function atTheBank(app: App, { accounts }: StrangeBank, orders: readonly PlayedOrder[]): Promise<string[]> {
  const found: string[] = [];
  type Row = { id: string; state: string; paidAt: number | null };
  const rows = await app.sql<Row>('orders', 'select id, state, paid_at as paidAt from customer_order');
  const byId = new Map(rows.map((row) => [row.id, row]));
  const kept = new Map<string, number>();
  for (const [paymentId, { orderId, manner, amount, state, given }] of accounts) {
    const taken = state === 'taken' ? amount : 0;
    const back = sum(given.values(), (part) => part);
    if (given.size > 1)
      found.push(`the bank has given payment ${paymentId} back ${given.size} times: ${back} of ${taken}`);
    const order = byId.get(orderId);
    const wasPaid = order?.state === 'CANCELLED' && order.paidAt !== null;
    // Where it takes nothing of what was closed, only an order that was paid has anything to give back.
    if (manner !== 'late' && given.size > 0 && !wasPaid)
      found.push(
        `the bank has taken payment ${paymentId} of order ${orderId} (${order?.state}), which should be closed`,
      );
    kept.set(orderId, (kept.get(orderId) ?? 0) + taken - back);
  }
  for (const { orderId, total } of orders) {
    const wanted = byId.get(orderId)?.state === 'PAID' ? total : 0;
    const has = kept.get(orderId) ?? 0;
    if (has !== wanted) found.push(`order ${orderId}, what the bank has kept for it: expected ${wanted}, found ${has}`);
  }
  return found;
}
