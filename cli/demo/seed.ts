import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type GraphClient, GraphFailure, graphClient } from '../client.ts';
import type { Product } from '../product.ts';
import { categories, dayparts, dishes, modifierGroups, products, setMeal, stock, supplier } from './menu.ts';
import { demoDiner, demoPeople } from './people.ts';
import { setPrinters } from './printers.ts';

/** What a visitor needs to know of the demonstration. */
export interface Demo {
  storeId: string;
  tableCode: string;
}

const STORE = '人民广场店 People’s Square';
const TABLE_CODE = 'DEMO-A1';

/**
 * Makes the demonstration where there is none yet, through the public graph, as headquarters would. Each write has a key
 * of its own, so a start that was cut off is finished by the next one. A note in the data folder, where there is one,
 * saves the next start the way.
 */
export async function ensureDemo(product: Product, dataDir: string | undefined): Promise<Demo> {
  const done = dataDir && join(dataDir, 'demo.json');
  const known = done && existsSync(done) && readDemo(done);
  if (known) return known;
  const { name, pin } = demoPeople.headquarters;
  await product.ensureHeadquarters(name, pin);
  const client = graphClient(product.url);
  const demo = await seed(client, await signIn(client, name, pin));
  if (done) writeFileSync(done, `${JSON.stringify(demo)}\n`);
  return demo;
}

/** What an earlier start noted; null when it cannot be read, and then the demonstration is gone through again. */
function readDemo(file: string): Demo | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Demo;
  } catch {
    return null;
  }
}

/** Makes a code that pairs a new kitchen screen with the demonstration's store: good for ten minutes and one use. */
export async function pairingCode(product: Product, { storeId }: Demo): Promise<string> {
  const client = graphClient(product.url);
  const { name, pin } = demoPeople.manager;
  const { createPairing } = await client.ask(
    'mutation ($input: CreatePairingInput!) { createPairing(input: $input) { code } }',
    { input: { idempotencyKey: randomUUID(), storeId, name: 'Kitchen screen' } },
    await signIn(client, name, pin),
  );
  return createPairing.code;
}

/** Signs staff in; answers the access token. */
async function signIn(client: GraphClient, name: string, pin: string): Promise<string> {
  const { signInStaff } = await client.ask(
    'mutation ($input: SignInStaffInput!) { signInStaff(input: $input) { accessToken } }',
    { input: { name, pin } },
  );
  return signInStaff.accessToken;
}

/** One mutation; those that take a key get one of the demonstration's own. */
// biome-ignore lint/suspicious/noExplicitAny: whoever writes reads what it selected
type Write = (field: string, type: string, key: string | null, input: object, select: string) => Promise<any>;

/** The supplier and what it sells, where there is a way to it: its plug-in may be left out. */
async function supply(write: Write, stockIds: ReadonlyMap<string, string>): Promise<void> {
  const known = await write('createSupplier', 'CreateSupplierInput', supplier.account, supplier, 'id').catch(
    (error: unknown) => {
      if (error instanceof GraphFailure && error.code === 'SUPPLIER_UNREACHABLE') return null;
      throw error;
    },
  );
  for (const [stockItem, product] of Object.entries(known ? products : {})) {
    const input = { supplierId: known.id, stockItemId: stockIds.get(stockItem), ...product };
    await write('setSupplierProduct', 'SetSupplierProductInput', null, input, 'id');
  }
}

