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

function batch<V>(read: (ctx: Context, keys: readonly string[]) => Promise<V[]>) {
  const token = {};
  return (ctx: Context): DataLoader<string, V> => {
    const known = ctx.loaders.get(token) as DataLoader<string, V> | undefined;
    if (known) return known;
    const made = new DataLoader<string, V>((keys) => read(ctx, keys));
    ctx.loaders.set(token, made as DataLoader<string, unknown>);
    return made;
  };
}
