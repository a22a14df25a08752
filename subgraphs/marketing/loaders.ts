import { rowBy } from '../../kernel/loaders.ts';
import { Coupon, CouponTemplate, Promotion } from './entities.ts';

/** Promotions by id. */
export const promotionById = rowBy(Promotion, 'id');

/** Coupon templates by id. */
export const templateById = rowBy(CouponTemplate, 'id');

/** Coupons by id, whoever they belong to. */
export const couponById = rowBy(Coupon, 'id');
