import { UNVERSIONED } from '../../../kernel/events/events.ts';
import type { Host, Transaction } from '../../../kernel/module.ts';
import { Recipe, StockItem } from '../entities.ts';
import { crossedBy } from '../portions.ts';

/**
 * Says which dishes have come to their last portion, or back from it, by a change of what is available that was just made:
 * by stock item, above 0 for more. Most changes come nowhere near, and cost no more than a look at the items.
 */
export async function announcePortions(
  host: Host,
  tx: Transaction,
  changes: ReadonlyMap<string, number>,
): Promise<void> {
  const items = await tx.em.find(StockItem, { id: { $in: [...changes.keys()] } }, { refresh: true });
  const after = new Map(items.map(({ id, onHand, reserved }) => [id, onHand - reserved]));
  const before = new Map([...after].map(([id, available]) => [id, available - (changes.get(id) ?? 0)]));
  const near = items.filter(
    ({ id, largestPortion }) => Math.min(before.get(id) ?? 0, after.get(id) ?? 0) < largestPortion,
  );
  const [{ storeId } = { storeId: '' }] = near;
  if (!storeId) return;
  const ids = new Set(near.map(({ id }) => id));
  const recipes = (await tx.em.find(Recipe, { storeId })).filter(({ ingredients }) =>
    ingredients.some(({ stockItemId }) => ids.has(stockItemId)),
  );
  // What else a dish takes decides as well, whether it was changed or not.
  const others = recipes.flatMap(({ ingredients }) => ingredients.map(({ stockItemId }) => stockItemId));
  for (const { id, onHand, reserved } of await tx.em.find(StockItem, { id: { $in: others } })) {
    if (after.has(id)) continue;
    after.set(id, onHand - reserved);
    before.set(id, onHand - reserved);
  }
  const menuItemIds = crossedBy(recipes, before, after);
  if (menuItemIds.length === 0) return;
  const subject = { aggregate: `stock of ${storeId}`, version: UNVERSIONED };
  await host.emit(tx, 'stock.portions-changed', subject, { storeId, menuItemIds });
}
