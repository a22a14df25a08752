import { setTimeout as pause } from 'node:timers/promises';
import { insertNew } from '../../../kernel/database/insert-new.ts';
import { kernelError } from '../../../kernel/errors.ts';
import type { Claim } from '../../../kernel/idempotency.ts';
import { callerOf, personOf, requireScope } from '../../../kernel/identity.ts';
import { newId } from '../../../kernel/ids.ts';
import type { Context, Transaction } from '../../../kernel/module.ts';
import type { PlaceOrderInput } from '../../../schema/types/orders.ts';
import { Order, OrderLine, type Rejection, UsedWeighing } from '../entities.ts';
import { orderError } from '../errors.ts';
import type { OrdersHost } from '../settings.ts';
import { inFlight } from './in-flight.ts';
import { newOrder } from './new-order.ts';
import { type CartRefusal, type PricedCart, priceCart } from './price-cart.ts';
import { LEASE, PLACE_ORDER, takeHolds, takeLease } from './take-holds.ts';

/** An order, or why there is none. */
export type PlaceOrderAnswer = Order | CartRefusal | Rejection | { __typename: 'PriceChanged'; quote: PricedCart };

/** How long a repeat waits for another process that is placing the order, in ms. */
const PATIENCE = 3_000;

/** Places orders, and finishes the placing of those that a crash or a silent sister left behind. */
export interface Placing {
  place(ctx: Context, input: PlaceOrderInput): Promise<PlaceOrderAnswer>;
  /** Takes an order's holds; false when another process is at it, or it is placed. What fails is left for the next try. */
  driveOn(orderId: string): Promise<boolean>;
}

/** Sets up the placing of orders for this process. */
export function placing(host: OrdersHost): Placing {
  const underWay = inFlight();

  async function place(ctx: Context, input: PlaceOrderInput): Promise<PlaceOrderAnswer> {
    if (personOf(ctx.identity).kind !== 'diner') requireScope(ctx.identity, 'orders:place', input.cart.storeId);
    const claim: Claim = { mutation: PLACE_ORDER, key: input.idempotencyKey, input };
    const known = await host.outcomeOf(ctx, claim);
    if (known !== null) return answer(ctx, known);

    const agreed = await agree(host, ctx, input);
    if (!('__typename' in agreed)) return answer(ctx, await store(ctx, claim, agreed));
    // What is in the way may be held by this very order: placed meanwhile, by the same call coming twice.
    const meanwhile = await host.outcomeOf(ctx, claim);
    return meanwhile === null ? agreed : answer(ctx, meanwhile);
  }

  /** Stores the order with its key and takes its holds; a repeat of the key stores nothing. Answers the order's id. */
  async function store(ctx: Context, claim: Claim, priced: PricedCart): Promise<string> {
    let end = () => {};
    try {
      const { id, repeated } = await host.transact(ctx, (tx) => {
        // Of a try that was undone nothing is left.
        end();
        return host.once(tx, claim, async () => {
          const now = host.clock.now();
          const order = { ...newOrder(now, priced), placedWith: claim.key, leaseUntil: now + LEASE };
          // Begun before the commit, so that a repeat finds it under way from the first moment.
          end = underWay.begin(order.id);
          await tx.em.insert(Order, { ...order, placedBy: callerOf(ctx.identity) });
          await tx.em.insertMany(
            OrderLine,
            priced.lines.map((line, position) => ({ ...line, id: newId(), orderId: order.id, position })),
          );
          await useWeighings(tx, order.id, priced.weighingIds);
          return order.id;
        });
      });
      if (!repeated) await attempt(id);
      return id;
    } finally {
      end();
    }
  }

  /** Takes the holds of an order whose lease is ours. A failure leaves it PLACING, for a repeat or for recovery. */
  async function attempt(orderId: string): Promise<void> {
    await takeHolds(host, orderId).catch((error) =>
      host.log.warn({ error, orderId }, 'an order could not be placed yet'),
    );
  }

  async function driveOn(orderId: string): Promise<boolean> {
    await underWay.settled(orderId);
    const end = underWay.begin(orderId);
    try {
      const ours = await takeLease(host, orderId);
      if (ours) await attempt(orderId);
      return ours;
    } finally {
      end();
    }
  }

  /** What has become of an order, once it has left PLACING. UNAVAILABLE when that cannot be said yet. */
  async function answer(ctx: Context, orderId: string): Promise<PlaceOrderAnswer> {
    const read = () => ctx.em.findOneOrFail(Order, orderId, { refresh: true });
    await underWay.settled(orderId);
    let order = await read();
    if (order.state === 'PLACING') {
      // Not the product's clock: the client waits in real time, while a test's clock stands still.
      const until = (await driveOn(orderId)) ? 0 : performance.now() + PATIENCE;
      for (order = await read(); order.state === 'PLACING' && performance.now() < until; order = await read())
        await pause(100);
    }
    if (order.state === 'PLACING') throw kernelError('UNAVAILABLE');
    return order.state === 'REJECTED' && order.rejection ? order.rejection : order;
  }

  return { place, driveOn };
}

/** Keeps a line's weighing for it alone. Throws WEIGHING_USED. */
async function useWeighings(tx: Transaction, orderId: string, weighingIds: readonly string[]): Promise<void> {
  for (const weighingId of weighingIds)
    if (!(await insertNew(tx, UsedWeighing, { weighingId, orderId })))
      throw orderError('WEIGHING_USED', { weighingId });
}

/** Prices the cart anew: as the diner saw it, or what is no longer so. */
async function agree(host: OrdersHost, ctx: Context, { cart, quoteId, total }: PlaceOrderInput) {
  const priced = await priceCart(host, ctx, cart);
  if ('__typename' in priced) return priced;
  const refusal = couponRefusal(priced);
  if (refusal) return refusal;
  if (priced.quoteId === quoteId && priced.total === total) return priced;
  return { __typename: 'PriceChanged' as const, quote: priced };
}

/** A coupon of the cart that is not to be had any more; one that merely does not apply here stands in nobody's way. */
function couponRefusal({ plan }: PricedCart): Rejection | null {
  const gone = plan.rejected.find(({ couponId, code }) => couponId && GONE.has(code));
  return gone?.couponId ? { __typename: 'CouponUnavailable', coupon: { id: gone.couponId }, code: gone.code } : null;
}

const GONE = new Set(['COUPON_LOCKED', 'COUPON_REDEEMED', 'COUPON_EXPIRED', 'COUPON_VOIDED']);
