import { MINUTE } from '../../../kernel/clock.ts';
import { hasScope, requireScope } from '../../../kernel/identity.ts';
import { newId } from '../../../kernel/ids.ts';
import type { Context, Transaction } from '../../../kernel/module.ts';
import { type Connection, type PageArgs, page } from '../../../kernel/paging.ts';
import type { OrderPaid } from '../../../schema/events.ts';
import { type KitchenTicket, Station } from '../entities.ts';
import { printJobById } from '../loaders.ts';
import { PrintJob } from '../print-entities.ts';
import { receipt } from '../printing/receipt.ts';
import { kitchenSlip, type SlipLine, withdrawalSlip } from '../printing/slip.ts';
import type { DevicesHost } from '../settings.ts';
import { printerFor, tellOf } from './printer-routes.ts';

/** A store's print jobs, newest first. */
export async function printJobs(
  ctx: Context,
  { storeId, orderId, ...paging }: PageArgs & { storeId: string; orderId?: string | null | undefined },
): Promise<Connection<PrintJob>> {
  if (!hasScope(ctx.identity, 'orders:read', storeId)) requireScope(ctx.identity, 'devices:manage', storeId);
  return page(
    paging,
    ({ id }) => id,
    (limit, after) =>
      ctx.em.find(
        PrintJob,
        { storeId, ...(orderId != null && { orderId }), ...(after !== null && { id: { $lt: after } }) },
        { orderBy: { id: 'desc' }, limit },
      ),
  );
}

/** A print job, to whoever may see its store's. */
export async function visiblePrintJob(ctx: Context, id: string): Promise<PrintJob | null> {
  const job = await printJobById(ctx).load(id);
  const scopes = ['orders:read', 'devices:manage'];
  return job && scopes.some((scope) => hasScope(ctx.identity, scope, job.storeId)) ? job : null;
}

/** Queues an order's receipt. */
export async function printReceipt(host: DevicesHost, tx: Transaction, order: OrderPaid): Promise<void> {
  const content = receipt(order, host.settings.printLanguage);
  await queuePrint(host, tx, { ...order, ticketId: null, kind: 'RECEIPT', content, paidBy: order.provider });
}

/** Queues what a station has to make. */
export async function printSlip(
  host: DevicesHost,
  tx: Transaction,
  { order, ticketId, station, lines }: { order: OrderPaid; ticketId: string; station: string; lines: SlipLine[] },
): Promise<void> {
  const content = kitchenSlip({ ...order, ...order.delivery, station }, lines, host.settings.printLanguage);
  await queuePrint(host, tx, { ...order, ticketId, kind: 'KITCHEN_SLIP', content });
}

/** Queues word to a station that an order was cancelled. */
export async function printWithdrawal(host: DevicesHost, tx: Transaction, ticket: KitchenTicket): Promise<void> {
  const station = await tx.em.findOneOrFail(Station, ticket.stationId);
  const content = withdrawalSlip({ ...ticket, station: station.name }, host.settings.printLanguage);
  await queuePrint(host, tx, { ...ticket, ticketId: ticket.id, kind: 'KITCHEN_SLIP', content });
}

/** Until when something that is queued now is worth printing by itself, in epoch milliseconds. */
export function printBy({ clock, settings }: DevicesHost): number {
  return clock.now() + settings.printWithinMinutes * MINUTE;
}

/** Puts something into the queue of the printer that prints such, or of the first one that will; answers its id. */
export async function queuePrint(
  host: DevicesHost,
  tx: Transaction,
  {
    storeId,
    orderId,
    ticketId,
    kind,
    content,
    paidBy = null,
  }: Pick<PrintJob, 'storeId' | 'orderId' | 'ticketId' | 'kind' | 'content'> & { paidBy?: string | null },
): Promise<string> {
  const createdAt = host.clock.now();
  const printerId = await printerFor(tx, { storeId, ticketId });
  const id = newId();
  await tx.em.insert(PrintJob, {
    id,
    storeId,
    orderId,
    ticketId,
    kind,
    content,
    createdAt,
    printerId,
    paidBy,
    state: 'QUEUED',
    tries: 0,
    sheets: 0,
    sentAt: null,
    problem: null,
    printedAt: null,
    printBy: printBy(host),
  });
  if (printerId !== null) await tellOf(host, tx, { id, storeId, printerId });
  return id;
}
