import { type EntityName, type RequiredEntityData, UniqueConstraintViolationException } from '@mikro-orm/core';
import type { Transaction } from '../context.ts';

/**
 * Inserts a row unless its key is taken; whether it did. Two at once wait for each other, on every database. Not for a
 * row that the same transaction goes on to change where others do so too: see `ensureRow`.
 */
export async function insertNew<E extends object>(
  tx: Transaction,
  entity: EntityName<E>,
  row: RequiredEntityData<E>,
): Promise<boolean> {
  try {
    // A plain insert, and not one that ignores: MySQL would ignore as well that a value is too long, and cut it.
    await tx.em.insert(entity, row);
    return true;
  } catch (error) {
    // Both databases undo the one statement that failed, and keep the transaction.
    if (error instanceof UniqueConstraintViolationException) return false;
    throw error;
  }
}

/**
 * Makes sure that a row of this key is there, and locks it until the transaction ends; one that is there stays as it is.
 * Locked for change from the first, so that two which go on to change it wait, and never for each other.
 */
export async function ensureRow<E extends object>(
  tx: Transaction,
  entity: EntityName<E>,
  row: RequiredEntityData<E>,
): Promise<void> {
  const key = tx.em.getMetadata().get(entity).primaryKeys;
  const insert = tx.em.createQueryBuilder(entity).insert(row);
  await insert
    .onConflict(key as never)
    .merge(key as never)
    .execute('run');
}
