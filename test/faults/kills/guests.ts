import { setTimeout as pause } from 'node:timers/promises';
import type { Counter, Told } from '../../counter.ts';
import type { Person } from '../../people.ts';
import type { Random } from '../../random.ts';
import { key, type ListedDish } from '../../shop.ts';
import type { Diary } from './diary.ts';

/** What guests choose from. */
export interface Offer {
  dishes: readonly ListedDish[];
  /** There is only so much of it, and many want it. */
  scarce: ListedDish;
  /** The coupons of each guest, by the guest's id. */
  coupons: ReadonlyMap<string, string[]>;
}

/** One guest at the counter. */
export interface Guest {
  who: Person;
  counter: Counter;
  /** The same counter for who does not ask twice. */
  hasty: Counter;
  offer: Offer;
  random: Random;
  diary: Diary;
}

/** What may be answered to an order that is no longer what its diner saw. */
const REFUSALS = new Set(['OutOfStock', 'PriceChanged', 'ItemsUnavailable', 'CouponUnavailable']);
/** What may be answered to whoever cancels what is being cooked, or paid. */
const NOT_NOW = new Set(['ORDER_NOT_CANCELLABLE', 'PAYMENT_IN_PROGRESS']);
/** How long somebody waits before looking again at what is not decided, in ms, and how often. */
const LOOK = 500;
const LOOKS = 300;

/**
 * Orders, and does with the order what guests do: most pay, some later, some twice, some not; some think better of it,
 * some while they pay; and some are gone before they hear of their order when something goes wrong.
 */
export async function visit(guest: Guest): Promise<void> {
  const { random } = guest;
  const orderId = await order(guest, { desk: random.next() < 0.25 ? guest.hasty : guest.counter });
  if (!orderId) return;
  const mood = random.next();
  if (mood < 0.08) return;
  if (mood < 0.16) return cancel(guest, orderId);
  if (mood < 0.24) return payAndCancel(guest, orderId);
  if (mood < 0.32) return payTwice(guest, orderId);
  if (mood < 0.4) await pause(random.below(4_000));
  await pay(guest, orderId, random.next());
  if (mood > 0.86) await cancel(guest, orderId);
}

/** Orders something, at a desk that is not always their own; answers the order's id, when there is one. */
export async function order(
  guest: Guest,
  { desk = guest.counter, cart = cartOf(guest) }: { desk?: Counter; cart?: ReturnType<typeof cartOf> },
): Promise<string | undefined> {
  const { who, counter, random, diary } = guest;
  const quote = await counter.quote(who, cart);
  if (quote.__typename !== 'Quote') return undefined;
  const idempotencyKey = key();
  const input = { idempotencyKey, cart, quoteId: quote.id, total: quote.total };
  const place = () => desk.run(who, 'placeOrder', input).catch(() => undefined);
  // Some press twice.
  const answers: Told[] = await Promise.all(random.next() < 0.15 ? [place(), place()] : [place()]);
  const orders = answers.filter((told) => told?.__typename === 'Order');
  const ids = new Set(orders.map(({ id }) => id as string));
  if (ids.size > 1) diary.found(`one key was answered with several orders: ${[...ids]}`);
  const caller = `diner:${who.id}`;
  const lines = cart.lines.map(({ menuItemId, quantity }) => ({ menuItemId, quantity }));
  for (const { id, total } of orders)
    diary.acknowledged({ orderId: id, dinerId: who.id, total, lines, known: 'placed' });
  if (orders[0]) return orders[0].id;
  if (answers.includes(undefined)) {
    diary.unanswered({ caller, idempotencyKey });
    return undefined;
  }
  const answer: string = answers[0].__typename ?? answers[0];
  diary.refused({ caller, idempotencyKey, answer });
  if (!REFUSALS.has(answer)) diary.found(`an order was answered with ${answer}`);
  return undefined;
}

