import type { EntityName } from '@mikro-orm/core';
import type { Transaction } from '../context.ts';

/** Inserts a row unless its key is taken; whether it did. Two at once wait for each other, on every database. */
export async function insertNew<E extends object>(
  tx: Transaction,
  entity: EntityName<E>,
  row: object,
): Promise<boolean> {
  const insert = tx.em
    .createQueryBuilder(entity)
    .insert(row as never)
    .onConflict()
    .ignore();
  const { affectedRows } = await insert.execute<{ affectedRows: number }>('run');
  return affectedRows === 1;
}
