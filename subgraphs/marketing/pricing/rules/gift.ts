import { text } from '../../../../kernel/input.ts';
import type { Kind } from '../kind.ts';
import { LONGEST_ID } from '../limits.ts';

/** One portion of a dish for nothing. It lowers no line: whoever asks for the plan adds the portion to the order. */
export const gift: Kind<'GIFT'> = {
  fields: ['giftItemId', 'giftSpecId'],
  read: ({ giftItemId, giftSpecId }) => ({
    giftItemId: text('rule.giftItemId', giftItemId ?? '', 1, LONGEST_ID),
    giftSpecId: text('rule.giftSpecId', giftSpecId ?? '', 1, LONGEST_ID),
  }),
  give: ({ giftItemId, giftSpecId }, goods) => ({
    shares: goods.map(() => 0),
    gift: { menuItemId: giftItemId, specId: giftSpecId, quantity: 1 },
  }),
  tell: () => 'A gift',
};