function cartOf({ who, counter, offer, random }: Guest) {
  const { dishes, scarce, coupons } = offer;
  const chosen = random.shuffled(dishes).slice(0, 1 + random.below(3));
  const dishesWanted = random.shuffled(random.next() < 0.25 ? [...chosen, scarce] : chosen);
  const cart = counter.cart(...dishesWanted.map((dish): [ListedDish, number] => [dish, 1 + random.below(2)]));
  const own = coupons.get(who.id) ?? [];
  return { ...cart, couponIds: own.length > 0 && random.next() < 0.25 ? [random.pick(own)] : [] };
}

/** Pays, in one of the ways that people pay, until it is certain. */
export async function pay({ who, counter, diary }: Guest, orderId: string, way = 1): Promise<void> {
  const instrument = way < 0.1 ? 'lose-reply' : way < 0.15 ? 'pending' : way < 0.22 ? 'decline' : 'ok';
  let input = { idempotencyKey: key(), orderId, provider: 'demo', instrument };
  diary.told(orderId, 'asked');
  for (let looks = 0; looks < LOOKS; looks++) {
    const told: Told = await counter.run(who, 'payOrder', input).catch(() => undefined);
    if (told === undefined) return;
    if (told.__typename === 'Order') {
      // A repeat finds it as it is by now, or as somebody has cancelled it meanwhile.
      if (told.state === 'CANCELLED' || told.state === 'EXPIRED') diary.found(`order ${orderId} was ${told.state}`);
      else diary.told(orderId, 'paid');
      return;
    }
    if (told.__typename === 'PaymentDeclined' || told === 'PAYMENT_IN_PROGRESS')
      input = { ...input, idempotencyKey: key(), instrument: 'ok' };
    else if (told.__typename !== 'PaymentPending') {
      if (told !== 'ORDER_NOT_PAYABLE') diary.found(`a payment of order ${orderId} was answered with ${told}`);
      return;
    }
    await pause(LOOK);
  }
  diary.found(`a payment of order ${orderId} was not certain after ${(LOOK * LOOKS) / 1_000} seconds`);
}

/** Pays from two telephones at the same moment, with a key each: only one of them may take the money. */
async function payTwice(guest: Guest, orderId: string): Promise<void> {
  const { who, counter, diary } = guest;
  diary.told(orderId, 'asked');
  const pays = () => counter.pay(who, orderId).catch(() => undefined);
  const answers: Told[] = await Promise.all([pays(), pays()]);
  if (answers.some((told) => told?.__typename === 'Order')) diary.told(orderId, 'paid');
  else await pay(guest, orderId);
}

/** Pays from one telephone and cancels from another at the same moment: the order is paid or cancelled, and no money is lost. */
async function payAndCancel({ who, counter, diary }: Guest, orderId: string): Promise<void> {
  diary.told(orderId, 'asked');
  const [paid, cancelled]: Told[] = await Promise.all([
    counter.pay(who, orderId).catch(() => undefined),
    counter.cancel(who, orderId).catch(() => undefined),
  ]);
  if (cancelled?.state === 'CANCELLED') diary.told(orderId, 'cancelled');
  else if (cancelled !== undefined && paid?.state === 'PAID') diary.told(orderId, 'paid');
}

/** Cancels, and some press twice, each time anew. */
async function cancel({ who, counter, random, diary }: Guest, orderId: string): Promise<void> {
  const before = diary.knownOf(orderId) ?? 'asked';
  diary.told(orderId, 'asked');
  const cancels = () => counter.cancel(who, orderId).catch(() => undefined);
  const answers: Told[] = await Promise.all(random.next() < 0.3 ? [cancels(), cancels()] : [cancels()]);
  if (answers.some((told) => told?.state === 'CANCELLED')) diary.told(orderId, 'cancelled');
  else if (answers.every((told) => told === 'ORDER_NOT_CANCELLABLE')) diary.told(orderId, before);
  for (const told of answers)
    if (told !== undefined && told.state !== 'CANCELLED' && !NOT_NOW.has(told))
      diary.found(`the cancelling of order ${orderId} was answered with ${told.state ?? told}`);
}
