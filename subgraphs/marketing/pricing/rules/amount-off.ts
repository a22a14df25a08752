import { badInput } from '../../../../kernel/errors.ts';
import { whole } from '../../../../kernel/input.ts';
import type { Kind } from '../kind.ts';
import { MOST_MONEY } from '../limits.ts';
import { takeOff } from '../take-off.ts';

/** An amount off. It may not pass its own threshold, or a cart just above it would be cheaper than one just below. */
export const amountOff: Kind<'AMOUNT_OFF'> = {
  fields: ['amount'],
  read({ amount, threshold = 0 }) {
    const off = whole('rule.amount', amount ?? 0, 1, MOST_MONEY);
    if (threshold > 0 && threshold < off) throw badInput('rule.amount', 'is not above the threshold');
    return { amount: off };
  },
  give: ({ amount }, goods) => ({ shares: takeOff(amount, goods) }),
  tell: ({ amount }, say) => `${say(amount)} off`,
};
