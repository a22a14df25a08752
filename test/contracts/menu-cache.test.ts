import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { boot, type Running } from '../../kernel/boot.ts';
import { type Cache, localCache } from '../../kernel/cache.ts';
import { systemClock } from '../../kernel/clock.ts';
import type { StaffIdentity } from '../../kernel/identity.ts';
import { localChannel } from '../../kernel/live/live.ts';
import { createLog } from '../../kernel/log.ts';
import { menu } from '../../subgraphs/menu/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'dinegraph-menus-'));
const hq: StaffIdentity = { kind: 'staff', id: 'hq', scopes: ['menu:write', 'menu:sold-out'], stores: 'all' };
const opened: Running[] = [];
const MENU = `query ($storeId: ID!) { menu(storeId: $storeId, channel: DINE_IN) {
  store { name } categories { items { id soldOut specs { id price(channel: DINE_IN) } } }
} }`;

/** A process that hosts menu, on the database of the others, with a cache. */
async function replica(cache: Cache) {
  const storage = { kind: 'sqlite', folder } as const;
  const log = createLog('silent');
  const clock = systemClock;
  const running = await boot({
    modules: [menu],
    storage,
    environment: {},
    clock,
    log,
    live: localChannel(),
    cache,
  });
  opened.push(running);
  const executor = running.modules.get('menu')?.executor;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it selected
  const ask = async (query: string, variables: Record<string, unknown>): Promise<any> => {
    const { data, errors } = (await executor?.execute({ query, variables, identity: hq })) ?? {};
    if (errors) throw new Error(errors[0]?.message);
    return data;
  };
  return {
    async write(field: string, type: string, input: object) {
      return (await ask(`mutation ($input: ${type}!) { ${field}(input: $input) { id } }`, { input }))[field].id;
    },
    /** Whether the one dish is sold out, and what it costs. */
    async see(storeId: string) {
      const { store, categories } = (await ask(MENU, { storeId })).menu;
      const [item] = categories[0].items;
      return { store: store.name, soldOut: item.soldOut, price: item.specs[0].price, item };
    },
  };
}

let here: Awaited<ReturnType<typeof replica>>;
let there: Awaited<ReturnType<typeof replica>>;
let storeId: string;
let menuItemId: string;
const shared = localCache(systemClock);

beforeAll(async () => {
  here = await replica(shared);
  there = await replica(localCache(systemClock));
  const key = () => ({ idempotencyKey: crypto.randomUUID() });
  storeId = await here.write('createStore', 'CreateStoreInput', { ...key(), name: 'Harbour' });
  const categoryId = await here.write('createCategory', 'CreateCategoryInput', {
    ...key(),
    name: 'Noodles',
    position: 0,
  });
  const dish = { ...key(), name: 'Noodles', categoryId, specs: [{ name: 'Bowl', price: 1000 }] };
  const dishId = await here.write('createDish', 'CreateDishInput', dish);
  menuItemId = await here.write('listDish', 'ListDishInput', { ...key(), storeId, dishId });
});
afterAll(async () => {
  await Promise.all(opened.map((running) => running.stop()));
  rmSync(folder, { recursive: true });
});

test('what another process changes is in the next answer, though our cache could not be told', async () => {
  const { item } = await here.see(storeId);
  await there.write('setSoldOut', 'SetSoldOutInput', { menuItemId, soldOut: true });
  expect(await here.see(storeId)).toMatchObject({ soldOut: true, price: 1000 });
  await there.write('setPrice', 'SetPriceInput', { menuItemId, specId: item.specs[0].id, price: 1300 });
  expect(await here.see(storeId)).toMatchObject({ soldOut: true, price: 1300 });
  await there.write('updateStore', 'UpdateStoreInput', { id: storeId, name: 'Old harbour' });
  expect(await here.see(storeId)).toMatchObject({ store: 'Old harbour' });
  await there.write('setSoldOut', 'SetSoldOutInput', { menuItemId, soldOut: false });
  expect(await here.see(storeId)).toMatchObject({ soldOut: false });
});

test('a reader that keeps old rows after the change deceives nobody', async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const slow = await replica({
    ...shared,
    get: async () => undefined,
    async put(key, value, ttl) {
      await held;
      await shared.put(key, value, ttl);
    },
  });
  const reading = slow.see(storeId);
  await there.write('setSoldOut', 'SetSoldOutInput', { menuItemId, soldOut: true });
  expect(await here.see(storeId)).toMatchObject({ soldOut: true });
  release();
  await reading;
  expect(await here.see(storeId)).toMatchObject({ soldOut: true });
});

test('a menu that nobody has changed is not read from its tables again', async () => {
  let puts = 0;
  const counting = await replica({
    ...shared,
    async put(key, value, ttl) {
      puts += 1;
      await shared.put(key, value, ttl);
    },
  });
  await counting.see(storeId);
  const after = puts;
  await counting.see(storeId);
  await here.see(storeId);
  expect(puts).toBe(after);
});
