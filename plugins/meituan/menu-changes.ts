import { PortionsDocument } from '../../schema/types/meituan-asks-inventory.ts';
import { ListingDocument } from '../../schema/types/meituan-asks-menu.ts';
import type { ShownDish } from './entities.ts';
import { yuanOf } from './fen.ts';
import type { MeituanHost } from './platform.ts';

/** Dishes by the ids of their menu items. */
export type Dishes = ReadonlyMap<string, ShownDish>;

/** How many dishes one call brings. */
const MOST = 100;
/** How many dishes inventory is asked about at once. */
const ASKED = 1_000;

/** What a store sells by delivery at this moment. A combo is put together by the diner, which nobody can over there. */
export async function dishesOf(host: MeituanHost, storeId: string): Promise<Dishes> {
  const ctx = host.context();
  const { listing } = await host.ask(ctx, 'menu', ListingDocument, { storeId });
  const items = (listing ?? []).filter(({ isCombo }) => !isCombo);
  const sizes = items.flatMap(({ menuItemId, specs }) => specs.map(({ id }) => ({ menuItemId, specId: id })));
  const left = new Map<string, number | null>();
  for (let start = 0; start < sizes.length; start += ASKED) {
    const dishes = sizes.slice(start, start + ASKED);
    const { portions } = await host.ask(ctx, 'inventory', PortionsDocument, { storeId, dishes });
    for (const [index, { menuItemId, specId }] of dishes.entries())
      left.set(`${menuItemId} ${specId}`, portions[index] ?? null);
  }
  return new Map(
    items.map(({ menuItemId, name, description, category, available, specs }): [string, ShownDish] => [
      menuItemId,
      {
        name,
        description: description ?? '',
        category,
        sizes: specs.map(({ id, name: size, price }) => {
          return { id, name: size, price, isThere: available && left.get(`${menuItemId} ${id}`) !== 0 };
        }),
      },
    ]),
  );
}

/** What is new to Meituan: so many dishes of one sort of change, as they are now. */
export interface Change {
  what: 'dish' | 'price' | 'stock' | 'gone';
  dishes: Dishes;
}

/** What of `after` Meituan does not show yet, by what it has to be told; what there is none of comes first. */
export function changesOf(before: Dishes, after: Dishes): Change[] {
  const sorts: Record<Change['what'], [string, ShownDish][]> = { stock: [], price: [], dish: [], gone: [] };
  for (const [id, dish] of after) {
    const known = before.get(id);
    const { sizes } = dish;
    const face = ({ name, description, category, sizes }: ShownDish) =>
      JSON.stringify([name, description, category, sizes.map((size) => [size.id, size.name])]);
    if (!known || face(known) !== face(dish)) sorts.dish.push([id, dish]);
    else {
      const differs = (what: 'price' | 'isThere') =>
        sizes.some((size, index) => size[what] !== known.sizes[index]?.[what]);
      if (differs('isThere')) sorts.stock.push([id, dish]);
      if (differs('price')) sorts.price.push([id, dish]);
    }
  }
  for (const [id, dish] of before) if (!after.has(id)) sorts.gone.push([id, dish]);
  return Object.entries(sorts).flatMap(([what, entries]) => {
    const most = what === 'gone' ? 1 : MOST;
    const calls = Math.ceil(entries.length / most);
    return Array.from({ length: calls }, (_, index) => {
      return { what: what as Change['what'], dishes: new Map(entries.slice(index * most, (index + 1) * most)) };
    });
  });
}

/** A call that tells Meituan of a change, and what it shows afterwards. */
export interface Pushing {
  method: 'GET' | 'POST';
  path: string;
  params: Record<string, string>;
  dishes: Dishes;
  gone: readonly string[];
}

/** No limit, and none at all, as Meituan writes them: how many portions there are changes with every order elsewhere. */
const stock = (isThere: boolean) => (isThere ? '*' : '0');

/** How a change is told; dishes go by our ids, so that orders come with them. */
export function pushingOf({ what, dishes }: Change): Pushing {
  const entries = [...dishes];
  const skus = (of: (size: ShownDish['sizes'][number]) => object) =>
    JSON.stringify(
      entries.map(([app_food_code, { sizes }]) => ({
        app_food_code,
        skus: sizes.map((size) => ({ sku_id: size.id, ...of(size) })),
      })),
    );
  switch (what) {
    case 'gone':
      return {
        method: 'GET',
        path: 'food/delete',
        params: { app_food_code: entries[0]?.[0] ?? '' },
        dishes: new Map(),
        gone: entries.map(([id]) => id),
      };
    case 'stock': {
      const food_data = skus(({ isThere }) => ({ stock: stock(isThere) }));
      return { method: 'POST', path: 'food/sku/stock', params: { food_data }, dishes, gone: [] };
    }
    case 'price': {
      const food_data = skus(({ price }) => ({ price: yuanOf(price) }));
      return { method: 'POST', path: 'food/sku/price', params: { food_data }, dishes, gone: [] };
    }
    case 'dish':
      return { method: 'POST', path: 'food/batchinitdata', params: { food_data: wholeOf(entries) }, dishes, gone: [] };
  }
}

function wholeOf(entries: readonly [string, ShownDish][]): string {
  return JSON.stringify(
    entries.map(([app_food_code, { name, description, category, sizes }]) => ({
      app_food_code,
      name,
      description,
      category_name: category,
      price: yuanOf(sizes[0]?.price ?? 0),
      min_order_count: 1,
      unit: '份',
      box_num: 0,
      box_price: 0,
      is_sold_out: 0,
      skus: sizes.map(({ id, name: spec, price, isThere }) => {
        return { sku_id: id, spec, price: yuanOf(price), stock: stock(isThere) };
      }),
    })),
  );
}
