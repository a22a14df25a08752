import { ensureRow } from '../../../kernel/database/insert-new.ts';
import type { Transaction } from '../../../kernel/module.ts';
import { type Order, PickupCounter } from '../entities.ts';

/** The next pick-up number of an order's store on its business day, from 1; each is given out once. */
export async function nextPickupNumber(tx: Transaction, { storeId, businessDay }: Order): Promise<number> {
  const counter = { storeId, businessDay };
  const raise = () =>
    tx.em.execute<{ affectedRows: number }>(
      'update pickup_counter set last = last + 1 where store_id = ? and business_day = ?',
      [storeId, businessDay],
      'run',
    );
  if ((await raise()).affectedRows === 0) {
    // The day's first order; another one may make the counter at the same moment.
    await ensureRow(tx, PickupCounter, { ...counter, last: 0 });
    await raise();
  }
  // The statement above has locked the row, so that nobody reads this number before the transaction ends.
  return (await tx.em.findOneOrFail(PickupCounter, counter, { refresh: true })).last;
}
