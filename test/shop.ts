import type { App } from './app.ts';
import { headquarters, type Person, staff } from './people.ts';

/** A key that no other write of the test has. */
export const key = (): string => crypto.randomUUID();

/** Runs a mutation of one input as somebody: `await write(app, hq, 'createStore', 'CreateStoreInput', { ... }, 'id')`. */
export async function write(
  app: App,
  who: Person,
  field: string,
  type: string,
  input: object,
  select: string,
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it selected
): Promise<any> {
  const data = await app.ask(
    `mutation ($input: ${type}!) { ${field}(input: $input) { ${select} } }`,
    { input },
    who.token,
  );
  return data[field];
}

/** A dish as it stands on a store's menu. */
export interface ListedDish {
  dishId: string;
  menuItemId: string;
  /** Spec ids by name. */
  specs: Record<string, string>;
}

/** An open store with a table and nothing on its menu yet. */
export interface Shop {
  storeId: string;
  tableCode: string;
  categoryId: string;
}

/** A chain of two stores, the first with its manager. */
export interface Chain {
  hq: Person;
  store: string;
  other: string;
  manager: Person;
}

/** Opens two stores, and takes a manager on for the first. */
export async function openChain(app: App): Promise<Chain> {
  const hq = await headquarters(app);
  const [{ storeId: store }, { storeId: other }] = await Promise.all([openShop(app, hq), openShop(app, hq)]);
  return { hq, store, other, manager: await staff(app, hq, 'MANAGER', [store]) };
}

/** Opens a store with one table and one category. Its prices contain 6 % tax. */
export async function openShop(app: App, hq: Person, name = `Store ${key()}`, input: object = {}): Promise<Shop> {
  const store = await write(
    app,
    hq,
    'createStore',
    'CreateStoreInput',
    { idempotencyKey: key(), name, ...input },
    'id',
  );
  const table = await write(
    app,
    hq,
    'createTable',
    'CreateTableInput',
    { idempotencyKey: key(), storeId: store.id, name: 'A1' },
    'code',
  );
  const category = await write(
    app,
    hq,
    'createCategory',
    'CreateCategoryInput',
    { idempotencyKey: key(), name: `Noodles ${key()}` },
    'id',
  );
  return { storeId: store.id, tableCode: table.code, categoryId: category.id };
}

/** What a dish may have besides its prices. */
interface MoreOfDish {
  modifierGroupIds?: string[];
  comboSlots?: object[];
  daypartIds?: string[];
  tags?: string[];
  /** What the prices are for, where it is sold by weight. */
  perGrams?: number;
}

/** Puts a new dish on a shop's menu; prices in fen by spec. */
export async function addDish(
  app: App,
  hq: Person,
  shop: Shop,
  name: string,
  prices: Record<string, number>,
  { perGrams, ...more }: MoreOfDish = {},
): Promise<ListedDish> {
  const specs = Object.entries(prices).map(([spec, price]) => ({ name: spec, price, perGrams }));
  const dish = await write(
    app,
    hq,
    'createDish',
    'CreateDishInput',
    { idempotencyKey: key(), name, categoryId: shop.categoryId, specs, ...more },
    'id specs { id name }',
  );
  const item = await write(
    app,
    hq,
    'listDish',
    'ListDishInput',
    { idempotencyKey: key(), storeId: shop.storeId, dishId: dish.id },
    'id',
  );
  return {
    dishId: dish.id,
    menuItemId: item.id,
    specs: Object.fromEntries(dish.specs.map((spec: { id: string; name: string }) => [spec.name, spec.id])),
  };
}
