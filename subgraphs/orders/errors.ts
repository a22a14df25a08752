import { errorCatalogue } from '../../kernel/errors.ts';

/** What orders may refuse. */
export const orderError = errorCatalogue({
  ORDER_TOO_LARGE: 'The order comes to more than one order may.',
  ORDER_NOT_FOUND: 'There is no such order, or it is not yours to see.',
  ORDER_NOT_PAYABLE: 'This order does not wait for payment.',
  ORDER_NOT_CANCELLABLE: 'This order cannot be cancelled any more.',
  ORDER_NOT_REFUNDABLE: 'Nothing of this order can be given back now.',
  LINE_NOT_REFUNDABLE: 'So many portions of this line cannot be given back.',
  PAYMENT_IN_PROGRESS: 'Another payment of this order is under way.',
  PAYMENT_PROVIDER_UNKNOWN: 'There is no such payment provider.',
  PAYMENT_PROVIDER_UNFIT: 'This order is paid by the delivery platform that it is from.',
  PLATFORM_UNKNOWN: 'There is no such delivery platform.',
  REFUND_NOT_REQUESTED: 'There is no wish for a refund that waits for an answer.',
  PAYMENT_NEEDS_STAFF: 'Payments of this kind are taken by staff.',
  COUPONS_NEED_DINER: 'Coupons are used by the diner whose they are.',
  WEIGHING_NOT_FOUND: 'This was not weighed in this store in the last fifteen minutes.',
  WEIGHING_USED: 'This weighing was made use of before.',
  STORE_NOT_FOUND: 'There is no such store.',
});
