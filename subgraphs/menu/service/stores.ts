import { randomInt } from 'node:crypto';
import { badInput } from '../../../kernel/errors.ts';
import { requireScope } from '../../../kernel/identity.ts';
import { newId } from '../../../kernel/ids.ts';
import { optionalText, whole } from '../../../kernel/input.ts';
import type { Context, Host } from '../../../kernel/module.ts';
import { type Connection, type PageArgs, page } from '../../../kernel/paging.ts';
import type {
  CreateStoreInput,
  CreateTableInput,
  SetTableActiveInput,
  UpdateStoreInput,
} from '../../../schema/types/menu.ts';
import { DiningTable, Store } from '../entities.ts';
import { menuError } from '../errors.ts';
import { currency, hourOfDay, named, openingHours, taxRates, timeZone } from '../validate.ts';
import { bookChanged } from './store-book.ts';
import { insertUnique, unlessTaken } from './unique.ts';

/** Opens a store and answers its id. STORE_NAME_TAKEN. */
export async function createStore(host: Host, ctx: Context, input: CreateStoreInput): Promise<string> {
  requireScope(ctx.identity, 'menu:write');
  const row = {
    name: named(input.name),
    address: optionalText('address', input.address, 200),
    currency: currency(input.currency),
    timeZone: timeZone(input.timeZone),
    pricesIncludeTax: input.pricesIncludeTax,
    taxRates: taxRates(input.taxRates),
    openingHours: openingHours(input.openingHours),
    paused: false,
    businessDayEndsAt: hourOfDay(input.businessDayEndsAt),
  };
  const claim = { mutation: 'createStore', key: input.idempotencyKey, input };
  const { id } = await host.transact(ctx, (tx) =>
    host.once(tx, claim, async () => {
      const id = newId();
      await insertUnique(tx, Store, { id, ...row }, menuError('STORE_NAME_TAKEN'));
      return id;
    }),
  );
  return id;
}

/** Changes what is given of a store; an address of null takes it away. STORE_NOT_FOUND, STORE_NAME_TAKEN. */
export async function updateStore(host: Host, ctx: Context, { id, ...input }: UpdateStoreInput): Promise<string> {
  requireScope(ctx.identity, 'menu:write', id);
  const changes: Partial<Store> = {
    ...(input.name != null && { name: named(input.name) }),
    ...(input.address !== undefined && { address: optionalText('address', input.address, 200) }),
    ...(input.pricesIncludeTax != null && { pricesIncludeTax: input.pricesIncludeTax }),
    ...(input.taxRates && { taxRates: taxRates(input.taxRates) }),
    ...(input.openingHours && { openingHours: openingHours(input.openingHours) }),
    ...(input.paused != null && { paused: input.paused }),
    ...(input.businessDayEndsAt != null && { businessDayEndsAt: hourOfDay(input.businessDayEndsAt) }),
  };
  await host.transact(ctx, async (tx) => {
    const store = await tx.em.findOne(Store, id);
    if (!store) throw menuError('STORE_NOT_FOUND', { id });
    tx.em.assign(store, changes);
    await unlessTaken(menuError('STORE_NAME_TAKEN'), () => tx.em.flush());
    await bookChanged(host, tx, id);
  });
  return id;
}

/** The chain's stores by name, or the one of exactly this name. */
export function listStores(
  ctx: Context,
  { name, ...paging }: PageArgs & { name?: string | null | undefined },
): Promise<Connection<Store>> {
  const read = (limit: number, after: string | null) =>
    ctx.em.find(
      Store,
      { $and: [name == null ? {} : { name }, after === null ? {} : { name: { $gt: after } }] },
      { orderBy: { name: 'asc' }, limit },
    );
  return page(paging, (store) => store.name, read);
}

/** The ids of the chain's stores. */
export async function storeIds({ em }: Context): Promise<string[]> {
  const stores = await em.find(Store, {}, { fields: ['id'], orderBy: { id: 'asc' } });
  return stores.map(({ id }) => id);
}

/** Sets up a table and answers its id. STORE_NOT_FOUND, TABLE_NAME_TAKEN, TABLE_CODE_TAKEN. */
export async function createTable(host: Host, ctx: Context, input: CreateTableInput): Promise<string> {
  const { storeId } = input;
  requireScope(ctx.identity, 'menu:write', storeId);
  const row = {
    storeId,
    name: named(input.name),
    code: tableCode(input.code),
    seats: whole('seats', input.seats, 1, 1_000),
    active: true,
  };
  const claim = { mutation: 'createTable', key: input.idempotencyKey, input };
  const { id } = await host.transact(ctx, (tx) =>
    host.once(tx, claim, async () => {
      if (!(await tx.em.findOne(Store, storeId))) throw menuError('STORE_NOT_FOUND', { id: storeId });
      if (await tx.em.findOne(DiningTable, { code: row.code })) throw menuError('TABLE_CODE_TAKEN');
      const id = newId();
      await insertUnique(tx, DiningTable, { id, ...row }, menuError('TABLE_NAME_TAKEN'));
      return id;
    }),
  );
  return id;
}

/** Takes a table out of service, or back. TABLE_NOT_FOUND. */
export async function setTableActive(host: Host, ctx: Context, { id, active }: SetTableActiveInput): Promise<string> {
  const table = await ctx.em.findOne(DiningTable, id);
  if (!table) throw menuError('TABLE_NOT_FOUND', { id });
  requireScope(ctx.identity, 'menu:write', table.storeId);
  await host.transact(ctx, (tx) => tx.em.nativeUpdate(DiningTable, { id }, { active }));
  return id;
}

/** The table whose sticker carries the code. TABLE_NOT_FOUND. */
export async function tableOfCode(ctx: Context, code: string): Promise<DiningTable> {
  const table = await ctx.em.findOne(DiningTable, { code });
  if (!table) throw menuError('TABLE_NOT_FOUND');
  return table;
}

/** Letters and digits that nobody mistakes for each other. */
const ALPHABET = '23456789abcdefghjkmnpqrstuvwxyz';

function tableCode(given: string | null | undefined): string {
  if (given == null) return Array.from({ length: 12 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
  if (!/^[A-Za-z0-9-]{4,64}$/.test(given)) throw badInput('code', 'has 4 to 64 letters, digits or dashes');
  return given;
}
