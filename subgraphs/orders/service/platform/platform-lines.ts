import { allocate } from '../../../../kernel/money.ts';
import type { SoldLinesQuery } from '../../../../schema/types/orders-asks-menu.ts';
import type { OrderLine } from '../../entities.ts';
import { lineAmounts } from '../../pricing.ts';

/** A line as a delivery platform has sold it; the price is of a portion, in minor units. */
export interface PlatformLine {
  menuItemId: string;
  specId: string;
  name: string;
  /** Null where the platform does not say; then it is called as menu calls it. */
  specName: string | null;
  quantity: number;
  unitPrice: number;
  note: string | null;
}

/** What a delivery platform has sold: lines, what it took beside them, and what was paid for all of it. */
export interface PlatformSale {
  lines: readonly PlatformLine[];
  /** Such as for boxes, and for the way. */
  fees: readonly { name: string; amount: number }[];
  total: number;
}

/**
 * A platform's sale as lines of an order: dishes, then fees. What it took off is shared among all lines, so that they add
 * up to what was paid, tax included; fees bear the tax of the first dish. `sold` is what menu knows of each dish.
 */
export function platformLines(
  { lines, fees, total }: PlatformSale,
  sold: SoldLinesQuery['soldLines'],
): Omit<OrderLine, 'id'>[] {
  const taxBasisPoints = sold.find((line) => line !== null)?.taxBasisPoints ?? 0;
  const all = [
    ...lines.map((line, index) => {
      const known = sold[index];
      const specName = line.specName ?? known?.specName ?? '';
      return {
        ...line,
        specName,
        taxBasisPoints: known?.taxBasisPoints ?? taxBasisPoints,
        parts: known ? [known] : [],
      };
    }),
    ...fees.map(({ name, amount }) => ({
      name,
      unitPrice: amount,
      quantity: 1,
      taxBasisPoints,
      parts: [],
      menuItemId: null,
      specId: null,
      specName: '',
      note: null,
    })),
  ];
  const subtotals = all.map(({ unitPrice, quantity }) => unitPrice * quantity);
  const discounts = allocate(subtotals.reduce((sum, amount) => sum + amount, 0) - total, subtotals);
  return all.map(({ parts, ...line }, index) => ({
    ...line,
    ...lineAmounts({ ...line, discount: discounts[index] ?? 0 }, true),
    parts: parts.map(({ menuItemId, dishId, categoryId, specId, name, specName }) => ({
      menuItemId,
      dishId,
      categoryId,
      specId,
      name,
      specName,
    })),
    modifiers: [],
    grams: null,
    gift: false,
  }));
}
