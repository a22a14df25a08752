import { hasScope, requireScope } from '../../../kernel/identity.ts';
import type { Context } from '../../../kernel/module.ts';
import type { ReprintInput } from '../../../schema/types/devices.ts';
import { deviceError } from '../errors.ts';
import { PrintJob } from '../print-entities.ts';
import type { DevicesHost } from '../settings.ts';
import { printBy } from './print-jobs.ts';
import { printerFor, tellOf } from './printer-routes.ts';

/**
 * Prints something once more: a copy, where a sheet is on paper or may be. What waits at a printer goes on waiting. Throws
 * PRINT_JOB_NOT_FOUND, PRINT_JOB_WITHDRAWN, or PRINTER_NOT_FOUND.
 */
export async function reprint(host: DevicesHost, ctx: Context, input: ReprintInput): Promise<PrintJob> {
  const { printJobId: id, idempotencyKey } = input;
  const { storeId } = (await ctx.em.findOne(PrintJob, id)) ?? {};
  if (storeId === undefined) throw deviceError('PRINT_JOB_NOT_FOUND', { id });
  if (!hasScope(ctx.identity, 'orders:place', storeId)) requireScope(ctx.identity, 'devices:manage', storeId);
  await host.transact(ctx, (tx) =>
    host.once(tx, { mutation: 'reprint', key: idempotencyKey, input }, async () => {
      const job = await tx.em.findOneOrFail(PrintJob, id, { refresh: true });
      if (job.state === 'CANCELLED') throw deviceError('PRINT_JOB_WITHDRAWN', { id });
      if (job.state === 'QUEUED' && job.printerId != null) return id;
      const printerId = await printerFor(tx, job);
      if (printerId === null) throw deviceError('PRINTER_NOT_FOUND', { storeId });
      const again = { state: 'QUEUED' as const, printerId, problem: null, printBy: printBy(host) };
      const seen = { id, state: job.state, tries: job.tries };
      if ((await tx.em.nativeUpdate(PrintJob, seen, again)) === 1) await tellOf(host, tx, { id, storeId, printerId });
      return id;
    }),
  );
  return ctx.em.findOneOrFail(PrintJob, id, { refresh: true });
}
