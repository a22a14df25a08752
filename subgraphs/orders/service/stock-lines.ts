import type { HoldStockMutation, HoldStockMutationVariables } from '../../../schema/types/orders-asks-inventory.ts';
import type { Rejection } from '../entities.ts';

/** Why there is too little of something, as the client is told. */
export type OutOfStock = Extract<Rejection, { __typename: 'OutOfStock' }>;

/** How many portions of what: a line as it is priced or as it is kept. */
interface Portions {
  quantity: number;
  parts: readonly { menuItemId: string | null; specId: string }[];
}

/** What lines take, by dish and size; a part that the store does not list by itself has no stock. */
export function stockLines(lines: readonly Portions[]): HoldStockMutationVariables['lines'] {
  const taken = new Map<string, { menuItemId: string; specId: string; quantity: number }>();
  for (const { parts, quantity } of lines) {
    for (const { menuItemId, specId } of parts) {
      if (!menuItemId) continue;
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
