import type { PriceLinesQuery } from '../../../schema/types/orders-asks-menu.ts';
import type { OrderLine } from '../entities.ts';
import { lineAmounts } from '../pricing.ts';

/** A cart as menu prices it. */
export type MenuAnswer = PriceLinesQuery['priceLines'];

/** A line as menu prices it, with its quantity, discount and note: what it comes to, tax included. */
export function orderLine(
  id: string,
  line: MenuAnswer['lines'][number],
  store: MenuAnswer['store'],
  { quantity, discount, note, gift }: Pick<OrderLine, 'quantity' | 'discount' | 'note' | 'gift'>,
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
    ...lineAmounts({ unitPrice, quantity, discount, taxBasisPoints }, store.pricesIncludeTax),
    taxBasisPoints,
    gift,
    note,
  };
}
