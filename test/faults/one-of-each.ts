import { counterOf, openRestaurant, type Told } from '../counter.ts';
import { addDish, key, write } from '../shop.ts';
import { allBut } from '../split/fleet.ts';
import { honest, repeatsOf } from './honest.ts';
import { appOf, CHAIN, cookWith, keep, side } from './opening.ts';
import { payUntilSure } from './paying.ts';
import type { FaultWorld, Played, PlayedOrder, Refusal, Scenario } from './scenario.ts';

const ATTACKS = 500;
/** How many points each attack takes. What the diner has suffices for a quarter of the attacks, and some are left. */
const TAKEN = 10;
const LEFT = 4;

const SHARES = {
  orders: ['orders'],
  members: ['members'],
  marketing: ['marketing'],
  others: allBut('orders', 'members', 'marketing'),
  gateway: ['gateway'],
};

/** What of an attack came through, and what was answered to the others. */
interface Outcome {
  orders: PlayedOrder[];
  refused: Refusal[];
  findings: string[];
  report: string[];
}

/**
 * A diner's one coupon is used by 500 orders at the same moment, and 500 corrections at the same moment take points that
 * do not suffice for all of them. Points cannot be spent in an order yet, and there is no stored value.
 */
export const oneOfEach: Scenario = {
  name: 'one-of-each',
  title: 'One coupon and one points balance, each attacked by 500 at once',
  async run(world) {
    const replicas = { orders: 2, members: 2, marketing: 2 };
    const fleet = await world.startFleet({ shares: SHARES, replicas, environment: CHAIN });
    const [gateway] = fleet.members('gateway');
    const client = honest({ url: () => gateway?.url ?? '' });
    const app = appOf(client);
    const restaurant = await openRestaurant(app);
    const { hq, shop, guest } = restaurant;
    const counter = counterOf(app, restaurant);
    const bowl = await addDish(app, hq, shop, 'Bowl', { Regular: 1500 });
    // Twice what is asked for: what a try that came to nothing held is free again only when it has been cleaned up.
    const bowls = await keep(app, hq, shop, 'Bowl', 2 * ATTACKS);
    await cookWith(app, hq, shop, bowl, [bowls]);
    const count = Math.ceil(ATTACKS * world.scale);

    const couponId = await counter.coupon(guest, 500);
    const cart = { ...counter.cart([bowl, 1]), couponIds: [couponId] };
    const { id: quoteId, total } = await counter.quote(guest, cart);
    const coupon = await attackCoupon(world, count, async () => {
      const idempotencyKey = key();
      const told: Told = await counter.run(guest, 'placeOrder', { idempotencyKey, cart, quoteId, total });
      if (told.__typename !== 'Order') {
        const answer: string = told.__typename ?? told;
        return { caller: `diner:${guest.id}`, idempotencyKey, answer };
      }
      const lines = [{ menuItemId: bowl.menuItemId, quantity: 1 }];
      const order = { orderId: told.id, dinerId: guest.id, total: told.total, lines, couponIds: [couponId] };
      const paid = await payUntilSure(counter, guest, told.id);
      return { ...order, known: paid.state === 'PAID' ? ('paid' as const) : ('asked' as const) };
    });

    const adjust = (points: number) =>
      write(
        app,
        hq,
        'adjustPoints',
        'AdjustPointsInput',
        { idempotencyKey: key(), dinerId: guest.id, points, reason: 'An attack' },
        'balance',
      );
    const enough = Math.floor(count / 4);
    await adjust(TAKEN * enough + LEFT);
    const points = await attackPoints(count, enough, () => adjust(-TAKEN));
    const { me } = await app.ask('{ me { ... on Diner { points { balance } } } }', {}, guest.token);
    const { balance } = me.points;
    if (balance !== LEFT) points.findings.push(`${balance} points are left, not ${LEFT}`);
    return {
      namespace: fleet.namespace,
      orders: coupon.orders,
      refused: coupon.refused,
      stock: [bowls],
      findings: [...coupon.findings, ...points.findings, ...client.findings],
      report: [...coupon.report, ...points.report, repeatsOf(client)],
    } satisfies Played;
  },
};

/** What may be answered to an order whose coupon another one has. */
const REFUSALS = new Set(['CouponUnavailable', 'PriceChanged']);

/** Exactly one order gets the coupon. */
async function attackCoupon(
  { say }: FaultWorld,
  count: number,
  attack: () => Promise<PlayedOrder | Refusal>,
): Promise<Outcome> {
  const results = await side(Array.from({ length: count }), count, attack);
  const orders = results.filter((result): result is PlayedOrder => 'orderId' in result);
  const refused = results.filter((result): result is Refusal => 'answer' in result);
  const findings = refused
    .filter(({ answer }) => !REFUSALS.has(answer))
    .map(({ answer }) => `an order with a coupon was answered ${answer}`);
  if (orders.length !== 1) findings.push(`one coupon was used by ${orders.length} orders`);
  say(`${count} orders have asked for one coupon`);
  return { orders, refused, findings, report: [`one coupon in ${count} orders: ${tally(results)}`] };
}

/** As many attacks come through as the balance bears. */
async function attackPoints(count: number, enough: number, attack: () => Promise<unknown>): Promise<Outcome> {
  const results = await side(Array.from({ length: count }), count, () =>
    attack().then(
      () => 'taken',
      (error: Error) => error.message.split(':')[0] ?? '',
    ),
  );
  const taken = results.filter((result) => result === 'taken').length;
  const findings = taken === enough ? [] : [`${taken} corrections took points that suffice for ${enough}`];
  const strange = results.find((result) => result !== 'taken' && result !== 'POINTS_INSUFFICIENT');
  if (strange) findings.push(`a correction was answered ${strange}`);
  const report = [`points for ${enough}, ${count} times: ${taken} taken, ${count - taken} refused`];
  return { orders: [], refused: [], findings, report };
}

function tally(results: readonly (PlayedOrder | Refusal)[]): string {
  const answers = results.map((result) => ('answer' in result ? result.answer : 'Order'));
  const groups = Object.entries(Object.groupBy(answers, (answer) => answer));
  return groups.map(([answer, list]) => `${answer} ${list?.length}`).join(', ');
}
