import { decimalsOf } from '../../kernel/money.ts';
import { type Connection, type Credentials, connect } from '../import/connection.ts';
import type { MenuRow } from '../import/menu.ts';
import { sendMenu } from '../import/send.ts';
import { DEFAULT_PLACE, openStore } from '../import/store.ts';
import type { Day } from './day.ts';
import { hire, type Player, register } from './people.ts';
import { type PublishedTier, recipeKey, type StartingStock } from './played.ts';

/** A store that can sell a day: its menu, its stock and its kitchen. */
export interface Restaurant {
  storeId: string;
  currency: string;
  decimals: number;
  /** Where each size of each dish is on the menu, by `recipeKey`. */
  menu: ReadonlyMap<string, { menuItemId: string; specId: string; categoryId: string }>;
  stock: StartingStock[];
  recipes: ReadonlyMap<string, ReadonlyMap<string, number>>;
  tiers: PublishedTier[];
}

/** A restaurant, and everybody who takes part in a day of it. */
export interface Scene extends Restaurant {
  diners: Player[];
  waiter: Player;
  cook: Player;
}

const DINERS = 20;
/** Grams of dough in the first size; each further size takes as much more. */
const DOUGH = 120;

/** Makes the scene for a day in a new store, through the public graph, as headquarters would. */
export async function setScene(credentials: Credentials, day: Day, date: string, currency: string): Promise<Scene> {
  const headquarters = await connect(credentials);
  const restaurant = await openRestaurant(headquarters, day, `Replay of ${date}`, currency);
  const { storeId } = restaurant;
  return {
    ...restaurant,
    diners: await Promise.all(Array.from({ length: DINERS }, () => register(headquarters.url))),
    waiter: await hire(headquarters, 'WAITER', storeId),
    cook: await hire(headquarters, 'COOK', storeId),
  };
}

/** Opens a new store with what a day sells, and of its stock just as much as that takes. */
export async function openRestaurant(
  headquarters: Connection,
  day: Pick<Day, 'menu' | 'orders'>,
  title: string,
  currency: string,
): Promise<Restaurant> {
  const name = `${title}, ${new Date().toISOString()}`;
  const { id: storeId } = await openStore(headquarters, { ...DEFAULT_PLACE, name, currency });
  await sendMenu(headquarters, storeId, day.menu, () => {});
  const menu = await readMenu(headquarters, storeId);
  const { stock, recipes } = await fillStore(headquarters, storeId, day, menu);
  await openKitchen(headquarters, storeId, menu);
  const { tiers } = await headquarters.ask('{ tiers { threshold earnRate } }');
  return {
    storeId,
    currency,
    decimals: decimalsOf(currency),
    menu,
    stock,
    recipes,
    tiers,
  };
}

async function readMenu(headquarters: Connection, storeId: string): Promise<Restaurant['menu']> {
  const { menu } = await headquarters.ask(
    'query ($id: ID!) { menu(storeId: $id) { categories { category { id } items { id name specs { id name } } } } }',
    { id: storeId },
  );
  type Category = {
    category: { id: string };
    items: { id: string; name: string; specs: { id: string; name: string }[] }[];
  };
  return new Map(
    (menu.categories as Category[]).flatMap(({ category, items }) =>
      items.flatMap(({ id, name, specs }) =>
        specs.map(
          (spec) => [recipeKey(name, spec.name), { menuItemId: id, specId: spec.id, categoryId: category.id }] as const,
        ),
      ),
    ),
  );
}

/** Keeps dough, by grams that grow with the size, and a topping for each category; of each just what the day takes. */
async function fillStore(
  headquarters: Connection,
  storeId: string,
  day: Pick<Day, 'menu' | 'orders'>,
  menu: Restaurant['menu'],
) {
  const sizes = [...new Set(day.menu.map(({ spec }) => spec))].sort();
  const takes = ({ spec, category }: MenuRow) =>
    new Map([
      ['Dough', DOUGH * (sizes.indexOf(spec) + 1)],
      [`Topping: ${category}`, 1],
    ]);
  const taken = new Map(day.menu.map((row) => [recipeKey(row.name, row.spec), takes(row)]));
  const needed = new Map<string, number>();
  for (const { name, spec, quantity } of day.orders.flatMap(({ lines }) => lines))
    for (const [item, amount] of taken.get(recipeKey(name, spec)) ?? [])
      needed.set(item, (needed.get(item) ?? 0) + amount * quantity);

  const stock: StartingStock[] = [];
  for (const [name, onHand] of needed) {
    const unit = name === 'Dough' ? 'GRAM' : 'PIECE';
    const { createStockItem } = await headquarters.ask(
      'mutation ($input: CreateStockItemInput!) { createStockItem(input: $input) { id } }',
      { input: { idempotencyKey: crypto.randomUUID(), storeId, name, unit, onHand } },
    );
    stock.push({ stockItemId: createStockItem.id, name, onHand });
  }
  const idOf = new Map(stock.map(({ name, stockItemId }) => [name, stockItemId]));
  const recipes = new Map<string, ReadonlyMap<string, number>>();
  for (const [key, items] of taken) {
    const recipe = new Map([...items].map(([name, amount]) => [idOf.get(name) ?? '', amount]));
    const { menuItemId, specId } = menu.get(key) ?? {};
    const ingredients = [...recipe].map(([stockItemId, quantity]) => ({ stockItemId, quantity }));
    await headquarters.ask('mutation ($input: SetRecipeInput!) { setRecipe(input: $input) { specId } }', {
      input: { storeId, menuItemId, specId, ingredients },
    });
    recipes.set(key, recipe);
  }
  return { stock, recipes };
}

/** Two stations: one makes the first category, the other all the rest, so that orders fall into several tickets. */
async function openKitchen(headquarters: Connection, storeId: string, menu: Restaurant['menu']): Promise<void> {
  const [first] = [...menu.values()].map(({ categoryId }) => categoryId);
  for (const station of [
    { name: 'Kitchen', isDefault: true },
    { name: 'Second station', categoryIds: first ? [first] : [] },
  ]) {
    await headquarters.ask('mutation ($input: CreateStationInput!) { createStation(input: $input) { id } }', {
      input: { idempotencyKey: crypto.randomUUID(), storeId, ...station },
    });
  }
}
