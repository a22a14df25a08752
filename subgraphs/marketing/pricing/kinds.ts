import type { OfferKind } from '../../../schema/types/marketing.ts';
import type { Kind } from './kind.ts';
import { amountOff } from './rules/amount-off.ts';
import { gift } from './rules/gift.ts';
import { percentOff } from './rules/percent-off.ts';
import { secondHalfPrice } from './rules/second-half-price.ts';

/** Every kind of offer. A new one is a file in `rules/`, its effect in offer.ts, its name in the schema and a line here. */
export const kinds: { readonly [K in OfferKind]: Kind<K> } = {
  AMOUNT_OFF: amountOff,
  PERCENT_OFF: percentOff,
  SECOND_HALF_PRICE: secondHalfPrice,
  GIFT: gift,
};
