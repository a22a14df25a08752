import { HOUR, MINUTE, SECOND } from '../../kernel/clock.ts';
import { ensureRow } from '../../kernel/database/insert-new.ts';
import type { Context, Transaction } from '../../kernel/module.ts';
import { PushedDish, ShopMenu, type ShownDish } from './entities.ts';
import { changesOf, dishesOf, type Pushing, pushingOf } from './menu-changes.ts';
import type { MeituanHost, Platform } from './platform.ts';
import { forShops, type Shop } from './shops.ts';

/** How often a menu is compared when nobody has said that it changed, in ms: dayparts begin and end by themselves. */
const COMPARED = 2 * MINUTE;
/** How often all of it is pushed, as if nothing had been before, in ms. */
const WHOLE = 12 * HOUR;
/** How long after a push that came to nothing it is tried again, in ms. */
const AGAIN = 5 * SECOND;
/** How long Meituan's refusal of a dish is taken as final, in ms. */
const REFUSED = MINUTE;
/** Meituan's code for a dish that it does not have. */
const NO_SUCH_FOOD = 805;

/** Notes that a store's menu, or for null every store's, may not be any more what Meituan shows. */
export async function menuIsDue(host: MeituanHost, tx: Transaction, storeId: string | null): Promise<void> {
  const dueAt = host.clock.now();
  if (storeId !== null) await ensureRow(tx, ShopMenu, { storeId, code: '', dueAt, wholeAt: 0 });
  await tx.em.nativeUpdate(ShopMenu, storeId === null ? {} : { storeId }, { dueAt });
}

/** Pushes what has changed of the menus that are due, of joined stores: dishes, prices, and what there is none of. */
export async function pushMenus(platform: Platform, { em }: Context): Promise<void> {
  const { host, shops } = platform;
  const now = host.clock.now();
  const joined = await shops.all();
  const known = new Map((await em.find(ShopMenu, {})).map((menu) => [menu.storeId, menu]));
  // What is due that far in the future was put off before the clock went back.
  const isDue = ({ dueAt }: ShopMenu) => dueAt <= now || dueAt > now + COMPARED;
  const due = joined.filter((shop) => {
    const menu = known.get(shop.storeId);
    return !menu || menu.code !== shop.code || isDue(menu);
  });
  await forShops(due, (shop) => pushMenu(platform, shop, known.get(shop.storeId)));
}

async function pushMenu(platform: Platform, shop: Shop, menu: ShopMenu | undefined): Promise<void> {
  const { host } = platform;
  const { storeId, code } = shop;
  const now = host.clock.now();
  const isWhole = menu?.code !== code || now - menu.wholeAt > WHOLE;
  // Taken as done before it is begun, so that what changes meanwhile makes it due again.
  await host.transact(host.context(), async (tx) => {
    await ensureRow(tx, ShopMenu, { storeId, code, dueAt: 0, wholeAt: 0 });
    await tx.em.nativeUpdate(ShopMenu, { storeId }, { code, dueAt: now + COMPARED, ...(isWhole && { wholeAt: now }) });
    if (isWhole) await tx.em.nativeDelete(PushedDish, { storeId });
  });
  try {
    const pushed = await host.context().em.find(PushedDish, { storeId });
    const before = new Map(pushed.map(({ menuItemId, dish }): [string, ShownDish] => [menuItemId, dish]));
    for (const change of changesOf(before, await dishesOf(host, storeId)))
      await push(platform, shop, pushingOf(change));
  } catch (error) {
    host.log.warn({ error, storeId }, 'a menu has not been pushed to Meituan yet');
    await dueAgain(host, storeId, AGAIN);
  }
}

/** Pushes one change, and keeps what Meituan shows since. Throws when that is not certain. */
async function push(
  platform: Platform,
  { storeId, code }: Shop,
  { method, path, params, dishes, gone }: Pushing,
): Promise<void> {
  const { host, client } = platform;
  const answer = await client.call({ method, path, params: { app_poi_code: code, ...params } });
  // What is to go has gone before; what is to be altered is pushed whole at the next look.
  const isUnknown = !answer.ok && answer.code === NO_SUCH_FOOD;
  const forgotten = [...(answer.ok || isUnknown ? gone : []), ...(isUnknown ? dishes.keys() : [])];
  await host.transact(host.context(), async (tx) => {
    await tx.em.nativeDelete(PushedDish, { storeId, menuItemId: { $in: forgotten } });
    if (answer.ok) for (const [id, dish] of dishes) await tx.em.upsert(PushedDish, { storeId, menuItemId: id, dish });
  });
  if (answer.ok || (isUnknown && dishes.size === 0)) return;
  host.log.error({ storeId, path, ...answer, alarm: true }, 'Meituan has refused a part of a menu');
  await dueAgain(host, storeId, REFUSED);
}

/** Has a menu looked at again after some time, unless it is sooner. */
async function dueAgain(host: MeituanHost, storeId: string, after: number): Promise<void> {
  const dueAt = host.clock.now() + after;
  await host.transact(host.context(), (tx) =>
    tx.em.nativeUpdate(ShopMenu, { storeId, dueAt: { $gt: dueAt } }, { dueAt }),
  );
}
