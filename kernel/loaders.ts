import type { EntityName, FilterQuery, QueryOrderMap } from '@mikro-orm/core';
import DataLoader from 'dataloader';
import type { Context } from './context.ts';

/**
 * Declares a batch: within one unit of work the keys asked for in the same tick are read together.
 * `byKey` reads the rows of many keys; what it does not return is null.
 * `const dishById = loader((ctx, ids) => ctx.em.find(Dish, { id: ids }), (dish) => dish.id)`, then `dishById(ctx).load(id)`.
 */
export function loader<V>(
  read: (ctx: Context, keys: readonly string[]) => Promise<V[]>,
  keyOf: (value: V) => string,
): (ctx: Context) => DataLoader<string, V | null> {
  return batch(async (ctx, keys) => {
    const found = new Map((await read(ctx, keys)).map((value) => [keyOf(value), value]));
    return keys.map((key) => found.get(key) ?? null);
  });
}

/** Like `loader`, for keys that have many rows each: `linesByOrder(ctx).load(orderId)` is a list. */
export function listLoader<V>(
  read: (ctx: Context, keys: readonly string[]) => Promise<V[]>,
  keyOf: (value: V) => string,
): (ctx: Context) => DataLoader<string, V[]> {
  return batch(async (ctx, keys) => {
    const found = Map.groupBy(await read(ctx, keys), keyOf);
    return keys.map((key) => found.get(key) ?? []);
  });
}

/** Loads a table's one row of each key: `rowBy(Dish, 'id')`. */
export function rowBy<E extends Record<K, string>, K extends string>(entity: EntityName<E>, key: K) {
  return loader<E>(
    (ctx, keys) => ctx.em.find(entity, amongKeys(key, keys)),
    (row) => row[key],
  );
}

/** Loads a table's rows of each key in an order: `rowsBy(OrderLine, 'orderId', { position: 'asc' })`. */
export function rowsBy<E extends Record<K, string>, K extends string>(
  entity: EntityName<E>,
  key: K,
  orderBy: QueryOrderMap<E>,
) {
  return listLoader<E>(
    (ctx, keys) => ctx.em.find(entity, amongKeys(key, keys), { orderBy }),
    (row) => row[key],
  );
}

/** The compiler cannot see that a condition on one of an entity's own keys is a condition on the entity. */
function amongKeys<E>(key: string, keys: readonly string[]) {
  return { [key]: { $in: keys } } as FilterQuery<E>;
}

/** A row that must be there, because it was just written or another row refers to it. */
export async function present<V>(row: Promise<V | null>): Promise<V> {
  const found = await row;
  if (found === null) throw new Error('a row that must be there is not');
  return found;
}

function batch<V>(read: (ctx: Context, keys: readonly string[]) => Promise<V[]>) {
  const token = {};
  return (ctx: Context): DataLoader<string, V> => {
    const known = ctx.loaders.get(token) as DataLoader<string, V> | undefined;
    if (known) return known;
    // Whoever refers to a row may say a number; MySQL would find a number in every text that begins with it.
    const made = new DataLoader<string, V>((keys) => read(ctx, keys.map(String)));
    ctx.loaders.set(token, made as DataLoader<string, unknown>);
    return made;
  };
}
