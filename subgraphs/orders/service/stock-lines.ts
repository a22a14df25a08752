import type { HoldLineInput, HoldStockMutation } from '../../../schema/types/orders-asks-inventory.ts';
import type { Rejection } from '../entities.ts';

/** Why there is too little of something, as the client is told. */
export type OutOfStock = Extract<Rejection, { __typename: 'OutOfStock' }>;

/** How many portions of what: a line as it is priced or as it is kept. Of what is sold by weight, a portion is a gram. */
export interface Portions {
  menuItemId?: string | null | undefined;
  specId?: string | null | undefined;
  quantity: number;
  grams?: number | null | undefined;
  parts: readonly { menuItemId: string | null; specId: string }[];
}

/**
 * What lines take, by dish and size: each part, and a combo itself, whose box or tray may have stock of its own. A part
 * that the store does not list by itself has no stock.
 */
export function stockLines(lines: readonly Portions[]): HoldLineInput[] {
  const taken = new Map<string, HoldLineInput>();
  for (const { quantity: portions, grams, parts, ...whole } of lines) {
    const quantity = grams ?? portions;
    const combo = parts.every(({ menuItemId }) => menuItemId !== whole.menuItemId);
    for (const { menuItemId, specId } of combo ? [whole, ...parts] : parts) {
      if (!menuItemId || !specId) continue;
      const key = `${menuItemId} ${specId}`;
      taken.set(key, { menuItemId, specId, quantity: quantity + (taken.get(key)?.quantity ?? 0) });
    }
  }
  return [...taken.values()];
}

/** Inventory's answer as the client is told. */
export function outOfStock(shortages: HoldStockMutation['holdStock']['shortages']): OutOfStock {
  return {
    __typename: 'OutOfStock',
    shortages: shortages.map(({ menuItemId, ...amounts }) => ({ item: { id: menuItemId }, ...amounts })),
  };
}
