import type { PriceLinesQuery } from '../../../schema/types/orders-asks-menu.ts';
import type { OrderLine } from '../entities.ts';
import { lineAmounts } from '../pricing.ts';

/** A cart as menu prices it. */
export type MenuAnswer = PriceLinesQuery['priceLines'];

/** What of a line is not menu's to say. */
type Given = Pick<OrderLine, 'quantity' | 'discount' | 'note' | 'gift'> & { grams?: number | null };

/** A line as menu prices it, with its quantity, discount and note: what it comes to, tax included. */
export function orderLine(
  id: string,
  line: MenuAnswer['lines'][number],
  store: MenuAnswer['store'],
  { quantity, grams = null, discount, note, gift }: Given,
): OrderLine {
  const { menuItemId, specId, name, specName, unitPrice, taxBasisPoints } = line;
  return {
    id,
    menuItemId,
    specId,
    name,
    specName,
    modifiers: [...line.modifiers],
    parts: [...line.parts],
    unitPrice,
    quantity,
    grams,
    ...lineAmounts({ unitPrice, quantity, discount, taxBasisPoints }, store.pricesIncludeTax),
    taxBasisPoints,
    gift,
    note,
  };
}
