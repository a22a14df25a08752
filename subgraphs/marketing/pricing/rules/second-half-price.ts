import type { Kind } from '../kind.ts';
import type { Good } from '../offer.ts';
import { leftOf, takeOff } from '../take-off.ts';

/**
 * Every second portion of the same item at the same price for half of what a portion still costs, the discount rounded
 * down to the minor unit. Lines of the same item count together, so it does not matter how a diner put them in.
 */
export const secondHalfPrice: Kind<'SECOND_HALF_PRICE'> = {
  fields: [],
  read: () => ({}),
  give(_, goods) {
    const alike = Map.groupBy(goods, ({ menuItemId, unitPrice }) => `${menuItemId} ${unitPrice}`);
    const shares = new Map<Good, number>();
    let pairs = 0;
    for (const portions of alike.values()) {
      const quantity = portions.reduce((sum, good) => sum + good.quantity, 0);
      const seconds = Math.floor(quantity / 2);
      const half = Math.floor(Math.floor(leftOf(portions) / quantity) / 2);
      takeOff(seconds * half, portions).forEach((share, index) => {
        shares.set(portions[index]!, share);
      });
      pairs += seconds;
    }
    if (pairs === 0) return { code: 'NO_ELIGIBLE_ITEM', reason: 'It takes two portions of the same item.' };
    return { shares: goods.map((good) => shares.get(good) ?? 0) };
  },
  tell: () => 'Every second portion at half price',
};
