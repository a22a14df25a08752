import { ALL_SIZES, type Recipe } from './entities.ts';

/** So many portions of a dish in a size. */
export interface PortionLine {
  menuItemId: string;
  specId: string;
  quantity: number;
}

/** A dish of which less can be had than was asked for. */
export interface Shortage {
  menuItemId: string;
  /** Portions asked for, in all sizes together. */
  requested: number;
  /** Portions that can be had, when the lines before have had theirs. */
  available: number;
}

/** The recipe that a size of a dish is made by: its own, or the one for all sizes; undefined is no limit. */
export function recipeFor(recipes: readonly Recipe[], menuItemId: string, specId: string): Recipe | undefined {
  const ofDish = recipes.filter((recipe) => recipe.menuItemId === menuItemId);
  return ofDish.find((recipe) => recipe.specId === specId) ?? ofDish.find((recipe) => recipe.specId === ALL_SIZES);
}

/** What all the lines together take, by stock item, in the order of the items' ids. */
export function needsOf(lines: readonly PortionLine[], recipes: readonly Recipe[]): Map<string, number> {
  const needs = new Map<string, number>();
  for (const { menuItemId, specId, quantity } of lines) {
    for (const ingredient of recipeFor(recipes, menuItemId, specId)?.ingredients ?? []) {
      const { stockItemId } = ingredient;
      needs.set(stockItemId, (needs.get(stockItemId) ?? 0) + ingredient.quantity * quantity);
    }
  }
  return new Map([...needs].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** How many portions a recipe makes of what is available; null is no limit. */
export function portionsOf(recipe: Recipe, available: ReadonlyMap<string, number>): number | null {
  if (recipe.ingredients.length === 0) return null;
  return Math.min(
    ...recipe.ingredients.map(({ stockItemId, quantity }) => Math.floor((available.get(stockItemId) ?? 0) / quantity)),
  );
}

/** The dishes that can be had in a size after a change of what is available and could not before, or the other way. */
export function crossedBy(
  recipes: readonly Recipe[],
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
): string[] {
  const isThere = (recipe: Recipe, available: ReadonlyMap<string, number>) => portionsOf(recipe, available) !== 0;
  const crossed = recipes.filter((recipe) => isThere(recipe, before) !== isThere(recipe, after));
  return [...new Set(crossed.map(({ menuItemId }) => menuItemId))];
}

/**
 * What lines ask for beyond what is available. Each line in turn takes as many portions as the lines before it left, so
 * an order cut down to what is available can be had.
 */
export function shortagesOf(
  lines: readonly PortionLine[],
  recipes: readonly Recipe[],
  available: ReadonlyMap<string, number>,
): Shortage[] {
  const left = new Map(available);
  const byDish = new Map<string, Shortage>();
  for (const { menuItemId, specId, quantity } of lines) {
    const recipe = recipeFor(recipes, menuItemId, specId);
    const granted = Math.min(quantity, (recipe && portionsOf(recipe, left)) ?? quantity);
    for (const { stockItemId, quantity: each } of recipe?.ingredients ?? [])
      left.set(stockItemId, (left.get(stockItemId) ?? 0) - granted * each);
    const dish = byDish.get(menuItemId) ?? { menuItemId, requested: 0, available: 0 };
    byDish.set(menuItemId, dish);
    dish.requested += quantity;
    dish.available += granted;
  }
  return [...byDish.values()].filter(({ requested, available }) => available < requested);
}
