import { createHash } from 'node:crypto';
import { CodedError } from '../../../kernel/errors.ts';
import { canonicalJson } from '../../../kernel/idempotency.ts';
import { personOf, requirePerson } from '../../../kernel/identity.ts';
import { list, optionalText, whole } from '../../../kernel/input.ts';
import type { Context } from '../../../kernel/module.ts';
import type { CartInput, Channel } from '../../../schema/types/orders.ts';
import { PlanPricesDocument, type PlanPricesQuery } from '../../../schema/types/orders-asks-marketing.ts';
import { DinerFactsDocument } from '../../../schema/types/orders-asks-members.ts';
import { PriceLinesDocument, type PriceLinesQuery } from '../../../schema/types/orders-asks-menu.ts';
import type { AppliedOffer, OrderLine, RejectedOffer } from '../entities.ts';
import { orderError } from '../errors.ts';
import { type Amounts, discountsByLine, lineAmounts, orderTotals } from '../pricing.ts';
import type { OrdersHost } from '../settings.ts';

type MenuAnswer = PriceLinesQuery['priceLines'];
type MenuLine = MenuAnswer['lines'][number];
type Plan = PlanPricesQuery['planPrices'];
type PlannedOffer = Plan['applied'][number];

/** A cart with its prices at this moment. */
export interface PricedCart extends Amounts {
  /** Names exactly this cart at exactly these prices. */
  quoteId: string;
  store: MenuAnswer['store'];
  table: MenuAnswer['table'];
  channel: Channel;
  dinerId: string | null;
  note: string | null;
  currency: string;
  lines: OrderLine[];
  plan: { applied: AppliedOffer[]; rejected: RejectedOffer[] };
}

/** What stands in the way of a price. */
export type CartRefusal =
  | { __typename: 'TableUnavailable'; code: string }
  | { __typename: 'StoreClosed'; store: { id: string } }
  | { __typename: 'ItemsUnavailable'; items: { id: string }[] };

/**
 * Prices a cart: menu knows the lines and members the diner, marketing plans the offers, and the amounts follow.
 * Changes nothing. Bad input is a coded error, from here or from the sister who knows.
 */
