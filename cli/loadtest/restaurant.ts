import type { LunchPlan } from '../../loadtest/plan.ts';
import { demoPeople } from '../demo/people.ts';
import { connect } from '../import/connection.ts';
import type { MenuRow } from '../import/menu.ts';
import { openRestaurant, type Restaurant } from '../replay/scene.ts';

const DISHES: [category: string, name: string, small: number, large: number][] = [
  ['Noodles', 'Beef noodles', 2_600, 3_200],
  ['Noodles', 'Noodles with minced pork', 1_800, 2_200],
  ['Noodles', 'Cold noodles with sesame', 1_500, 1_900],
  ['Dishes', 'Mapo tofu', 1_990, 2_690],
  ['Dishes', 'Kung pao chicken', 2_890, 3_690],
  ['Dishes', 'Tomatoes with egg', 1_690, 2_190],
  ['Snacks', 'Dumplings, pan-fried', 1_250, 1_899],
  ['Snacks', 'Smashed cucumber', 805, 1_205],
  ['Drinks', 'Soy milk', 605, 805],
  ['Drinks', 'Plum juice', 750, 999],
];
const TABLES = 20;
const CURRENCY = 'CNY';
/** Portions of each size of each dish: more than any lunch takes. */
const PORTIONS = 50_000;
const PIN = '314159';

/** A restaurant that is open for lunch, and what k6 has to know of it. */
export interface OpenRestaurant {
  restaurant: Restaurant;
  plan: Pick<LunchPlan, 'url' | 'storeId' | 'tables' | 'cook' | 'diners'>;
}

/** Opens a restaurant with its menu, stock, tables and cook, through the public graph, as headquarters would. */
export async function openForLunch(url: string): Promise<OpenRestaurant> {
  const { name: staff, pin } = demoPeople.headquarters;
  const headquarters = await connect({ url, staff, pin });
  const restaurant = await openRestaurant(headquarters, everyDish(), 'Lunch', CURRENCY);
  const { storeId } = restaurant;
  const tables: string[] = [];
  for (let number = 1; number <= TABLES; number++) {
    const { createTable } = await headquarters.ask(
      'mutation ($input: CreateTableInput!) { createTable(input: $input) { code } }',
      { input: { idempotencyKey: crypto.randomUUID(), storeId, name: `T${number}` } },
    );
    tables.push(createTable.code);
  }
  const cook = { name: `Lunch cook ${crypto.randomUUID()}`, pin: PIN };
  await headquarters.ask('mutation ($input: CreateStaffInput!) { createStaff(input: $input) { id } }', {
    input: { idempotencyKey: crypto.randomUUID(), ...cook, role: 'COOK', storeIds: [storeId] },
  });
  const diners = `Lunch ${crypto.randomUUID().slice(0, 8)}`;
  return { restaurant, plan: { url, storeId, tables, cook, diners } };
}

function everyDish() {
  const menu: MenuRow[] = DISHES.flatMap(([category, name, small, large], row) => [
    { row: 2 * row, category, name, spec: 'Small', price: small },
    { row: 2 * row + 1, category, name, spec: 'Large', price: large },
  ]);
  const lines = menu.map(({ name, spec, price }) => ({ name, spec, quantity: PORTIONS, unitPrice: price }));
  return { menu, orders: [{ externalId: 'lunch', channel: 'DINE_IN' as const, lines }] };
}
