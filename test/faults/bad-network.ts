import { setTimeout as pause } from 'node:timers/promises';
import { type Counter, counterOf, openRestaurant, type Restaurant, type Told } from '../counter.ts';
import { diner, type Person } from '../people.ts';
import { addDish, key, type ListedDish } from '../shop.ts';
import { honest, repeatsOf } from './honest.ts';
import { appOf, CHAIN, cookWith, keep } from './opening.ts';
import { payUntilSure } from './paying.ts';
import { type Harm, startProxy, type TcpProxy } from './proxy.ts';
import type { FaultWorld, PlayedOrder, Scenario } from './scenario.ts';

/** What a proxy stands before. */
type Place = 'database' | 'broker' | 'payment provider';

/** The provider is a process of its own, so that it can be far away. */
const SHARES = {
  orders: ['orders'],
  provider: ['demo-payment'],
  others: [
    'menu',
    'members',
    'marketing',
    'inventory',
    'devices',
    'cash-payment',
    'demo-sign-in',
    'kitchen-screen',
    'meituan',
    'plugin-settings',
    'remote-plugins',
    'wechat-pay',
  ],
  gateway: ['gateway'],
};

/** How many people order at once, one order after the other. */
const GUESTS = 6;
/** How long each harm lasts, and how long all is well after it, in ms. */
const HARMED = 5_000;
const WELL = 2_000;
/** How long those who order have, after the last harm, to come to an end, in ms: no time limit of the product is longer. */
const END = 90_000;

/**
 * People order while proxies before the database, the broker and the payment provider delay, cut, half-open and swallow,
 * in an order by chance; then the network heals, and everybody must come to an end.
 */
export const badNetwork: Scenario = {
  name: 'bad-network',
  title: 'Delays, cuts, half-open connections and lost answers before database, broker and payment provider',
  async run(world) {
    const servers = world.newProduct();
    if (servers.storage.kind !== 'mysql') throw new Error('the product stands on a database server');
    const proxies: Record<Place, TcpProxy> = {
      database: await proxyOf(world, world.servers.mariadb.port),
      broker: await proxyOf(world, world.servers.rabbitmq.port),
      'payment provider': await proxyOf(world, 0),
    };
    const through = (url: string, { port }: TcpProxy) => Object.assign(new URL(url), { port }).href;
    const fleet = await world.startFleet(
      {
        shares: SHARES,
        environment: {
          ...CHAIN,
          DATABASE_URL: through(servers.storage.url, proxies.database),
          RABBITMQ_URL: through(world.servers.rabbitmq.url, proxies.broker),
          MODULE_URL_DEMO_PAYMENT: `http://127.0.0.1:${proxies['payment provider'].port}`,
        },
      },
      servers,
    );
    proxies['payment provider'].target = Number(new URL(fleet.members('provider')[0]?.url ?? '').port);
    const [gateway] = fleet.members('gateway');
    const client = honest({ url: () => gateway?.url ?? '', persistence: 300_000 });
    const app = appOf(client);
    const restaurant = await openRestaurant(app);
    const { hq, shop } = restaurant;
    const dish = await addDish(app, hq, shop, 'Bowl', { Regular: 1500 });
    const kept = await keep(app, hq, shop, 'Bowl', 100_000);
    await cookWith(app, hq, shop, dish, [kept]);
    const counter = counterOf(app, restaurant);
    const guests = await Promise.all(Array.from({ length: GUESTS }, () => diner(app, key())));

    const over = new AbortController();
    const orders: PlayedOrder[] = [];
    const findings: string[] = [];
    const ordering = guests.map(async (guest, index) => {
      const random = world.random.fork(index);
      while (!over.signal.aborted) {
        const order = await orderOnce({ counter, restaurant, dish, guest, cancels: random.below(4) === 0 });
        if (typeof order === 'string') findings.push(order);
        else orders.push(order);
      }
    });
    const all = Promise.all(ordering);
    // Whoever gives up while the network is bad is heard of when it is over.
    all.catch(() => {});
    await harmAll(world, proxies, () => orders.length);
    over.abort();
    const healed = performance.now();
    const late = pause(END, 'late' as const, { ref: false });
    if ((await Promise.race([all, late])) === 'late')
      findings.push(`${END / 1_000} seconds after the network had healed, somebody still waited for an answer`);
    const seconds = ((performance.now() - healed) / 1_000).toFixed(1);
    const touched = Object.entries(proxies).map(
      ([place, { counts }]) => `${place}: ${counts.harmed} of ${counts.connections} connections harmed`,
    );
    return {
      namespace: fleet.namespace,
      orders,
      refused: [],
      stock: [kept],
      findings: [...findings, ...client.findings],
      report: [...touched, `everybody had an answer ${seconds} s after the network had healed`, repeatsOf(client)],
    };
  },
};

async function proxyOf(world: FaultWorld, target: number): Promise<TcpProxy> {
  const proxy = await startProxy(target);
  world.defer(async () => proxy[Symbol.asyncDispose]());
  return proxy;
}

/** Every harm at every place, in an order by chance; half-open connections are found out only when all is well again. */
async function harmAll(
  { random, scale, say }: FaultWorld,
  proxies: Record<Place, TcpProxy>,
  ordered: () => number,
): Promise<void> {
  const harms: Harm[] = [
    { kind: 'delay', milliseconds: 100 + random.below(400) },
    { kind: 'cut' },
    { kind: 'half-open' },
    { kind: 'swallow' },
  ];
  const rounds = Math.max(1, Math.round(scale));
  const places = Object.keys(proxies) as Place[];
  const all = Array.from({ length: rounds }, () =>
    places.flatMap((place) => harms.map((harm) => [place, harm] as const)),
  );
  for (const [place, harm] of all.flatMap((round) => random.shuffled(round))) {
    proxies[place].harm(harm);
    await pause(HARMED / 2 + random.below(HARMED));
    proxies[place].harm({ kind: 'none' });
    await pause(random.below(2 * WELL));
    say(`${harm.kind} before the ${place}; ${ordered()} orders so far`);
  }
}

interface Guest {
  counter: Counter;
  restaurant: Restaurant;
  dish: ListedDish;
  guest: Person;
  cancels: boolean;
}

/** Orders and pays, and sometimes cancels; answers what was acknowledged last, or what should not have been answered. */
async function orderOnce({ counter, dish, guest, cancels }: Guest): Promise<PlayedOrder | string> {
  const placed: Told = await counter.place(guest, counter.cart([dish, 1]));
  if (placed.__typename !== 'Order') return `an order was answered ${placed.__typename ?? placed}`;
  const lines = [{ menuItemId: dish.menuItemId, quantity: 1 }];
  const order = { orderId: placed.id as string, dinerId: guest.id, total: placed.total as number, lines };
  let paid = await payUntilSure(counter, guest, order.orderId);
  // A charge that never reached the provider was closed: the guest pays once more.
  for (let tries = 0; paid.__typename === 'PaymentDeclined' && tries < 5; tries++)
    paid = await payUntilSure(counter, guest, order.orderId);
  if (paid.__typename !== 'Order') return { ...order, known: 'asked' };
  if (!cancels) return { ...order, known: 'paid' };
  const told: Told = await counter.cancel(guest, order.orderId);
  return told.state === 'CANCELLED' ? { ...order, known: 'cancelled' } : `a cancel was answered ${told.state ?? told}`;
}
