import type { App } from '../../app.ts';
import { type Counter, counterOf, openRestaurant } from '../../counter.ts';
import { staff } from '../../people.ts';
import { addDish, key, write } from '../../shop.ts';
import { cookWith, diners, type Kept, keep } from '../opening.ts';
import type { FaultWorld } from '../scenario.ts';
import type { Cook } from './cooks.ts';
import type { Diary } from './diary.ts';
import type { Guest, Offer } from './guests.ts';

/** Who takes part, and what there is of what they order. */
export interface Stage {
  counter: Counter;
  guests: Guest[];
  cooks: Cook[];
  stock: Kept[];
  /** The orders that the cooks leave alone. */
  notMine: Set<string>;
}

/** How many of each there are to be. */
export interface Cast {
  guests: number;
  cooks: number;
  /** Portions of what everybody wants. */
  portions: number;
}

/** Coupons of each guest, and what each is worth, in minor units. */
const COUPONS = 4;
const WORTH = 300;
const PLENTY = 100_000;

/** Opens a restaurant with one dish of which there is little, and calls in everybody. `hasty` does not wait for answers. */
export async function setStage(
  world: FaultWorld,
  { app, hasty: hastily }: { app: App; hasty: App },
  diary: Diary,
  cast: Cast,
): Promise<Stage> {
  const restaurant = await openRestaurant(app);
  const { hq, shop, noodles, tea } = restaurant;
  const counter = counterOf(app, restaurant);
  const hasty = counterOf(hastily, restaurant);
  const flour = await keep(app, hq, shop, 'Flour', PLENTY);
  const leaves = await keep(app, hq, shop, 'Tea leaves', PLENTY);
  const ducks = await keep(app, hq, shop, 'Duck', cast.portions);
  const scarce = await addDish(app, hq, shop, 'Roast duck', { Portion: 4_800 });
  // Two stations, so that an order has come as far as both of them have.
  for (const station of [
    { name: 'Wok', isDefault: true },
    { name: 'Bar', dishIds: [tea.dishId] },
  ]) {
    const input = { idempotencyKey: key(), storeId: shop.storeId, ...station };
    await write(app, hq, 'createStation', 'CreateStationInput', input, 'id');
  }
  await cookWith(app, hq, shop, noodles, [flour]);
  await cookWith(app, hq, shop, tea, [leaves]);
  await cookWith(app, hq, shop, scarce, [flour, ducks]);

  const people = await diners(app, cast.guests, 4);
  const coupons = new Map<string, string[]>();
  for (const who of people) {
    const own: string[] = [];
    for (let index = 0; index < COUPONS; index++) own.push(await counter.coupon(who, WORTH));
    coupons.set(who.id, own);
  }
  const offer: Offer = { dishes: [noodles, tea], scarce, coupons };
  const guests = people.map((who, index) => {
    return { who, counter, hasty, offer, diary, random: world.random.fork(`guest ${index}`) };
  });
  const notMine = new Set<string>();
  const cooks: Cook[] = [];
  for (let index = 0; index < cast.cooks; index++) {
    const who = await staff(app, hq, 'COOK', [shop.storeId]);
    const random = world.random.fork(`cook ${index}`);
    cooks.push({ app, who, storeId: shop.storeId, random, diary, notMine });
  }
  return { counter, guests, cooks, stock: [flour, leaves, ducks], notMine };
}
