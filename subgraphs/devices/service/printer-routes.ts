import { UNVERSIONED } from '../../../kernel/events/events.ts';
import type { Transaction } from '../../../kernel/module.ts';
import { KitchenTicket } from '../entities.ts';
import { deviceError } from '../errors.ts';
import { Printer, PrintJob } from '../print-entities.ts';
import type { DevicesHost } from '../settings.ts';

/** The printer that a print job is for; null while its store has none that prints such. */
export async function printerFor(
  tx: Transaction,
  { storeId, ticketId }: Pick<PrintJob, 'storeId' | 'ticketId'>,
): Promise<string | null> {
  const printers = await tx.em.find(Printer, { storeId, removedAt: null }, { orderBy: { id: 'asc' } });
  if (printers.length === 0) return null;
  const ticket = ticketId == null ? null : await tx.em.findOne(KitchenTicket, ticketId);
  const found = printers.find((printer) =>
    ticket ? printer.stationIds.includes(ticket.stationId) : printer.printsReceipts,
  );
  return found?.id ?? null;
}

/** Throws PRINTER_ROUTE_TAKEN when another printer of the store prints any of this. */
export async function assertRoutesFree(
  tx: Transaction,
  id: string,
  { storeId, printsReceipts, stationIds }: Pick<Printer, 'storeId' | 'printsReceipts' | 'stationIds'>,
): Promise<void> {
  const others = await tx.em.find(Printer, { storeId, removedAt: null, id: { $ne: id } });
  for (const other of others) {
    if (printsReceipts && other.printsReceipts) throw deviceError('PRINTER_ROUTE_TAKEN', { by: other.id });
    const stationId = stationIds.find((one) => other.stationIds.includes(one));
    if (stationId !== undefined) throw deviceError('PRINTER_ROUTE_TAKEN', { stationId, by: other.id });
  }
}

/** Gives a store's printers what has waited for one like them, as long as it is worth printing. */
export async function takeWaiting(host: DevicesHost, tx: Transaction, storeId: string): Promise<void> {
  const waiting = { storeId, state: 'QUEUED' as const, printerId: null, printBy: { $gt: host.clock.now() } };
  for (const job of await tx.em.find(PrintJob, waiting, { orderBy: { id: 'asc' } })) {
    const printerId = await printerFor(tx, job);
    if (printerId === null) continue;
    await tx.em.nativeUpdate(PrintJob, { id: job.id, ...waiting }, { printerId });
    await tellOf(host, tx, { ...job, printerId });
  }
}

/** Has something that waits at a printer printed soon after the commit. */
export async function tellOf(
  host: DevicesHost,
  tx: Transaction,
  { id, storeId, printerId }: Pick<PrintJob, 'id' | 'storeId'> & { printerId: string },
): Promise<void> {
  await host.emit(tx, 'print.queued', { aggregate: id, version: UNVERSIONED }, { storeId, printerId });
}
