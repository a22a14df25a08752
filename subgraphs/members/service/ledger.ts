import { callerOf } from '../../../kernel/identity.ts';
import { newId } from '../../../kernel/ids.ts';
import type { Transaction } from '../../../kernel/module.ts';
import { PointsAccount, PointsEntry, PointsTransfer } from '../entities.ts';

/** The programme's own account, where points come from and go to: it owes what all the diners have. */
export const PROGRAMME = 'programme';

/** The most that a diner's account may hold: what GraphQL's Int can say. */
const MAX_BALANCE = 2 ** 31 - 1;

/** A movement between the programme and a diner's account. */
export interface Movement {
  /** Says what it is for; the same id moves points once. */
  id: string;
  kind: PointsTransfer['kind'];
  dinerId: string;
  /** Positive to the diner, negative from them; never 0. */
  points: number;
  reference: string;
  /** Epoch milliseconds. */
  at: number;
}

/** What became of a movement: `short` when the account does not hold so much (or cannot hold it), and nothing moved. */
export type Posting = 'posted' | 'repeated' | 'short';

/** Opens the account of a diner who registers. */
export async function openAccount(tx: Transaction, dinerId: string): Promise<void> {
  await tx.em.insert(PointsAccount, { id: dinerId, balance: 0, earned: 0 });
}

/** Moves points between the programme and a diner: one transfer, an entry on both sides, both balances. */
export async function post(tx: Transaction, { id, kind, dinerId, points, reference, at }: Movement): Promise<Posting> {
  if (await tx.em.findOne(PointsTransfer, id)) return 'repeated';
  // The diner first and the programme last in every movement, so that two never wait for each other.
  const { affectedRows } = await tx.em.execute<{ affectedRows: number }>(
    `update points_account set balance = balance + ?, earned = earned + ?
     where id = ? and balance + ? between 0 and ${MAX_BALANCE}`,
    [points, kind === 'EARN' ? points : 0, dinerId, points],
    'run',
  );
  if (affectedRows === 0) return 'short';
  await tx.em.execute('update points_account set balance = balance - ? where id = ?', [points, PROGRAMME], 'run');

  const [debitAccountId, creditAccountId] = points > 0 ? [PROGRAMME, dinerId] : [dinerId, PROGRAMME];
  const actor = callerOf(tx.identity);
  const amount = Math.abs(points);
  await tx.em.insert(PointsTransfer, {
    id,
    kind,
    debitAccountId,
    creditAccountId,
    points: amount,
    reference,
    actor,
    at,
  });
  for (const side of [
    { accountId: dinerId, points },
    { accountId: PROGRAMME, points: -points },
  ]) {
    const { balance } = await tx.em.findOneOrFail(PointsAccount, side.accountId, { refresh: true });
    await tx.em.insert(PointsEntry, { id: newId(), transferId: id, balanceAfter: balance, ...side });
  }
  return 'posted';
}
