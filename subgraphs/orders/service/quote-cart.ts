import type { Context } from '../../../kernel/module.ts';
import type { CartInput } from '../../../schema/types/orders.ts';
import type { OrdersHost } from '../settings.ts';
import { type CartRefusal, type PricedCart, priceCart } from './price-cart.ts';

/** A quote as it is shown. */
export type Quote = ReturnType<typeof quoteOf>;

/** Prices a cart for whoever asks; nothing is stored or held. */
export async function quoteCart(host: OrdersHost, ctx: Context, cart: CartInput): Promise<Quote | CartRefusal> {
  const priced = await priceCart(host, ctx, cart);
  return '__typename' in priced ? priced : quoteOf(priced);
}

/** Shows a priced cart as a quote. */
export function quoteOf({ quoteId, currency, lines, subtotal, discount, tax, total, plan }: PricedCart) {
  return { id: quoteId, currency, lines, subtotal, discount, tax, total, pricingPlan: plan };
}