async function seed(client: GraphClient, token: string): Promise<Demo> {
  const write: Write = async (field, type, key, input, select) => {
    const keyed = key === null ? input : { idempotencyKey: `demo ${field} ${key}`, ...input };
    const data = await client.ask(
      `mutation ($input: ${type}!) { ${field}(input: $input) { ${select} } }`,
      { input: keyed },
      token,
    );
    return data[field];
  };

  const store = await write(
    'createStore',
    'CreateStoreInput',
    STORE,
    { name: STORE, address: '上海市黄浦区人民大道 1 号' },
    'id',
  );
  const storeId: string = store.id;
  for (const [name, seats, code] of [
    ['A1', 4, TABLE_CODE],
    ['A2', 4, 'DEMO-A2'],
    ['B1', 8, 'DEMO-B1'],
  ] as const)
    await write('createTable', 'CreateTableInput', name, { storeId, name, seats, code }, 'id');
  // Hashing a PIN takes its time by design, and goes on beside the rest.
  const staffed = Promise.all(
    [demoPeople.manager, demoPeople.waiter, demoPeople.cook].map(({ name, pin, role }) =>
      write('createStaff', 'CreateStaffInput', name, { name, pin, role, storeIds: [storeId] }, 'id'),
    ),
  );

  const categoryIds = new Map<string, string>();
  for (const [position, name] of categories.entries())
    categoryIds.set(name, (await write('createCategory', 'CreateCategoryInput', name, { name, position }, 'id')).id);
  const daypartIds = new Map<string, string>();
  for (const [key, input] of Object.entries(dayparts))
    daypartIds.set(key, (await write('createDaypart', 'CreateDaypartInput', key, input, 'id')).id);
  const groupIds = new Map<string, string>();
  for (const [key, input] of Object.entries(modifierGroups))
    groupIds.set(key, (await write('createModifierGroup', 'CreateModifierGroupInput', key, input, 'id')).id);
  const stockIds = new Map<string, string>();
  for (const [key, input] of Object.entries(stock))
    stockIds.set(key, (await write('createStockItem', 'CreateStockItemInput', key, { storeId, ...input }, 'id')).id);

  await supply(write, stockIds);

  const listed = new Map<string, { dishId: string; menuItemId: string; specs: Map<string, string> }>();
  for (const [key, dish] of Object.entries(dishes)) {
    const { id, specs } = await write(
      'createDish',
      'CreateDishInput',
      key,
      {
        name: dish.name,
        description: dish.description,
        categoryId: categoryIds.get(dish.category),
        specs: Object.entries(dish.specs).map(([name, price]) => ({ name, price, perGrams: dish.perGrams })),
        modifierGroupIds: (dish.groups ?? []).map((group) => groupIds.get(group)),
        daypartIds: (dish.dayparts ?? []).map((daypart) => daypartIds.get(daypart)),
        tags: dish.tags ?? [],
      },
      'id specs { id name }',
    );
    const item = await write('listDish', 'ListDishInput', key, { storeId, dishId: id }, 'id');
    const specIds = new Map<string, string>(specs.map((spec: { id: string; name: string }) => [spec.name, spec.id]));
    listed.set(key, { dishId: id, menuItemId: item.id, specs: specIds });
    for (const [spec, recipe] of Object.entries(dish.recipe ?? {})) {
      const ingredients = Object.entries(recipe).map(([stockItem, quantity]) => ({
        stockItemId: stockIds.get(stockItem),
        quantity,
      }));
      const input = { storeId, menuItemId: item.id, specId: specIds.get(spec), ingredients };
      await write('setRecipe', 'SetRecipeInput', null, input, 'specId');
    }
  }

  const meal = await write(
    'createDish',
    'CreateDishInput',
    'set meal',
    {
      name: setMeal.name,
      categoryId: categoryIds.get(setMeal.category),
      specs: [{ name: setMeal.spec, price: setMeal.price }],
      comboSlots: setMeal.slots.map(({ name, options }) => ({
        name,
        options: options.map(({ dish, spec, extra }) => ({
          dishId: listed.get(dish)?.dishId,
          specId: listed.get(dish)?.specs.get(spec),
          extra,
        })),
      })),
    },
    'id',
  );
  await write('listDish', 'ListDishInput', 'set meal', { storeId, dishId: meal.id }, 'id');

  const drinks = categoryIds.get('饮品 Drinks');
  const hot = await write(
    'createStation',
    'CreateStationInput',
    'hot',
    { storeId, name: '热厨 Hot kitchen', isDefault: true },
    'id',
  );
  const ofBar = { storeId, name: '水吧 Bar', categoryIds: [drinks] };
  const bar = await write('createStation', 'CreateStationInput', 'bar', ofBar, 'id');
  await setPrinters(write, storeId, hot.id, bar.id);
  const counter = { storeId, name: '前台秤 Scale at the counter', driver: 'serial', address: 'simulator' };
  // Where the simulator was switched off, the demonstration has no scale.
  await write('setScale', 'SetScaleInput', 'counter', counter, 'id').catch(() => {});

  await write(
    'createPromotion',
    'CreatePromotionInput',
    '50-8',
    { name: '满50减8 8 off from 50', rule: { kind: 'AMOUNT_OFF', threshold: 5000, amount: 800 }, storeId },
    'id',
  );
  await write(
    'createPromotion',
    'CreatePromotionInput',
    'second half',
    {
      name: '奶茶第二杯半价 Second milk tea at half price',
      rule: { kind: 'SECOND_HALF_PRICE', dishIds: [listed.get('milkTea')?.dishId] },
      storeId,
      priority: 50,
    },
    'id',
  );
  const template = await write(
    'createCouponTemplate',
    'CreateCouponTemplateInput',
    'welcome',
    { name: '新客立减5元 5 off to welcome you', rule: { kind: 'AMOUNT_OFF', threshold: 2000, amount: 500 } },
    'id',
  );
  const dinerId = await registerDiner(client);
  for (const turn of [1, 2, 3])
    await write('issueCoupon', 'IssueCouponInput', String(turn), { templateId: template.id, dinerId }, 'id');
  await staffed;
  return { storeId, tableCode: TABLE_CODE };
}

/** Registers the demonstration's diner, with the consents that the first answer asks for; answers the id. */
async function registerDiner(client: GraphClient): Promise<string> {
  const signIn = (consents: object[]) =>
    client.ask(
      `mutation ($input: SignInDinerInput!) { signInDiner(input: $input) {
        ... on Session { me { ... on Diner { id } } } ... on ConsentRequired { purposes version } } }`,
      { input: { provider: 'demo', ...demoDiner, consents } },
    );
  const { signInDiner: asked } = await signIn([]);
  if (asked.me) return asked.me.id;
  const consents = asked.purposes.map((purpose: string) => ({ purpose, version: asked.version, granted: true }));
  return (await signIn(consents)).signInDiner.me.id;
}
