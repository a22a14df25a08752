import { whole } from '../../../../kernel/input.ts';
import { share } from '../../../../kernel/money.ts';
import type { Kind } from '../kind.ts';
import { MOST_MONEY } from '../limits.ts';
import { leftOf, takeOff } from '../take-off.ts';

/** A percentage off what the goods still cost, rounded half up to the minor unit, with an optional cap. */
export const percentOff: Kind<'PERCENT_OFF'> = {
  fields: ['percent', 'maxDiscount'],
  read: ({ percent, maxDiscount }) => ({
    percent: whole('rule.percent', percent ?? 0, 1, 100),
    maxDiscount: maxDiscount == null ? null : whole('rule.maxDiscount', maxDiscount, 1, MOST_MONEY),
  }),
  give({ percent, maxDiscount }, goods) {
    const off = share(leftOf(goods), percent * 100);
    return { shares: takeOff(Math.min(off, maxDiscount ?? off), goods) };
  },
  tell: ({ percent, maxDiscount }, say) =>
    `${percent}% off${maxDiscount === null ? '' : `, at most ${say(maxDiscount)}`}`,
};
