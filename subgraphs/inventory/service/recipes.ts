import { badInput } from '../../../kernel/errors.ts';
import { UNVERSIONED } from '../../../kernel/events/events.ts';
import { hasScope, requirePerson, requireScope } from '../../../kernel/identity.ts';
import { list, whole } from '../../../kernel/input.ts';
import type { Context, Host } from '../../../kernel/module.ts';
import type { SetRecipeInput } from '../../../schema/types/inventory.ts';
import { StoreOfItemDocument } from '../../../schema/types/inventory-asks-menu.ts';
import { ALL_SIZES, Recipe, StockItem } from '../entities.ts';
import { inventoryError } from '../errors.ts';
import { recipesByMenuItem, stockItemById } from '../loaders.ts';
import { portionsOf, recipeFor } from '../portions.ts';

const MOST_INGREDIENTS = 100;
const MOST_OF_ONE = 1_000_000;

/** Sets what a portion takes at a store. Throws MENU_ITEM_NOT_FOUND for a dish that the store does not list, STOCK_ITEM_NOT_FOUND for an ingredient that it does not keep. */
export async function setRecipe(host: Host, ctx: Context, input: SetRecipeInput): Promise<Recipe> {
  const { storeId, menuItemId } = input;
  requireScope(ctx.identity, 'stock:write', storeId);
  const specId = input.specId ?? ALL_SIZES;
  for (const [field, id] of Object.entries({ menuItemId, specId }))
    if (id.length > 100) throw badInput(field, 'is no id');
  list('ingredients', input.ingredients, 0, MOST_INGREDIENTS);
  const ids = new Set(input.ingredients.map(({ stockItemId }) => stockItemId));
  if (ids.size < input.ingredients.length) throw badInput('ingredients', 'names something twice');
  const ingredients = input.ingredients.map(({ stockItemId, quantity }, index) => ({
    stockItemId,
    quantity: whole(`ingredients.${index}.quantity`, quantity, 1, MOST_OF_ONE),
  }));
  const { storeOfItem } = await host.ask(ctx, 'menu', StoreOfItemDocument, { menuItemId });
  if (storeOfItem !== storeId) throw inventoryError('MENU_ITEM_NOT_FOUND', { menuItemId });
  await host.transact(ctx, async (tx) => {
    const kept = await tx.em.find(StockItem, { id: { $in: [...ids] }, storeId });
    const unknown = ids.difference(new Set(kept.map(({ id }) => id)));
    if (unknown.size > 0) throw inventoryError('STOCK_ITEM_NOT_FOUND', { stockItemIds: [...unknown] });
    for (const { stockItemId, quantity } of ingredients)
      await tx.em.nativeUpdate(
        StockItem,
        { id: stockItemId, largestPortion: { $lt: quantity } },
        { largestPortion: quantity },
      );
    await tx.em.upsert(Recipe, { menuItemId, storeId, specId, ingredients });
    // It may take of something else now, of which there is none, or enough.
    const subject = { aggregate: `stock of ${storeId}`, version: UNVERSIONED };
    await host.emit(tx, 'stock.portions-changed', subject, { storeId, menuItemIds: [menuItemId] });
  });
  return ctx.em.findOneOrFail(Recipe, { menuItemId, storeId, specId });
}

/** A dish's recipes at the stores where whoever asks has stock:read; FORBIDDEN when all are elsewhere. */
export async function recipesOf(ctx: Context, menuItemId: string): Promise<Recipe[]> {
  requirePerson(ctx.identity);
  const recipes = await recipesByMenuItem(ctx).load(menuItemId);
  const visible = recipes.filter(({ storeId }) => hasScope(ctx.identity, 'stock:read', storeId));
  if (recipes[0] && visible.length === 0) requireScope(ctx.identity, 'stock:read', recipes[0].storeId);
  return visible;
}

/**
 * How many portions of a dish the stock of its store allows; null is no limit. Without a size: of the size that has the
 * most left.
 */
export async function portionsLeft(
  ctx: Context,
  { menuItemId, storeId, specId }: { menuItemId: string; storeId: string; specId: string | null },
): Promise<number | null> {
  const all = await recipesByMenuItem(ctx).load(menuItemId);
  const here = all.filter((recipe) => recipe.storeId === storeId);
  const own = specId === null ? undefined : recipeFor(here, menuItemId, specId);
  const asked = specId === null ? here : own ? [own] : [];
  const ids = new Set(asked.flatMap(({ ingredients }) => ingredients.map(({ stockItemId }) => stockItemId)));
  const items = await Promise.all([...ids].map((id) => stockItemById(ctx).load(id)));
  const available = new Map(items.flatMap((item) => (item ? [[item.id, item.onHand - item.reserved] as const] : [])));
  const portions = asked.map((recipe) => portionsOf(recipe, available));
  return portions.length === 0 || portions.includes(null) ? null : Math.max(...portions.map(Number));
}
