import { type Played, type PlayedOrder, recipeKey } from '../played.ts';
import { type Check, differ, sum } from './tables.ts';

interface StockRow {
  id: string;
  name: string;
  on_hand: number;
  reserved: number;
}

interface MoveRow {
  stock_item_id: string;
  kind: string;
  quantity: number;
  on_hand: number;
  order_id: string | null;
}

/** Stock: down by the recipes of what was sold, nothing reserved any more, and a ledger that adds up to it. */
export const checkStock: Check<Played> = async function* (tables, played) {
  const items = await tables.rows<StockRow>('inventory', 'select * from stock_item where store_id = ?', played.storeId);
  const moves = await tables.rows<MoveRow>(
    'inventory',
    'select * from stock_move where stock_item_id in (select id from stock_item where store_id = ?) order by id',
    played.storeId,
  );
  type ReservationRow = { order_id: string; state: string };
  const reservations = await tables.rows<ReservationRow>('inventory', 'select order_id, state from reservation');
  const states = new Map(reservations.map(({ order_id, state }) => [order_id, state]));
  const byId = new Map(items.map((item) => [item.id, item]));
  const movesOf = Map.groupBy(moves, ({ stock_item_id }) => stock_item_id);

  for (const { orderId, externalId, unpaid } of played.orders)
    yield* differ(`order ${externalId} (${orderId}), reservation`, unpaid ? 'HELD' : 'COMMITTED', states.get(orderId));

  for (const { stockItemId, name, onHand } of played.stock) {
    const item = byId.get(stockItemId);
    const own = movesOf.get(stockItemId) ?? [];
    const wanted = played.orders.map((order) => [order, taken(order, played, stockItemId)] as const);
    const sold = wanted.map(([order, quantity]) => [order, order.unpaid ? 0 : quantity] as const);
    const held = sum(wanted, ([order, quantity]) => (order.unpaid ? quantity : 0));
    const left = onHand - sum(sold, ([, quantity]) => quantity);
    yield* differ(`stock of ${name}`, left, item?.on_hand);
    yield* differ(`stock of ${name}, reserved`, held, item?.reserved);
    yield* differ(
      `stock of ${name}, sum of its moves`,
      item?.on_hand,
      sum(own, ({ quantity }) => quantity),
    );
    yield* checkChain(name, own);
    const movesOfOrder = Map.groupBy(own, ({ order_id }) => order_id);
    for (const [{ orderId, externalId }, quantity] of sold) {
      const ofOrder = movesOfOrder.get(orderId) ?? [];
      const what = `order ${externalId} (${orderId}), ${name}`;
      yield* differ(
        `${what} taken`,
        -quantity,
        sum(ofOrder, (move) => move.quantity),
      );
      yield* differ(`${what}, moves`, quantity > 0 ? 1 : 0, ofOrder.length);
    }
  }
};

/** Each move says what lay in the store after it. */
function* checkChain(name: string, moves: readonly MoveRow[]) {
  let running = 0;
  for (const { quantity, on_hand, kind } of moves) {
    running += quantity;
    yield* differ(`stock of ${name} after a move ${kind}`, running, on_hand);
    if (running < 0) yield `stock of ${name} was oversold`;
  }
}

/** How much of a stock item an order takes by the recipes. */
function taken({ lines }: PlayedOrder, { recipes }: Played, stockItemId: string): number {
  return sum(
    lines,
    ({ name, spec, quantity }) => quantity * (recipes.get(recipeKey(name, spec))?.get(stockItemId) ?? 0),
  );
}
