import type { Played, PublishedTier } from '../played.ts';
import { type Check, differ, sum, type Tables } from './tables.ts';

interface EntryRow {
  account_id: string;
  transfer_id: string;
  points: number;
  balance_after: number;
}

interface TransferRow {
  id: string;
  kind: string;
  reference: string;
  debit_account_id: string;
  credit_account_id: string;
  points: number;
}

interface AccountRow {
  id: string;
  balance: number;
  earned: number;
}

/** Points: what each completed order earned its diner, once; and a ledger whose two sides and balances add up. */
export const checkPoints: Check<Played> = async function* (tables, played) {
  const transfers = await tables.rows<TransferRow>('members', 'select * from points_transfer');
  const entries = await tables.rows<EntryRow>('members', 'select * from points_entry order by id');
  const accounts = await tables.rows<AccountRow>('members', 'select * from points_account');
  const transferOf = new Map(transfers.map((transfer) => [transfer.id, transfer]));

  yield* checkLedger(transfers, entries, accounts);
  yield* checkAccounts(transferOf, entries, accounts);

  const totals = await totalsOf(tables, played);
  const earned = Map.groupBy(
    transfers.filter(({ kind }) => kind === 'EARN'),
    ({ reference }) => reference,
  );
  const ofDiner = Map.groupBy(played.orders, ({ dinerId }) => dinerId);
  for (const { externalId, orderId } of ofDiner.get(null) ?? [])
    yield* differ(`guest order ${externalId} (${orderId}), points earned`, 0, earned.get(orderId)?.length ?? 0);
  ofDiner.delete(null);

  const entriesOf = Map.groupBy(entries, ({ account_id }) => account_id);
  for (const [dinerId, orders] of ofDiner) {
    // In the order of the ledger, since the tier at that moment sets the rate.
    const sequence = (entriesOf.get(dinerId as string) ?? []).map(({ transfer_id }) => transferOf.get(transfer_id));
    let before = 0;
    for (const transfer of sequence.filter((candidate) => candidate?.kind === 'EARN')) {
      const due = pointsFor(totals.get(transfer?.reference ?? '') ?? 0, played, before);
      yield* differ(`points for order ${transfer?.reference}`, due, transfer?.points);
      before += transfer?.points ?? 0;
    }
    for (const { externalId, orderId, unpaid } of orders) {
      const due = !unpaid && pointsFor(totals.get(orderId) ?? 0, played, 0) > 0 ? 1 : 0;
      yield* differ(`order ${externalId} (${orderId}), times it earned points`, due, earned.get(orderId)?.length ?? 0);
    }
  }
};

/** Every transfer has its two sides, and they cancel out. */
function* checkLedger(
  transfers: readonly TransferRow[],
  entries: readonly EntryRow[],
  accounts: readonly AccountRow[],
) {
  const sides = Map.groupBy(entries, ({ transfer_id }) => transfer_id);
  for (const { id, points, debit_account_id, credit_account_id } of transfers) {
    const own = sides.get(id) ?? [];
    const side = (account: string) => own.find(({ account_id }) => account_id === account)?.points;
    yield* differ(`points transfer ${id}, number of entries`, 2, own.length);
    yield* differ(`points transfer ${id}, into ${credit_account_id}`, points, side(credit_account_id));
    yield* differ(`points transfer ${id}, out of ${debit_account_id}`, -points, side(debit_account_id));
    sides.delete(id);
  }
  for (const id of sides.keys()) yield `points entries name a transfer ${id} that there is not`;
  yield* differ(
    'all points balances together',
    0,
    sum(accounts, ({ balance }) => balance),
  );
}

/** Every balance is the sum of its entries, and each entry says the balance after it. */
function* checkAccounts(
  transferOf: ReadonlyMap<string, TransferRow>,
  entries: readonly EntryRow[],
  accounts: readonly AccountRow[],
) {
  const entriesOf = Map.groupBy(entries, ({ account_id }) => account_id);
  for (const { id, balance, earned } of accounts) {
    const own = entriesOf.get(id) ?? [];
    let running = 0;
    for (const { transfer_id, points, balance_after } of own) {
      running += points;
      yield* differ(`points account ${id}, balance after ${transfer_id}`, running, balance_after);
    }
    yield* differ(`points account ${id}, balance`, running, balance);
    const earnings = own.filter(
      ({ transfer_id, points }) => points > 0 && transferOf.get(transfer_id)?.kind === 'EARN',
    );
    yield* differ(
      `points account ${id}, points earned`,
      sum(earnings, ({ points }) => points),
      earned,
    );
  }
}

async function totalsOf(tables: Tables, { storeId }: Played): Promise<Map<string, number>> {
  const rows = await tables.rows<{ id: string; total: number }>(
    'orders',
    'select id, total from customer_order where store_id = ?',
    storeId,
  );
  return new Map(rows.map(({ id, total }) => [id, total]));
}

/** What an amount earns a diner who has earned so much before, rounded down. */
function pointsFor(total: number, { decimals, tiers }: Played, before: number): number {
  const reached = (tiers as PublishedTier[]).filter(({ threshold }) => before >= threshold);
  const { earnRate } = reached.reduce((best, tier) => (tier.threshold > best.threshold ? tier : best));
  return Number((BigInt(total) * BigInt(earnRate)) / (100n * 10n ** BigInt(decimals)));
}
