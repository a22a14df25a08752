import { type Beside, beside } from '../../../kernel/beside.ts';
import { MINUTE, SECOND } from '../../../kernel/clock.ts';
import { within } from '../../../kernel/within.ts';
import { PrinterDriver, type PrintResult } from '../ports.ts';
import { Printer, PrintJob } from '../print-entities.ts';
import { copyOf } from '../printing/copy.ts';
import type { DevicesHost } from '../settings.ts';
import { handOver, noteResult, noteStatus } from './print-outcome.ts';
import { withPrinter } from './printer-lease.ts';
import { printerFor, tellOf } from './printer-routes.ts';

/** How long a driver may take for a sheet, in ms; afterwards nobody knows what came of it. */
const LIMIT = 27 * SECOND;
/** How many sheets a printer is sent in one go; then the job goes on, after others have had their turns. */
const IN_ONE_GO = 20;
/** How long a printer is not looked at while nothing is printed there, in ms. */
const UNSEEN_FOR = MINUTE;

/** What prints in one process. */
export interface Printing {
  /** Prints what waits at a printer, beside whatever is under way. */
  soon(printerId: string): void;
  /** Prints what waits anywhere. */
  printWaiting(): Promise<void>;
  /** Looks how printers are that have not been seen for a while. */
  lookAtPrinters(): Promise<void>;
  /** Ends after the sheets that are under way. */
  close(): Promise<void>;
}

/** Prints what is queued: at each printer one sheet at a time, in order, until nothing waits or it has trouble. */
export function printing(host: DevicesHost): Printing {
  let closing = false;
  const work: Beside = beside(
    async (printerId) => {
      for (let sheets = 0; sheets < IN_ONE_GO && !closing; sheets++) {
        const more = await withPrinter(host, printerId, 'when it has rested', (printer) => printNext(host, printer));
        if (more === undefined) await host.transact(host.context(), (tx) => handOver(host, tx, printerId));
        if (!more) return;
      }
    },
    (error, printerId) => host.log.error({ error, printerId }, 'a printer could not be served'),
  );

  return {
    soon: (printerId) => void work.begin(printerId),
    async printWaiting() {
      const waiting = await host
        .context()
        .em.execute<{ printer_id: string }[]>(
          `select distinct printer_id from print_job where state = 'QUEUED' and printer_id is not null`,
        );
      await Promise.all(waiting.map(({ printer_id }) => work.begin(printer_id)));
    },
    async lookAtPrinters() {
      const unseen = { $or: [{ seenAt: null }, { seenAt: { $lte: host.clock.now() - UNSEEN_FOR } }] };
      const printers = await host.context().em.find(Printer, { removedAt: null, ...unseen });
      await Promise.all(printers.map(({ id }) => withPrinter(host, id, 'now', (printer) => look(host, printer))));
    },
    close() {
      closing = true;
      return work.done();
    },
  };
}

/** Prints the oldest of what waits at a printer that is ours; whether there may be more. */
async function printNext(host: DevicesHost, printer: Printer): Promise<boolean> {
  const waiting = { printerId: printer.id, state: 'QUEUED' as const };
  const job = await host.context().em.findOne(PrintJob, waiting, { orderBy: { id: 'asc' } });
  if (!job) return false;
  const now = host.clock.now();
  if (job.sentAt != null) {
    // Whoever sent it has not lived to say what came of it, and the printer is not to blame.
    await noteResult(host, null, job, { outcome: 'unknown', problem: 'OFFLINE' });
    return true;
  }
  const untouched = { id: job.id, ...waiting, sentAt: null, tries: job.tries };
  const change = (to: Partial<PrintJob>) =>
    host.transact(host.context(), (tx) => tx.em.nativeUpdate(PrintJob, untouched, to));
  if (job.printBy <= now) return (await change({ state: 'FAILED' })) === 1;
  if (printer.removedAt != null) {
    await host.transact(host.context(), async (tx) => {
      const printerId = await printerFor(tx, job);
      const moved = await tx.em.nativeUpdate(PrintJob, untouched, { printerId });
      if (moved === 1 && printerId !== null) await tellOf(host, tx, { ...job, printerId });
    });
    return true;
  }
  // Withdrawn meanwhile, or gone to another printer.
  if ((await change({ sentAt: now, tries: job.tries + 1 })) === 0) return true;
  const result = await print(host, printer, job);
  await noteResult(host, printer, { ...job, tries: job.tries + 1 }, result);
  return result.outcome === 'printed';
}

async function print(host: DevicesHost, printer: Printer, job: PrintJob): Promise<PrintResult> {
  const driver = await driverOf(host, printer);
  if (!driver) return { outcome: 'not-printed', problem: 'OFFLINE' };
  const { id: jobId, sheets: copy, content, paidBy } = job;
  const request = {
    jobId,
    copy,
    address: printer.address,
    content: copy === 0 ? content : copyOf(content, host.settings.printLanguage),
    columns: printer.paperWidth === 58 ? (32 as const) : (48 as const),
    openDrawer: copy === 0 && paidBy != null && printer.drawerFor.includes(paidBy),
  };
  return within(driver.print(request), LIMIT).catch((error) => {
    host.log.warn({ error, jobId, printerId: printer.id }, 'nobody knows whether something was printed');
    return { outcome: 'unknown', problem: 'OFFLINE' };
  });
}

async function look(host: DevicesHost, printer: Printer): Promise<void> {
  const driver = await driverOf(host, printer);
  const offline = { problem: 'OFFLINE' as const, paperLow: false };
  const status = driver ? await within(driver.status(printer.address), LIMIT).catch(() => offline) : offline;
  await noteStatus(host, printer, status);
}

/** A printer's driver; undefined where none is provided, or its process cannot be asked. */
function driverOf(host: DevicesHost, { driver }: Printer): Promise<PrinterDriver | undefined> {
  return host.port(PrinterDriver, driver).catch(() => undefined);
}
