import { type Check, differ, sum, type Tables } from '../../../cli/replay/check/tables.ts';
import type { Played } from '../scenario.ts';
import { WATCH } from '../watch.ts';
import { type LineRow, linesOf, type OrderRow, ordersOf } from './orders.ts';

interface ItemRow {
  id: string;
  name: string;
  on_hand: number;
  reserved: number;
}

interface ReservationRow {
  order_id: string;
  state: string;
}

interface TakenRow {
  order_id: string;
  stock_item_id: string;
  quantity: number;
}

interface MoveRow {
  stock_item_id: string;
  kind: string;
  quantity: number;
  order_id: string | null;
}

interface RecipeRow {
  menu_item_id: string;
  store_id: string;
  spec_id: string;
  ingredients: string;
}

/** Stock is what there was, less what was sold, less what is held; and only orders that are open hold any. */
export const checkStock: Check<Played> = async function* (tables, { stock }) {
  const items = await tables.rows<ItemRow>('inventory', 'select * from stock_item');
  const reservations = await tables.rows<ReservationRow>('inventory', 'select * from reservation');
  const taken = await tables.rows<TakenRow>('inventory', 'select * from reservation_line');
  const moves = await tables.rows<MoveRow>('inventory', 'select * from stock_move');
  const stateOf = new Map(reservations.map(({ order_id, state }) => [order_id, state]));
  const initial = new Map(stock.map(({ stockItemId, onHand }) => [stockItemId, onHand]));

  yield* checkReservations(tables, stateOf, taken);
  for (const { id, name, on_hand, reserved } of items) {
    const own = taken.filter(({ stock_item_id }) => stock_item_id === id);
    const inState = (state: string) =>
      sum(own, ({ order_id, quantity }) => (stateOf.get(order_id) === state ? quantity : 0));
    const ofItem = moves.filter(({ stock_item_id }) => stock_item_id === id);
    const byHand = sum(ofItem, ({ order_id, quantity }) => (order_id === null ? quantity : 0));
    const before = initial.get(id) ?? byHand;
    yield* differ(`stock of ${name}: ${before} less what was sold`, before - inState('COMMITTED'), on_hand);
    yield* differ(`stock of ${name}, reserved for orders`, inState('HELD'), reserved);
    yield* differ(
      `stock of ${name}, sum of its moves`,
      on_hand,
      sum(ofItem, ({ quantity }) => quantity),
    );
    if (on_hand < 0 || reserved < 0 || reserved > on_hand)
      yield `stock of ${name} is ${on_hand} with ${reserved} reserved: it was oversold`;
    yield* checkMoves(name, ofItem, new Map(own.map((row) => [row.order_id, row.quantity])), stateOf);
  }
};

/** What each order holds is what its state and its lines say. */
async function* checkReservations(tables: Tables, stateOf: ReadonlyMap<string, string>, taken: readonly TakenRow[]) {
  const orders = await ordersOf(tables);
  const lines = await linesOf(tables);
  const recipes = await tables.rows<RecipeRow>('inventory', 'select * from recipe');
  const kept = await keptByKitchen(tables);
  const takenOf = Map.groupBy(taken, ({ order_id }) => order_id);
  const known = new Set(orders.map(({ id }) => id));
  for (const [id, state] of stateOf)
    if (!known.has(id) && state !== 'RELEASED') yield `stock is ${state} for order ${id}, which is not there`;

  for (const order of orders) {
    const wanted = reservationOf(order, kept);
    const found = stateOf.get(order.id) ?? 'RELEASED';
    if (wanted) yield* differ(`order ${order.id} (${order.state}), its stock`, wanted, found);
    if (wanted !== 'HELD' && wanted !== 'COMMITTED') continue;
    const needs = needsOf(order, lines.get(order.id) ?? [], recipes);
    const holds = new Map((takenOf.get(order.id) ?? []).map((row) => [row.stock_item_id, row.quantity]));
    for (const item of new Set([...needs.keys(), ...holds.keys()]))
      yield* differ(`order ${order.id}, what it takes of ${item}`, needs.get(item) ?? 0, holds.get(item) ?? 0);
  }
}

/** The orders that were cancelled when the kitchen had begun: what they took is not in stock again. */
async function keptByKitchen(tables: Tables): Promise<ReadonlySet<string>> {
  const cancelled = await tables.rows<{ aggregate: string; payload: string }>(
    WATCH,
    "select aggregate, payload from emitted where name = 'order.cancelled'",
  );
  return new Set(
    cancelled.flatMap(({ aggregate, payload }) => {
      const { wasPaid, restock } = JSON.parse(payload) as { wasPaid: boolean; restock: boolean };
      return wasPaid && !restock ? [aggregate] : [];
    }),
  );
}

/** In what state the stock of an order must be; nothing while the order is still being placed. */
function reservationOf({ id, state }: OrderRow, kept: ReadonlySet<string>): string | undefined {
  if (state === 'PLACING') return undefined;
  if (state === 'AWAITING_PAYMENT') return 'HELD';
  if (['REJECTED', 'EXPIRED', 'CANCELLED'].includes(state)) return kept.has(id) ? 'COMMITTED' : 'RELEASED';
  return 'COMMITTED';
}

/** What lines take of each stock item: by the parts of each, and by a combo itself. */
function needsOf({ store_id }: OrderRow, lines: readonly LineRow[], recipes: readonly RecipeRow[]) {
  const needs = new Map<string, number>();
  type Part = { menuItemId: string | null; specId: string };
  for (const { menu_item_id, spec_id, quantity, parts: text } of lines) {
    const parts = JSON.parse(text) as Part[];
    const combo = parts.every(({ menuItemId }) => menuItemId !== menu_item_id);
    for (const { menuItemId, specId } of combo ? [{ menuItemId: menu_item_id, specId: spec_id }, ...parts] : parts) {
      const here = recipes.filter((row) => row.store_id === store_id && row.menu_item_id === menuItemId);
      const recipe = here.find((row) => row.spec_id === specId) ?? here.find((row) => row.spec_id === '');
      type Ingredient = { stockItemId: string; quantity: number };
      for (const ingredient of recipe ? (JSON.parse(recipe.ingredients) as Ingredient[]) : [])
        needs.set(ingredient.stockItemId, (needs.get(ingredient.stockItemId) ?? 0) + ingredient.quantity * quantity);
    }
  }
  return needs;
}

/** An order that was sold is in the ledger once, and once more when it came back. */
function* checkMoves(
  name: string,
  moves: readonly MoveRow[],
  quantities: ReadonlyMap<string, number>,
  stateOf: ReadonlyMap<string, string>,
) {
  const ofOrders = moves.filter(({ order_id }) => order_id !== null);
  for (const [id, own] of Map.groupBy(ofOrders, ({ order_id }) => order_id as string)) {
    const sold = own.filter(({ kind }) => kind === 'SOLD').length;
    const returned = own.filter(({ kind }) => kind === 'RETURNED').length;
    yield* differ(`order ${id}, times that ${name} was sold for it`, 1, sold);
    yield* differ(
      `order ${id}, times that ${name} came back from it`,
      stateOf.get(id) === 'RELEASED' ? 1 : 0,
      returned,
    );
    for (const { quantity } of own)
      yield* differ(`order ${id}, how much of ${name} was moved`, quantities.get(id), Math.abs(quantity));
  }
}
