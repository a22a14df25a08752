import type { FilterQuery } from '@mikro-orm/core';
import { SECOND } from '../../../kernel/clock.ts';
import { Printer } from '../print-entities.ts';
import type { DevicesHost } from '../settings.ts';

/** How long one process alone may talk to a printer before another takes over, in ms: longer than a driver may take. */
const LEASE = 40 * SECOND;

/** How long a printer that has trouble is left alone, in ms. */
export const REST = 5 * SECOND;

/**
 * That a moment until which something lasts is past. One that is twice as far off as any that is set means that the clock
 * has gone back since: then it is past as well.
 */
const past = (field: 'leaseUntil' | 'retryAt', now: number, longest: number): FilterQuery<Printer> => ({
  $or: [{ [field]: null }, { [field]: { $lte: now } }, { [field]: { $gt: now + 2 * longest } }],
});

/** Does work as the only one, in all processes, that talks to a printer; undefined, and not at all, while another does. */
export async function withPrinter<T>(
  host: DevicesHost,
  id: string,
  when: 'now' | 'when it has rested',
  work: (printer: Printer) => Promise<T>,
): Promise<T | undefined> {
  const now = host.clock.now();
  const leaseUntil = now + LEASE;
  const isFree = { $and: [past('leaseUntil', now, LEASE), ...(when === 'now' ? [] : [past('retryAt', now, REST)])] };
  const set = (where: FilterQuery<Printer>, until: number | null) =>
    host.transact(host.context(), (tx) =>
      tx.em.nativeUpdate(Printer, { id, ...(where as object) }, { leaseUntil: until }),
    );
  if ((await set(isFree, leaseUntil)) === 0) return undefined;
  try {
    return await work(await host.context().em.findOneOrFail(Printer, id));
  } finally {
    await set({ leaseUntil }, null);
  }
}
