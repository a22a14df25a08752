import { present } from '../../kernel/loaders.ts';
import type { Host } from '../../kernel/module.ts';
import type { Resolvers } from '../../schema/types/marketing.ts';
import type { Resolvers as InternalResolvers } from '../../schema/types/marketing-internal.ts';
import { couponStateAt, type Diner } from './entities.ts';
import { couponById, promotionById, templateById } from './loaders.ts';
import { couponsOf, issueCoupon, visibleCoupon, voidCoupon } from './service/coupons.ts';
import { holdCoupons, releaseCoupons } from './service/holds.ts';
import { planFor } from './service/plan.ts';
import { createPromotion, endPromotion, listPromotions } from './service/promotions.ts';
import { createTemplate, listTemplates, visibleTemplate } from './service/templates.ts';

/** What is set up once for the process. */
export interface Services {
  host: Host;
}

/** The resolvers of schema.graphql. A write is followed by a fresh read of what it made or changed. */
export function resolvers({ host }: Services): Resolvers {
  return {
    Query: {
      promotions: (_, { storeId = null, ...args }, ctx) => listPromotions(host, ctx, storeId, args),
      couponTemplates: (_, { storeId = null, ...args }, ctx) => listTemplates(ctx, storeId, args),
    },
    Mutation: {
      async createPromotion(_, { input }, ctx) {
        const id = await createPromotion(host, ctx, input);
        return present(promotionById(ctx).load(id));
      },
      async endPromotion(_, { input }, ctx) {
        await endPromotion(host, ctx, input);
        return present(promotionById(ctx).load(input.id));
      },
      async createCouponTemplate(_, { input }, ctx) {
        const id = await createTemplate(host, ctx, input);
        return present(templateById(ctx).load(id));
      },
      async issueCoupon(_, { input }, ctx) {
        const id = await issueCoupon(host, ctx, input);
        return present(couponById(ctx).load(id));
      },
      async voidCoupon(_, { input }, ctx) {
        await voidCoupon(host, ctx, input);
        return present(couponById(ctx).load(input.id));
      },
    },
    Rule: {
      giftItem: (rule) => (rule.kind === 'GIFT' ? { id: rule.giftItemId } : null),
    },
    Promotion: {
      __resolveReference: ({ id }, ctx) => promotionById(ctx).load(id),
      store: ({ storeId }) => storeRef(storeId),
    },
    CouponTemplate: {
      __resolveReference: ({ id }, ctx) => visibleTemplate(ctx, id),
      store: ({ storeId }) => storeRef(storeId),
    },
    Coupon: {
      __resolveReference: ({ id }, ctx) => visibleCoupon(ctx, id),
      template: ({ templateId }, _, ctx) => present(templateById(ctx).load(templateId)),
      diner: ({ dinerId }): Diner => ({ id: dinerId }),
      state: (coupon) => couponStateAt(coupon, host.clock.now()),
    },
    Diner: {
      coupons: ({ id }, { states = null, ...args }, ctx) => couponsOf(host, ctx, id, states, args),
    },
  };
}

/** The resolvers of internal.graphql. */
export function internalResolvers({ host }: Services): InternalResolvers {
  return {
    Query: {
      planPrices: (_, { input }, ctx) => planFor(host, ctx, input),
    },
    Mutation: {
      holdCoupons: (_, request, ctx) => holdCoupons(host, ctx, request),
      async releaseCoupons(_, { orderId }, ctx) {
        await releaseCoupons(host, ctx, orderId);
        return true;
      },
    },
  };
}

function storeRef(id: string | null) {
  return id === null ? null : { id };
}
