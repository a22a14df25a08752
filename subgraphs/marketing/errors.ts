import { errorCatalogue } from '../../kernel/errors.ts';

/** Marketing's own codes. */
export const marketingError = errorCatalogue({
  PROMOTION_NOT_FOUND: 'There is no such promotion.',
  COUPON_TEMPLATE_NOT_FOUND: 'There is no such coupon template.',
  COUPON_TEMPLATE_EXHAUSTED: 'All coupons of this template have been issued.',
  COUPON_NOT_FOUND: 'There is no such coupon.',
  COUPON_LOCKED: 'An order that is not paid yet holds this coupon.',
  COUPON_REDEEMED: 'This coupon has been used.',
  STORE_NOT_FOUND: 'There is no such store.',
  DINER_NOT_FOUND: 'There is no such diner.',
});
