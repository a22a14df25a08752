import { CodedError } from '../../../kernel/errors.ts';
import type { Context } from '../../../kernel/module.ts';
import type { PlanPricesQuery } from '../../../schema/types/orders-asks-marketing.ts';
import { PriceLinesDocument } from '../../../schema/types/orders-asks-menu.ts';
import type { AppliedOffer, OrderLine, RejectedOffer } from '../entities.ts';
import type { OrdersHost } from '../settings.ts';
import type { Cart } from './check-cart.ts';
import { type MenuAnswer, orderLine } from './order-line.ts';
import { shortage } from './shortage.ts';

type Plan = PlanPricesQuery['planPrices'];
type PlannedOffer = Plan['applied'][number];

/** Which offers were applied and which were not, as it is shown and kept. */
export interface PricingPlan {
  applied: AppliedOffer[];
  rejected: RejectedOffer[];
}

/** The line that an offer adds for nothing; null when it adds none, or the dish cannot be had. */
export async function giftLine(
  host: OrdersHost,
  ctx: Context,
  { storeId, channel }: Cart,
  { store, ordered }: { store: MenuAnswer['store']; ordered: readonly OrderLine[] },
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
    const added = orderLine(id, found, store, { quantity: gift.quantity, discount, note: null, gift: true });
    return (await shortage(host, ctx, storeId, [...ordered, added])) ? null : added;
  } catch (error) {
    // A gift that the store no longer lists, or that needs a choice, must not stand in the way of the meal.
    if (error instanceof CodedError && !['INTERNAL', 'UNAVAILABLE'].includes(error.code)) return null;
    throw error;
  }
}

/** The plan as it is shown and kept; `gifts` are the gift lines by the position of their offers. */
export function planWithGifts(plan: Plan, gifts: readonly (OrderLine | null)[]): PricingPlan {
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
