import { loader } from '../../kernel/loaders.ts';
import { Coupon, CouponTemplate, Promotion } from './entities.ts';

/** Promotions by id. */
export const promotionById = loader(
  (ctx, ids) => ctx.em.find(Promotion, { id: [...ids] }),
  ({ id }) => id,
);

/** Coupon templates by id. */
export const templateById = loader(
  (ctx, ids) => ctx.em.find(CouponTemplate, { id: [...ids] }),
  ({ id }) => id,
);

/** Coupons by id, whoever they belong to. */
export const couponById = loader(
  (ctx, ids) => ctx.em.find(Coupon, { id: [...ids] }),
  ({ id }) => id,
);
