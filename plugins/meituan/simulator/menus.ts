import { need, type Operation } from './operation.ts';
import type { Simulation } from './simulation.ts';
import { ApiError, type SimulatedFood, type SimulatedSku } from './world.ts';

const OK = '"ok"';

/** The dishes of a shop; one that has none yet is opened by its first. */
function shopOf(params: Record<string, string>, { world }: Simulation): Map<string, SimulatedFood> {
  const code = need(params, 'app_poi_code');
  const foods = world.shops.get(code) ?? new Map();
  world.shops.set(code, foods);
  return foods;
}

// biome-ignore lint/suspicious/noExplicitAny: what developers send is looked at field by field
type Sent = any;

function dataOf(params: Record<string, string>): Sent[] {
  let data: unknown;
  try {
    data = JSON.parse(need(params, 'food_data'));
  } catch {
    throw new ApiError(705, 'food_data is no JSON');
  }
  if (!Array.isArray(data) || data.length < 1 || data.length > 200) throw new ApiError(705, 'food_data');
  return data;
}

function textOf(field: string, value: unknown, most: number): string {
  if (typeof value !== 'string' || value.length < 1 || [...value].length > most) throw new ApiError(705, field);
  return value;
}

function priceOf(value: unknown): number {
  const fen = Math.round(Number(value) * 100);
  if (!(fen >= 0)) throw new ApiError(705, 'price');
  return fen;
}

function stockOf(value: unknown): number {
  if (value === '*') return -1;
  if (!/^\d+$/.test(String(value))) throw new ApiError(705, 'stock');
  return Number(value);
}

/** Changes sizes that are there, all or none: 805 for a dish, 1015 for a size that is not. */
function change(params: Record<string, string>, simulation: Simulation, how: (sku: SimulatedSku, sent: Sent) => void) {
  const foods = shopOf(params, simulation);
  const changes = dataOf(params).flatMap(({ app_food_code, skus }) => {
    const food = foods.get(app_food_code);
    if (!food) throw new ApiError(805, 'no such food');
    return skus.map((sent: Sent) => {
      const sku = food.skus.find(({ id }) => id === sent.sku_id);
      if (!sku) throw new ApiError(1015, 'no such sku');
      const changed = { ...sku };
      how(changed, sent);
      return () => Object.assign(sku, changed);
    });
  });
  for (const apply of changes) apply();
  return OK;
}

/** What may be asked of menus, by path. */
export const menuOperations: Record<string, Operation> = {
  'food/batchinitdata': {
    method: 'POST',
    answer(params, simulation) {
      const foods = dataOf(params).map(
        (sent): SimulatedFood => ({
          code: textOf('app_food_code', sent.app_food_code, 128),
          name: textOf('name', sent.name, 100),
          category: textOf('category_name', sent.category_name, 50),
          skus: sent.skus.map((sku: Sent) => ({
            id: textOf('sku_id', sku.sku_id, 128),
            name: textOf('spec', sku.spec, 50),
            price: priceOf(sku.price),
            stock: stockOf(sku.stock),
          })),
        }),
      );
      const shop = shopOf(params, simulation);
      for (const food of foods) shop.set(food.code, food);
      return OK;
    },
  },
  'food/sku/price': {
    method: 'POST',
    answer: (params, simulation) =>
      change(params, simulation, (sku, sent) => {
        sku.price = priceOf(sent.price);
      }),
  },
  'food/sku/stock': {
    method: 'POST',
    answer: (params, simulation) =>
      change(params, simulation, (sku, sent) => {
        sku.stock = stockOf(sent.stock);
      }),
  },
  'food/delete': {
    method: 'GET',
    answer(params, simulation) {
      if (!shopOf(params, simulation).delete(need(params, 'app_food_code'))) throw new ApiError(805, 'no such food');
      return OK;
    },
  },
};
