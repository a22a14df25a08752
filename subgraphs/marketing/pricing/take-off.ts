import { allocate } from '../../../kernel/money.ts';
import type { Good } from './offer.ts';

/** What offers have left of some goods, in minor units. */
export function leftOf(goods: readonly Good[]): number {
  return goods.reduce((sum, { left }) => sum + left, 0);
}

/**
 * Spreads an amount, or as much of it as is left, over goods in proportion to what is left of each, to the minor unit.
 * No share is larger than what is left of its line: the largest remainder rounds up only what is below a whole unit.
 */
export function takeOff(amount: number, goods: readonly Good[]): number[] {
  return allocate(
    Math.min(amount, leftOf(goods)),
    goods.map(({ left }) => left),
  );
}
