import { AsyncLocalStorage } from 'node:async_hooks';

const open = new AsyncLocalStorage<{ module: string }>();

/** Runs work that belongs to a module's open transaction. */
export function insideTransaction<T>(module: string, work: () => Promise<T>): Promise<T> {
  return open.run({ module }, work);
}

/**
 * Throws when a transaction is open: what waits for others must not hold a database (SQLite has one connection, so the
 * others would wait for ever; MySQL would keep its row locks).
 */
export function assertOutsideTransaction(doing: string): void {
  const holder = open.getStore();
  if (holder) throw new Error(`${doing} inside a transaction of ${holder.module}`);
}

/** Work that a transaction sets off but that does not belong to it (deliveries, live updates). */
export function outsideTransaction<T>(work: () => T): T {
  return open.exit(work);
}
