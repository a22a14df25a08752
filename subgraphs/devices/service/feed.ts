import { ensureRow } from '../../../kernel/database/insert-new.ts';
import type { Host, Transaction } from '../../../kernel/module.ts';
import { Kitchen } from '../entities.ts';

/** The live topic of a kitchen's changes. */
export function kitchenTopic(storeId: string): string {
  return `kitchen:${storeId}`;
}

/** Makes sure that a store's kitchen has its row, however many try at once. */
export async function ensureKitchen(tx: Transaction, storeId: string): Promise<void> {
  await ensureRow(tx, Kitchen, { storeId, version: 0, defaultStationId: null });
}

/** Counts a change of a kitchen's tickets and tells its screens; once in each transaction that makes one. */
export async function kitchenHasChanged(
  host: Host,
  tx: Transaction,
  storeId: string,
  ticketIds: readonly string[],
): Promise<void> {
  const raise = () =>
    tx.em.execute<{ affectedRows: number }>(
      'update kitchen set version = version + 1 where store_id = ?',
      [storeId],
      'run',
    );
  if ((await raise()).affectedRows === 0) {
    await ensureKitchen(tx, storeId);
    await raise();
  }
  const { version } = await tx.em.findOneOrFail(Kitchen, storeId, { refresh: true });
  host.publish(tx, kitchenTopic(storeId), version, { ticketIds });
}
