import type { PaymentProvider, Succeeded } from '../../subgraphs/orders/ports.ts';

/**
 * Cash. Whoever records the payment has the money in hand, so it has succeeded by being recorded: there is nothing to
 * ask, nothing to keep, and the order's own number of the payment is the receipt's. The till gives refunds at once.
 */
export const cash: PaymentProvider = {
  requiresStaff: async () => true,
  charge: async ({ paymentId }) => received(paymentId),
  query: async (paymentId) => received(paymentId),
  close: async (paymentId) => received(paymentId),
  refund: async () => ({ outcome: 'succeeded' }),
};

function received(paymentId: string): Succeeded {
  return { outcome: 'succeeded', reference: paymentId };
}
