import { personOf } from '../../kernel/identity.ts';
import type { Context, ResolverMap } from '../../kernel/module.ts';
import type { Resolvers } from '../../schema/types/orders.ts';
import type { Resolvers as InternalResolvers } from '../../schema/types/orders-internal.ts';
import type { Order } from './entities.ts';
import { linesByOrder, paymentsByOrder, refundsByPayment } from './loaders.ts';
import type { Cancelling } from './service/cancel-order.ts';
import {
  deliveryIfVisible,
  orderIfVisible,
  ordersOfDiner,
  ordersOfStore,
  paymentIfVisible,
  platformOrder,
  visibleOrder,
} from './service/find-orders.ts';
import { importOrders } from './service/import-orders.ts';
import type { Paying } from './service/pay-order.ts';
import type { Placing } from './service/place-order.ts';
import { answerRefundRequest } from './service/platform/answer-refund.ts';
import { followPlatformOrder } from './service/platform/follow-order.ts';
import { takePlatformOrder } from './service/platform/take-order.ts';
import { quoteCart, quoteOf } from './service/quote-cart.ts';
import { refundLines } from './service/refund-lines.ts';
import { retryRefund } from './service/retry-refund.ts';
import type { OrdersHost } from './settings.ts';

/** What is set up once for the process. */
export interface Services {
  host: OrdersHost;
  placing: Placing;
  paying: Paying;
  cancelling: Cancelling;
}

/** The resolvers of schema.graphql. */
export function resolvers(services: Services): ResolverMap {
  return { ...fields(services), Subscription: subscriptions };
}

/** The gateway does the subscribing; a frame is executed like any other operation. */
const subscriptions = {
  orderChanged: {
    resolve: (_: unknown, { orderId }: { orderId: string }, ctx: Context) => visibleOrder(ctx, orderId),
  },
};

function fields({ host, placing, paying, cancelling }: Services): Resolvers {
  return {
    Query: {
      quote: (_, { input }, ctx) => quoteCart(host, ctx, input),
      order: (_, { id }, ctx) => visibleOrder(ctx, id),
      orders: (_, args, ctx) => ordersOfStore(ctx, args),
    },
    Mutation: {
      placeOrder: async (_, { input }, ctx) => {
        const answer = await placing.place(ctx, input);
        return '__typename' in answer && answer.__typename === 'PriceChanged'
          ? { ...answer, quote: quoteOf(answer.quote) }
          : answer;
      },
      payOrder: (_, { input }, ctx) => paying.pay(ctx, input),
      cancelOrder: (_, { input }, ctx) => cancelling.cancel(ctx, input),
      refundLines: (_, { input }, ctx) => refundLines(host, ctx, input),
      retryRefund: (_, { input }, ctx) => retryRefund(host, ctx, input),
      answerRefundRequest: (_, { input }, ctx) => answerRefundRequest(host, ctx, input, cancelling),
      importOrders: (_, { input }, ctx) => importOrders(host, ctx, input),
    },
    Order: {
      __resolveReference: ({ id }, ctx) => orderIfVisible(ctx, id),
      store: ({ storeId }) => ({ id: storeId }),
      table: ({ tableId }) => reference(tableId),
      diner: ({ dinerId }) => reference(dinerId),
      lines: ({ id }, _, ctx) => linesByOrder(ctx).load(id),
      pricingPlan: ({ plan }) => plan,
      payments: ({ id }, _, ctx) => paymentsByOrder(ctx).load(id),
      delivery: (order, _, ctx) => deliveryIfVisible(ctx, order),
    },
    OrderLine: {
      item: ({ menuItemId }) => reference(menuItemId),
    },
    Payment: {
      __resolveReference: ({ id }, ctx) => paymentIfVisible(ctx, id),
      refunds: ({ id }, _, ctx) => refundsByPayment(ctx).load(id),
    },
    Refund: {
      reason: ({ part }) => part?.reason ?? null,
      lines: ({ part }) => part?.lines ?? null,
      trouble: ({ trouble = null }, _, ctx) => (personOf(ctx.identity).kind === 'diner' ? null : trouble),
    },
    RefundRequest: {
      lines: ({ part }) => part?.lines ?? null,
      amount: ({ part }) => part?.amount ?? null,
    },
    AppliedOffer: {
      promotion: ({ promotionId }) => reference(promotionId),
      coupon: ({ couponId }) => reference(couponId),
    },
    RejectedOffer: {
      promotion: ({ promotionId }) => reference(promotionId),
      coupon: ({ couponId }) => reference(couponId),
    },
    Diner: {
      orders: ({ id }, args, ctx) => ordersOfDiner(ctx, id, args),
    },
    QuoteResult: { __resolveType: (answer) => kindOf(answer, 'Quote') },
    PlaceOrderResult: { __resolveType: (answer) => kindOf(answer, 'Order') },
    PayOrderResult: { __resolveType: (answer) => kindOf(answer, 'Order') },
  };
}

/** The resolvers of internal.graphql. */
export function internalResolvers({ host, placing, paying, cancelling }: Services): InternalResolvers {
  return {
    Query: {
      platformOrder: async (_, { storeId, platform, externalId }, ctx) => {
        const order = await platformOrder(ctx, { storeId, source: platform, externalId });
        return order && standing(order);
      },
    },
    Mutation: {
      takePlatformOrder: async (_, { input }, ctx) =>
        standing(await takePlatformOrder(host, ctx, input, { placing, paying })),
      followPlatformOrder: async (_, { input }, ctx) =>
        standing(await followPlatformOrder(host, ctx, input, cancelling)),
    },
  };
}

/** How a delivery platform's order stands, for who brought it. */
function standing({ id, state, paymentId = null }: Order) {
  return { id, state, paymentId };
}

function reference(id: string | null | undefined): { id: string } | null {
  return id == null ? null : { id };
}

/** A member of a union: named by itself, or the one that is the answer hoped for. */
function kindOf<Hoped extends string>(answer: object, hoped: Hoped) {
  return '__typename' in answer ? (answer.__typename as Hoped) : hoped;
}
