import { type Check, differ, sum } from '../../../cli/replay/check/tables.ts';
import type { Played } from '../scenario.ts';
import { ordersOf } from './orders.ts';

interface TransferRow {
  id: string;
  kind: string;
  reference: string;
  points: number;
}

interface EntryRow {
  account_id: string;
  transfer_id: string;
  points: number;
}

interface AccountRow {
  id: string;
  balance: number;
  earned: number;
}

/** Minor units of an order from which on it earns a point, whatever the tier. */
const EARNS = 100;

/** Every transfer sums to zero, every balance equals its ledger, and each completed order earned once. */
export const checkPoints: Check<Played> = async function* (tables) {
  const transfers = await tables.rows<TransferRow>('members', 'select * from points_transfer');
  const entries = await tables.rows<EntryRow>('members', 'select * from points_entry');
  const accounts = await tables.rows<AccountRow>('members', 'select * from points_account');
  const points = (rows: Iterable<{ points: number }>) => sum(rows, (row) => row.points);
  const kindOf = new Map(transfers.map(({ id, kind }) => [id, kind]));

  const sidesOf = Map.groupBy(entries, ({ transfer_id }) => transfer_id);
  for (const { id, points: moved } of transfers) {
    const sides = sidesOf.get(id) ?? [];
    yield* differ(`points transfer ${id}, sum of its entries`, 0, points(sides));
    yield* differ(`points transfer ${id}, what it moved`, `${-moved} ${moved}`, sidesText(sides));
    sidesOf.delete(id);
  }
  for (const id of sidesOf.keys()) yield `points entries name a transfer ${id} that is not there`;

  const entriesOf = Map.groupBy(entries, ({ account_id }) => account_id);
  for (const { id, balance, earned } of accounts) {
    const own = entriesOf.get(id) ?? [];
    yield* differ(`points of ${id}, by its ledger`, points(own), balance);
    const earnings = own.filter((entry) => entry.points > 0 && kindOf.get(entry.transfer_id) === 'EARN');
    yield* differ(`points that ${id} has earned, by its ledger`, points(earnings), earned);
    if (balance < 0 && id !== 'programme') yield `points of ${id} are below zero: ${balance}`;
  }

  const earnedBy = Map.groupBy(
    transfers.filter(({ kind }) => kind === 'EARN'),
    ({ reference }) => reference,
  );
  for (const { id, state, diner_id, total } of await ordersOf(tables)) {
    const due = state === 'COMPLETED' && diner_id !== null && total >= EARNS ? 1 : 0;
    const found = earnedBy.get(id) ?? [];
    if (total >= EARNS) yield* differ(`order ${id} (${state}), times it earned points`, due, found.length);
    // By its order's id: the database itself would keep it from being made twice.
    for (const transfer of found)
      yield* differ(`points that order ${id} earned, the transfer`, `earn:${id}`, transfer.id);
    earnedBy.delete(id);
  }
  for (const id of earnedBy.keys()) yield `points were earned by order ${id}, which is not there`;
};

function sidesText(sides: readonly EntryRow[]): string {
  return sides
    .map(({ points }) => points)
    .sort((a, b) => a - b)
    .join(' ');
}
