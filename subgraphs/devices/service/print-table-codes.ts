import { list } from '../../../kernel/input.ts';
import type { Context } from '../../../kernel/module.ts';
import type { PrintTableCodesInput } from '../../../schema/types/devices.ts';
import { TableCodesDocument } from '../../../schema/types/devices-asks-menu.ts';
import { deviceError } from '../errors.ts';
import { PrintJob } from '../print-entities.ts';
import { tableCodes } from '../printing/table-codes.ts';
import type { DevicesHost } from '../settings.ts';
import { queuePrint } from './print-jobs.ts';
import { requireManagedStore } from './rights.ts';

/** Prints the QR codes of tables, where receipts are printed. Throws TABLE_NOT_FOUND. */
export async function printTableCodes(host: DevicesHost, ctx: Context, input: PrintTableCodesInput): Promise<PrintJob> {
  const { storeId, idempotencyKey } = input;
  await requireManagedStore(host, ctx, storeId);
  const ids = [...new Set(list('tableIds', input.tableIds, 1, 10))];
  const { tables } = await host.ask(ctx, 'menu', TableCodesDocument, { storeId });
  const wanted = ids.map((tableId) => {
    const table = tables.find(({ id }) => id === tableId);
    if (!table) throw deviceError('TABLE_NOT_FOUND', { tableId });
    return table;
  });
  const content = tableCodes(wanted, host.settings.printLanguage);
  const { id } = await host.transact(ctx, (tx) =>
    host.once(tx, { mutation: 'printTableCodes', key: idempotencyKey, input }, () =>
      queuePrint(host, tx, { storeId, orderId: null, ticketId: null, kind: 'TABLE_CODES', content }),
    ),
  );
  return ctx.em.findOneOrFail(PrintJob, id);
}
