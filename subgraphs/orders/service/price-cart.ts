import { digest } from '../../../kernel/crypto.ts';
import { canonicalJson } from '../../../kernel/idempotency.ts';
import { personOf, requirePerson } from '../../../kernel/identity.ts';
import type { Context } from '../../../kernel/module.ts';
import type { CartInput, Channel } from '../../../schema/types/orders.ts';
import { WeighedGramsDocument } from '../../../schema/types/orders-asks-devices.ts';
import { PlanPricesDocument } from '../../../schema/types/orders-asks-marketing.ts';
import { DinerFactsDocument } from '../../../schema/types/orders-asks-members.ts';
import { PriceLinesDocument } from '../../../schema/types/orders-asks-menu.ts';
import type { AppliedOffer, OrderLine } from '../entities.ts';
import { orderError } from '../errors.ts';
import { type Amounts, discountsByLine, orderTotals } from '../pricing.ts';
import type { OrdersHost } from '../settings.ts';
import { type Cart, checkedCart } from './check-cart.ts';
import { giftLine, type PricingPlan, planWithGifts } from './gifts.ts';
import { type MenuAnswer, orderLine } from './order-line.ts';
import { shortage } from './shortage.ts';
import type { OutOfStock } from './stock-lines.ts';

/** A cart with its prices at this moment. */
export interface PricedCart extends Amounts {
  /** Names exactly this cart at exactly these prices. */
  quoteId: string;
  /** The weighings that its lines go by. */
  weighingIds: string[];
  store: MenuAnswer['store'];
  table: MenuAnswer['table'];
  channel: Channel;
  dinerId: string | null;
  note: string | null;
  currency: string;
  lines: OrderLine[];
  plan: PricingPlan;
}

/** What stands in the way of a price. */
export type CartRefusal =
  | OutOfStock
  | { __typename: 'TableUnavailable'; tableCode: string }
  | { __typename: 'StoreClosed'; store: { id: string } }
  | { __typename: 'ItemsUnavailable'; items: { id: string }[] };

/** The most that an order's goods may come to, in minor units: a hundred million of most currencies. */
const LARGEST = 10_000_000_000;

/**
 * Prices a cart: menu knows the lines and members the diner, marketing plans the offers, and the amounts follow; beside
 * it inventory says what there is too little of. Changes nothing. Bad input is a coded error, from here or from the sister who knows.
 */
export async function priceCart(host: OrdersHost, ctx: Context, input: CartInput): Promise<PricedCart | CartRefusal> {
  const cart = checkedCart(input);
  const person = personOf(ctx.identity);
  const dinerId = person.kind === 'diner' ? person.id : null;
  if (cart.couponIds.length > 0 && requirePerson(ctx.identity).kind !== 'diner') throw orderError('COUPONS_NEED_DINER');

  const { storeId, channel, tableCode } = cart;
  const grams = await gramsOf(host, ctx, cart);
  const [{ priceLines: menu }, facts] = await Promise.all([
    host.ask(ctx, 'menu', PriceLinesDocument, {
      input: {
        storeId,
        channel,
        tableCode,
        lines: cart.lines.map(({ note, weighingId, ...line }, index) => ({ ...line, grams: grams[index] ?? null })),
      },
    }),
    dinerId ? host.ask(ctx, 'members', DinerFactsDocument, { id: dinerId }) : null,
  ]);
  const refusal = refusalOf(menu, tableCode);
  if (refusal) return refusal;

  const [{ planPrices: plan }, short] = await Promise.all([
    host.ask(ctx, 'marketing', PlanPricesDocument, {
      input: {
        storeId,
        channel,
        currency: menu.store.currency,
        dinerId,
        tierCode: facts?.dinerFacts?.tierCode ?? null,
        couponIds: cart.couponIds,
        lines: menu.lines.map(({ menuItemId, dishId, categoryId, unitPrice }, index) => {
          const { quantity } = cart.lines[index]!;
          return { id: String(index), menuItemId, dishId, categoryId, unitPrice, quantity };
        }),
      },
    }),
    shortage(
      host,
      ctx,
      storeId,
      menu.lines.map((line, index) => ({ ...line, quantity: cart.lines[index]!.quantity, grams: grams[index] })),
    ),
  ]);
  if (short) return short;
  const discounts = discountsByLine(plan.applied);
  const ordered = menu.lines.map((line, index) => {
    const { quantity, note } = cart.lines[index]!;
    const discount = discounts.get(String(index)) ?? 0;
    return orderLine(String(index), line, menu.store, {
      quantity,
      grams: grams[index] ?? null,
      discount,
      note,
      gift: false,
    });
  });
  const gifts = await Promise.all(
    plan.applied.map((offer) => giftLine(host, ctx, cart, { store: menu.store, ordered }, offer)),
  );

  const lines = [...ordered, ...gifts.filter((gift) => gift !== null)];
  const amounts = orderTotals(lines);
  if (amounts.subtotal > LARGEST) throw orderError('ORDER_TOO_LARGE');
  const planned = planWithGifts(plan, gifts);
  return {
    ...amounts,
    quoteId: digestOf({ cart, currency: menu.store.currency, lines, applied: planned.applied }),
    weighingIds: cart.lines.flatMap(({ weighingId }) => weighingId ?? []),
    store: menu.store,
    table: menu.table,
    channel,
    dinerId,
    note: cart.note,
    currency: menu.store.currency,
    lines,
    plan: planned,
  };
}

/** What each line was weighed at; null for what is sold by the portion. WEIGHING_NOT_FOUND, WEIGHING_USED within the cart. */
async function gramsOf(host: OrdersHost, ctx: Context, { storeId, lines }: Cart): Promise<(number | null)[]> {
  const weighed = lines.flatMap(({ weighingId }) => weighingId ?? []);
  const twice = weighed.find((id, index) => weighed.indexOf(id) !== index);
  if (twice !== undefined) throw orderError('WEIGHING_USED', { weighingId: twice });
  return Promise.all(
    lines.map(async ({ weighingId }) => {
      if (weighingId === null) return null;
      const { weighedGrams } = await host.ask(ctx, 'devices', WeighedGramsDocument, { weighingId, storeId });
      if (weighedGrams == null) throw orderError('WEIGHING_NOT_FOUND', { weighingId });
      return weighedGrams;
    }),
  );
}

function refusalOf({ store, table, lines }: MenuAnswer, tableCode: string | null): CartRefusal | null {
  if (tableCode && !table) return { __typename: 'TableUnavailable', tableCode };
  if (!store.isOpen || store.paused) return { __typename: 'StoreClosed', store: { id: store.id } };
  const missing = new Set(lines.filter(({ available }) => !available).map(({ menuItemId }) => menuItemId));
  return missing.size > 0 ? { __typename: 'ItemsUnavailable', items: [...missing].map((id) => ({ id })) } : null;
}

function digestOf({
  lines,
  applied,
  ...rest
}: Pick<PricedCart, 'lines' | 'currency'> & { cart: Cart; applied: AppliedOffer[] }) {
  const prices = lines.map(({ menuItemId, specId, unitPrice, quantity, discount, tax, total }) => {
    return { menuItemId, specId, unitPrice, quantity, discount, tax, total };
  });
  const offers = applied.map(({ promotionId, couponId, amount }) => ({ promotionId, couponId, amount }));
  return digest(canonicalJson({ ...rest, prices, offers }));
}
