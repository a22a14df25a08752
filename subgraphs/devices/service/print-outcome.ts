import { SECOND } from '../../../kernel/clock.ts';
import type { Transaction } from '../../../kernel/module.ts';
import type { PrinterStatus, PrintResult } from '../ports.ts';
import { Printer, PrintJob } from '../print-entities.ts';
import type { DevicesHost } from '../settings.ts';
import { REST } from './printer-lease.ts';
import { printerFor, tellOf } from './printer-routes.ts';

/**
 * Notes what came of a sheet that was sent, and how the printer was, unless the printer had no part in it. What is unknown
 * twice in a row is given to the printer that takes over, or given up: one that prints and never says so would print for ever.
 */
export async function noteResult(
  host: DevicesHost,
  printer: Printer | null,
  job: PrintJob,
  result: PrintResult,
): Promise<void> {
  const now = host.clock.now();
  await host.transact(host.context(), async (tx) => {
    // Withdrawn meanwhile, it stays so: who withdrew it knew that it may be on paper.
    const sent = { id: job.id, state: 'QUEUED' as const, tries: job.tries, sentAt: { $ne: null } };
    const after = afterwards(job, result, now);
    const other = after.state === 'FAILED' && printer ? await successor(tx, printer, job) : null;
    const elsewhere = other && { state: 'QUEUED' as const, printerId: other.id };
    const noted = await tx.em.nativeUpdate(PrintJob, sent, { sentAt: null, ...after, ...elsewhere });
    if (noted === 1 && elsewhere) await tellOf(host, tx, { ...job, ...elsewhere });
    if (!printer) return;
    const { problem, paperLow } =
      result.outcome === 'printed' ? { ...result, problem: null } : { ...result, paperLow: false };
    await see(host, tx, printer, { problem, paperLow });
    if (problem !== null) await handOver(host, tx, printer.id);
  });
}

/** What becomes of a job. */
function afterwards({ sheets, problem }: PrintJob, result: PrintResult, now: number): Partial<PrintJob> {
  switch (result.outcome) {
    case 'printed':
      return { state: 'PRINTED', printedAt: now, sheets: sheets + 1, problem: null };
    case 'not-printed':
      return { problem: result.problem };
    case 'unknown':
      return { sheets: sheets + 1, problem: 'UNCONFIRMED', ...(problem === 'UNCONFIRMED' && { state: 'FAILED' }) };
  }
}

/** Who has a job that a printer has not said anything about: once, and not from who has it for another already. */
async function successor(tx: Transaction, printer: Printer, job: PrintJob): Promise<Printer | null> {
  return (await printerFor(tx, job)) === printer.id ? takeoverOf(tx, printer) : null;
}

/** The printer that takes over, if it has no trouble itself. */
async function takeoverOf(tx: Transaction, { takeoverId = null }: Printer): Promise<Printer | null> {
  if (takeoverId === null) return null;
  return tx.em.findOne(Printer, { id: takeoverId, removedAt: null, troubleSince: null }, { refresh: true });
}

/** Notes how a printer is. */
export async function noteStatus(host: DevicesHost, printer: Printer, status: PrinterStatus): Promise<void> {
  await host.transact(host.context(), (tx) => see(host, tx, printer, status));
}

async function see(
  host: DevicesHost,
  tx: Transaction,
  { id, troubleSince }: Printer,
  { problem, paperLow }: PrinterStatus,
): Promise<void> {
  const seenAt = host.clock.now();
  const seen =
    problem === null
      ? { state: paperLow ? ('PAPER_LOW' as const) : ('READY' as const), troubleSince: null, retryAt: null }
      : { state: problem, troubleSince: troubleSince ?? seenAt, retryAt: seenAt + REST };
  await tx.em.nativeUpdate(Printer, { id }, { ...seen, seenAt });
}

/**
 * Gives what waits at a printer to the one that takes over, when the trouble has lasted so long. Not to one that has
 * trouble itself: then all waits where it is for whichever is mended first.
 */
export async function handOver(host: DevicesHost, tx: Transaction, printerId: string): Promise<void> {
  const printer = await tx.em.findOne(Printer, printerId, { refresh: true });
  if (printer?.troubleSince == null) return;
  if (host.clock.now() - printer.troubleSince < printer.takeoverSeconds * SECOND) return;
  const other = await takeoverOf(tx, printer);
  if (!other) return;
  const waiting = { printerId, state: 'QUEUED' as const, sentAt: null };
  const moved = await tx.em.nativeUpdate(PrintJob, waiting, { printerId: other.id });
  if (moved > 0) await tellOf(host, tx, { id: printer.id, storeId: printer.storeId, printerId: other.id });
}
