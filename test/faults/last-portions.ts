import { counterOf, openRestaurant, type Told } from '../counter.ts';
import type { Person } from '../people.ts';
import { addDish, key } from '../shop.ts';
import { type Honest, honest, repeatsOf } from './honest.ts';
import { appOf, CHAIN, cookWith, diners, type Kept, keep, side } from './opening.ts';
import { payUntilSure } from './paying.ts';
import { poison } from './poison.ts';
import type { FaultWorld, Played, PlayedOrder, Refusal, Scenario } from './scenario.ts';

/** In a short run, as in CI, there are fewer buyers: 1,000 where kills go on for two minutes. */
const BUYERS = 5_000;
const LONG = 10;
const PORTIONS = 50;
/** How many buyers are on the line at once. */
const AT_ONCE = 200;
/** How many different baskets there are. */
const BASKETS = 120;
/** What is in the kitchen beside the portions that everybody wants, and the dishes that are made of it. */
const INGREDIENTS = 8;
const SIDE_DISHES = 10;
/** How many stock items a side dish is made of. */
const PARTS = 3;

/** What may be answered to somebody who comes too late, or whose basket is no longer what it was. */
const REFUSALS = new Set(['OutOfStock', 'PriceChanged', 'ItemsUnavailable', 'CouponUnavailable']);

const SHARES = {
  orders: ['orders'],
  inventory: ['inventory'],
  others: [
    'menu',
    'members',
    'marketing',
    'devices',
    'cash-payment',
    'demo-payment',
    'demo-sign-in',
    'kitchen-screen',
    'meituan',
    'plugin-settings',
    'remote-plugins',
    'wechat-pay',
  ],
  gateway: ['gateway'],
};

/**
 * Everybody wants the last portions of one dish, with side dishes that share their ingredients, in baskets whose lines
 * stand in any order. Each has seen the price while there was enough; then all order at once, from two replicas. Events
 * that cannot be applied are in the way of theirs.
 */
export const lastPortions: Scenario = {
  name: 'last-portions',
  title: '5,000 buyers for the last 50 portions, in mixed baskets',
  async run(world) {
    const servers = world.newProduct();
    const plan = { shares: SHARES, replicas: { orders: 2, inventory: 2 }, environment: CHAIN };
    const fleet = await world.startFleet(plan, servers);
    const inTheWay = await poison(servers);
    const [gateway] = fleet.members('gateway');
    const client = honest({ url: () => gateway?.url ?? '' });
    const sold = await sale(world, client, Math.ceil(BUYERS * world.scale * Math.min(1, world.minutes / LONG)));
    const held = await inTheWay.remove(world.patience);
    return { namespace: fleet.namespace, ...sold, findings: [...(sold.findings ?? []), ...held] };
  },
};

async function sale(world: FaultWorld, client: Honest, count: number): Promise<Omit<Played, 'namespace'>> {
  const { random, say } = world;
  const app = appOf(client);
  const restaurant = await openRestaurant(app);
  const { hq, shop } = restaurant;
  const counter = counterOf(app, restaurant);
  const wanted = await addDish(app, hq, shop, 'Roast duck', { Portion: 4800 });
  const ducks = await keep(app, hq, shop, 'Duck', PORTIONS);
  const ingredients: Kept[] = [];
  for (let index = 0; index < INGREDIENTS; index++)
    ingredients.push(await keep(app, hq, shop, `Ingredient ${index}`, 10_000));
  await cookWith(app, hq, shop, wanted, random.shuffled([ducks, ...ingredients.slice(0, 2)]));
  const others: (typeof wanted)[] = [];
  for (let index = 0; index < SIDE_DISHES; index++) {
    const dish = await addDish(app, hq, shop, `Side dish ${index}`, { Portion: 600 + 100 * index });
    await cookWith(app, hq, shop, dish, random.shuffled(ingredients).slice(0, PARTS));
    others.push(dish);
  }

  const baskets = await side(Array.from({ length: BASKETS }), 20, async () => {
    const sides = random.shuffled(others).slice(0, 1 + random.below(4));
    const lines = random.shuffled([wanted, ...sides]).map((dish): [typeof wanted, number] => [dish, 1]);
    const cart = counter.cart(...lines);
    const { id: quoteId, total } = await counter.quote(restaurant.guest, cart);
    return { cart, quoteId, total };
  });
  const began = performance.now();
  const buyers = await diners(app, count, AT_ONCE);
  say(`${count} buyers have signed in after ${seconds(began)} s`);

  const findings: string[] = [];
  const refused: Refusal[] = [];
  const answers = new Map<string, number>();
  const opened = performance.now();
  const buy = async (buyer: Person): Promise<PlayedOrder | undefined> => {
    const idempotencyKey = key();
    const { cart, quoteId, total } = random.pick(baskets);
    const told: Told = await counter.run(buyer, 'placeOrder', { idempotencyKey, cart, quoteId, total });
    const answer: string = told.__typename ?? told;
    answers.set(answer, (answers.get(answer) ?? 0) + 1);
    if (REFUSALS.has(answer)) refused.push({ caller: `diner:${buyer.id}`, idempotencyKey, answer });
    else if (answer !== 'Order') findings.push(`a buyer was answered ${answer}`);
    if (answer !== 'Order') return undefined;
    const lines = cart.lines.map(({ menuItemId, quantity }) => ({ menuItemId, quantity }));
    const order = { orderId: told.id as string, dinerId: buyer.id, total: told.total as number, lines };
    const paid = await payUntilSure(counter, buyer, order.orderId);
    if (paid.state !== 'PAID') findings.push(`a buyer who paid was answered ${paid.__typename ?? paid}`);
    return { ...order, known: paid.state === 'PAID' ? 'paid' : 'asked' };
  };
  const sold = await side(random.shuffled(buyers), AT_ONCE, buy);
  const orders = sold.filter((order) => order !== undefined);
  const minutes = (performance.now() - opened) / 60_000;
  if (orders.length !== PORTIONS) findings.push(`${orders.length} portions were sold, and there were ${PORTIONS}`);
  return {
    orders,
    refused,
    stock: [ducks, ...ingredients],
    findings: [...findings, ...client.findings],
    report: [
      `${count} buyers in ${(minutes * 60).toFixed(1)} s, ${Math.round(count / minutes / 60)} answers a second`,
      [...answers].map(([answer, times]) => `${answer} ${times}`).join(', '),
      repeatsOf(client),
    ],
  };
}

const seconds = (since: number) => ((performance.now() - since) / 1_000).toFixed(1);
