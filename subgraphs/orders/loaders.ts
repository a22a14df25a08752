import { listLoader, loader } from '../../kernel/loaders.ts';
import { Order, OrderLine, Payment, Refund } from './entities.ts';

/** Orders by id. */
export const orderById = loader<Order>(
  (ctx, ids) => ctx.em.find(Order, { id: [...ids] }),
  ({ id }) => id,
);

/** An order's lines as they were ordered. */
export const linesByOrder = listLoader(
  (ctx, orderIds) => ctx.em.find(OrderLine, { orderId: [...orderIds] }, { orderBy: { position: 'asc' } }),
  ({ orderId }) => orderId,
);

/** Payments by id. */
export const paymentById = loader<Payment>(
  (ctx, ids) => ctx.em.find(Payment, { id: [...ids] }),
  ({ id }) => id,
);

/** An order's payments, oldest first. */
export const paymentsByOrder = listLoader(
  (ctx, orderIds) => ctx.em.find(Payment, { orderId: [...orderIds] }, { orderBy: { id: 'asc' } }),
  ({ orderId }) => orderId,
);

/** A payment's refunds, oldest first. */
export const refundsByPayment = listLoader(
  (ctx, paymentIds) => ctx.em.find(Refund, { paymentId: [...paymentIds] }, { orderBy: { id: 'asc' } }),
  ({ paymentId }) => paymentId,
);
