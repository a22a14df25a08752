import { type EntityName, type RequiredEntityData, UniqueConstraintViolationException } from '@mikro-orm/core';
import type { CodedError } from '../../../kernel/errors.ts';
import type { Transaction } from '../../../kernel/module.ts';

/** Inserts a row; where the database finds that its name or code is taken, throws the error instead. */
export async function insertUnique<T extends object>(
  tx: Transaction,
  entity: EntityName<T>,
  row: RequiredEntityData<T>,
  taken: CodedError,
): Promise<void> {
  await unlessTaken(taken, () => tx.em.insert(entity, row));
}

/** Runs a write; where the database finds that a name or code is taken, throws the error instead. */
export async function unlessTaken<T>(taken: CodedError, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    throw error instanceof UniqueConstraintViolationException ? taken : error;
  }
}