export async function priceCart(host: OrdersHost, ctx: Context, input: CartInput): Promise<PricedCart | CartRefusal> {
  const cart = checked(input);
  const person = personOf(ctx.identity);
  const dinerId = person.kind === 'diner' ? person.id : null;
  if (cart.couponIds.length > 0 && requirePerson(ctx.identity).kind !== 'diner') throw orderError('COUPONS_NEED_DINER');

  const { storeId, channel, tableCode } = cart;
  const [{ priceLines: menu }, facts] = await Promise.all([
    host.ask(ctx, 'menu', PriceLinesDocument, {
      input: { storeId, channel, tableCode, lines: cart.lines.map(({ note, ...line }) => line) },
    }),
    dinerId ? host.ask(ctx, 'members', DinerFactsDocument, { id: dinerId }) : null,
  ]);
  const refusal = refusalOf(menu, tableCode);
  if (refusal) return refusal;

  const { planPrices: plan } = await host.ask(ctx, 'marketing', PlanPricesDocument, {
    input: {
      storeId,
      channel,
      currency: menu.store.currency,
      dinerId,
      tierCode: facts?.dinerFacts?.tierCode ?? null,
      couponIds: cart.couponIds,
      lines: menu.lines.map(({ menuItemId, dishId, categoryId, unitPrice }, index) => {
        return { id: String(index), menuItemId, dishId, categoryId, unitPrice, quantity: cart.lines[index]!.quantity };
      }),
    },
  });
  const discounts = discountsByLine(plan.applied);
  const ordered = menu.lines.map((line, index) => {
    const { quantity, note } = cart.lines[index]!;
    const discount = discounts.get(String(index)) ?? 0;
    return orderLine(String(index), line, menu.store, { quantity, discount, note, gift: false });
  });
  const gifts = await Promise.all(plan.applied.map((offer) => giftLine(host, ctx, cart, menu.store, offer)));

  const lines = [...ordered, ...gifts.filter((gift) => gift !== null)];
  const amounts = orderTotals(lines);
  const planned = planWithGifts(plan, gifts);
  return {
    ...amounts,
    quoteId: digestOf({ cart, currency: menu.store.currency, lines, applied: planned.applied }),
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

type Cart = ReturnType<typeof checked>;

function checked(cart: CartInput) {
  return {
    storeId: cart.storeId,
    channel: cart.channel ?? 'DINE_IN',
    tableCode: optionalText('cart.tableCode', cart.tableCode, 64),
    lines: list('cart.lines', cart.lines, 1, 100).map((line, index) => ({
      menuItemId: line.menuItemId,
      specId: line.specId,
      modifierIds: [...list(`cart.lines[${index}].modifierIds`, line.modifierIds ?? [], 0, 50)],
      comboOptionIds: [...list(`cart.lines[${index}].comboOptionIds`, line.comboOptionIds ?? [], 0, 20)],
      quantity: whole(`cart.lines[${index}].quantity`, line.quantity, 1, 99),
      note: optionalText(`cart.lines[${index}].note`, line.note, 200),
    })),
    couponIds: [...new Set(list('cart.couponIds', cart.couponIds ?? [], 0, 10))],
    note: optionalText('cart.note', cart.note, 500),
  };
}

function refusalOf({ store, table, lines }: MenuAnswer, tableCode: string | null): CartRefusal | null {
  if (tableCode && !table) return { __typename: 'TableUnavailable', code: tableCode };
  if (!store.isOpen || store.paused) return { __typename: 'StoreClosed', store: { id: store.id } };
  const missing = new Set(lines.filter(({ available }) => !available).map(({ menuItemId }) => menuItemId));
  return missing.size > 0 ? { __typename: 'ItemsUnavailable', items: [...missing].map((id) => ({ id })) } : null;
}

function orderLine(
  id: string,
  line: MenuLine,
  store: MenuAnswer['store'],
  { quantity, discount, note, gift }: Pick<OrderLine, 'quantity' | 'discount' | 'note' | 'gift'>,
): OrderLine {
  const { menuItemId, specId, name, specName, unitPrice, taxBasisPoints } = line;
  return {
    id,
    menuItemId,
    specId,
    name,
    specName,
    modifiers: [...line.modifiers],
    parts: [...line.parts],
    unitPrice,
    quantity,
    ...lineAmounts({ unitPrice, quantity, discount, taxBasisPoints }, store.pricesIncludeTax),
    taxBasisPoints,
    gift,
    note,
  };
}

/** The line that an offer adds for nothing; null when it adds none, or the dish cannot be had. */
async function giftLine(
  host: OrdersHost,
  ctx: Context,
  { storeId, channel }: Cart,
  store: MenuAnswer['store'],
  { gift, promotionId, couponId }: PlannedOffer,
): Promise<OrderLine | null> {
  if (!gift) return null;
  const line = { ...gift, modifierIds: [], comboOptionIds: [] };
  try {
    const { priceLines } = await host.ask(ctx, 'menu', PriceLinesDocument, {
      input: { storeId, channel, tableCode: null, lines: [line] },
    });
    const found = priceLines.lines[0];
    if (!found?.available) return null;
    const discount = found.unitPrice * gift.quantity;
    const id = `gift-${promotionId ?? couponId}`;
    return orderLine(id, found, store, { quantity: gift.quantity, discount, note: null, gift: true });
  } catch (error) {
    // A gift that the store no longer lists, or that needs a choice, must not stand in the way of the meal.
    if (error instanceof CodedError && error.code !== 'INTERNAL') return null;
    throw error;
  }
}

/** The plan as it is shown and kept; `gifts` are the gift lines by the position of their offers. */
function planWithGifts(plan: Plan, gifts: readonly (OrderLine | null)[]): PricedCart['plan'] {
  const offers = plan.applied.map((offer, index) => ({ offer, gift: gifts[index] ?? null }));
  const failed = offers.filter(({ offer, gift }) => offer.gift && !gift);
  return {
    applied: offers
      .filter(({ offer, gift }) => !offer.gift || gift)
      .map(({ offer: { promotionId, couponId, name, reason, amount }, gift }) => {
        return { promotionId, couponId, name, reason, amount: gift?.subtotal ?? amount };
      }),
    rejected: [
      ...plan.rejected,
      ...failed.map(({ offer: { promotionId, couponId, name } }) => {
        const reason = 'The gift cannot be had just now.';
        return { promotionId, couponId, name, code: 'GIFT_UNAVAILABLE', reason };
      }),
    ],
  };
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
  return createHash('sha256')
    .update(canonicalJson({ ...rest, prices, offers }))
    .digest('base64url');
}
