import { describe, expect, test } from '@jest/globals';
import { ALL_SIZES, type Ingredient, type Recipe } from '../../subgraphs/inventory/entities.ts';
import { needsOf, type PortionLine, portionsOf, recipeFor, shortagesOf } from '../../subgraphs/inventory/portions.ts';

const recipe = (menuItemId: string, specId: string, takes: Record<string, number>): Recipe => ({
  menuItemId,
  storeId: 'store',
  specId,
  ingredients: Object.entries(takes).map(([stockItemId, quantity]): Ingredient => ({ stockItemId, quantity })),
});
const line = (menuItemId: string, specId: string, quantity: number): PortionLine => ({ menuItemId, specId, quantity });
const stock = (available: Record<string, number>) => new Map(Object.entries(available));

const noodles = recipe('noodles', ALL_SIZES, { flour: 200, beef: 100 });
const large = recipe('noodles', 'large', { flour: 300, beef: 150 });
const pie = recipe('pie', ALL_SIZES, { flour: 500 });
const water = recipe('water', ALL_SIZES, {});
const recipes = [noodles, large, pie, water];

describe('what portions take', () => {
  test('a size has its own recipe, or else the one for all sizes', () => {
    expect(recipeFor(recipes, 'noodles', 'large')).toBe(large);
    expect(recipeFor(recipes, 'noodles', 'small')).toBe(noodles);
    expect(recipeFor(recipes, 'tea', 'pot')).toBeUndefined();
  });

  test('the lines of an order are added up by what they take, in the order of ids', () => {
    const lines = [
      line('pie', 'x', 2),
      line('noodles', 'large', 1),
      line('noodles', 'small', 3),
      line('water', 'x', 9),
    ];
    expect([...needsOf(lines, recipes)]).toEqual([
      ['beef', 450],
      ['flour', 1900],
    ]);
  });

  test('portions are whole, and the scarcest ingredient decides', () => {
    expect(portionsOf(noodles, stock({ flour: 1999, beef: 5000 }))).toBe(9);
    expect(portionsOf(noodles, stock({ flour: 1999, beef: 99 }))).toBe(0);
    expect(portionsOf(noodles, stock({ flour: 1999 }))).toBe(0);
    expect(portionsOf(water, stock({}))).toBeNull();
  });
});

describe('what is lacking', () => {
  test('nothing, when everything is there to the last gram', () => {
    const exact = stock({ flour: 1200, beef: 100 });
    expect(shortagesOf([line('noodles', 's', 1), line('pie', 's', 2)], recipes, exact)).toEqual([]);
  });

  test('dishes that share an ingredient are served in the order of the lines', () => {
    const lines = [line('pie', 's', 2), line('noodles', 's', 2)];
    expect(shortagesOf(lines, recipes, stock({ flour: 1300, beef: 999 }))).toEqual([
      { menuItemId: 'noodles', requested: 2, available: 1 },
    ]);
  });

  test('all sizes of a dish are told of as one', () => {
    const lines = [line('noodles', 'large', 2), line('noodles', 's', 2), line('water', 's', 1000)];
    expect(shortagesOf(lines, recipes, stock({ flour: 800, beef: 999 }))).toEqual([
      { menuItemId: 'noodles', requested: 4, available: 3 },
    ]);
  });
});
