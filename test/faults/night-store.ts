import type { App } from '../app.ts';
import { openRestaurant, type Restaurant } from '../counter.ts';
import { addDish, key, type ListedDish, openShop } from '../shop.ts';
import { cookWith, type Kept, keep } from './opening.ts';

/** A store whose business day ends at night. */
export interface NightStore {
  restaurant: Restaurant;
  /** A dish of which there is more than anybody can order, and one that many fight for. */
  plenty: ListedDish;
  scarce: ListedDish;
  /** What both are made of. */
  stock: Kept[];
}

/** The hour at which its business day ends, in China, where no clock is ever put back. */
export const DAY_ENDS_AT = 4;

/** How many portions there are of the scarce dish. */
const SCARCE = 20;

/** Opens it. */
export async function openNightStore(app: App): Promise<NightStore> {
  const restaurant = await openRestaurant(app);
  const { hq } = restaurant;
  const rules = { timeZone: 'Asia/Shanghai', businessDayEndsAt: DAY_ENDS_AT };
  const shop = await openShop(app, hq, `Night store ${key()}`, rules);
  const plenty = await addDish(app, hq, shop, 'Bowl', { Regular: 1500 });
  const scarce = await addDish(app, hq, shop, 'Duck', { Regular: 4800 });
  const stock = [await keep(app, hq, shop, 'Bowl', 100_000), await keep(app, hq, shop, 'Duck', SCARCE)];
  await cookWith(app, hq, shop, plenty, stock.slice(0, 1));
  await cookWith(app, hq, shop, scarce, stock.slice(1));
  return { restaurant: { ...restaurant, shop }, plenty, scarce, stock };
}
