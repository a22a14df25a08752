import type { Context, Transaction } from '../../../kernel/module.ts';
import { differencesOf } from '../purchase-differences.ts';
import { DespatchLine, InvoiceLine, PurchaseLine, type PurchaseOrder, SupplierInvoice } from '../purchase-entities.ts';
import type { InventoryHost } from '../settings.ts';
import { type Bought, type InvoiceDifference, matchInvoice } from '../three-way-match.ts';

/** Who decides when nothing differs. */
export const BY_MATCH = 'match';

/** Compares an invoice with its order and with what has come in, by what is true in this unit of work. */
export async function differencesOfInvoice(
  { settings }: InventoryHost,
  { em }: Context,
  invoice: SupplierInvoice,
): Promise<InvoiceDifference[]> {
  const { id, orderId } = invoice;
  const lines = await em.find(PurchaseLine, { orderId }, { orderBy: { line: 'asc' } });
  const shipped = await em.find(DespatchLine, { orderId }, { refresh: true });
  const approved = await em.find(SupplierInvoice, { orderId, state: 'APPROVED' }, { refresh: true });
  const before = new Set(approved.flatMap((other) => (isBefore(other, invoice) ? [other.id] : [])));
  const billed = await em.find(InvoiceLine, { orderId }, { orderBy: { invoiceId: 'asc', position: 'asc' } });
  const bought = lines.map(
    (line): Bought => ({
      ...line,
      received: sum(shipped.map((one) => (one.line === line.line ? (one.received ?? 0) : 0))),
      billedBefore: sum(billed.map((one) => (before.has(one.invoiceId) && one.line === line.line ? one.quantity : 0))),
    }),
  );
  const own = billed.filter(({ invoiceId }) => invoiceId === id);
  return matchInvoice({ ...invoice, lines: own }, bought, settings.mostTaxPercent);
}

/** Whether an approved invoice counts before another: that one waits, or was decided later. */
function isBefore(approved: SupplierInvoice, { id, decidedAt }: SupplierInvoice): boolean {
  if (approved.id === id) return false;
  if (decidedAt == null) return true;
  const at = approved.decidedAt ?? 0;
  return at < decidedAt || (at === decidedAt && approved.id < id);
}

/** Approves the waiting invoices of an order that match, the first to come first. Its row is locked. */
export async function approveMatching(
  host: InventoryHost,
  tx: Transaction,
  { id: orderId }: PurchaseOrder,
): Promise<void> {
  const open = { orderId, state: 'WAITING' as const };
  const waiting = await tx.em.find(SupplierInvoice, open, { orderBy: { at: 'asc', id: 'asc' } });
  for (const invoice of waiting) {
    if ((await differencesOfInvoice(host, tx, invoice)).length > 0) continue;
    const decision = { state: 'APPROVED' as const, decidedBy: BY_MATCH, decidedAt: host.clock.now() };
    await tx.em.nativeUpdate(SupplierInvoice, { id: invoice.id, state: 'WAITING' }, decision);
  }
}

/** Whether all that was confirmed of an order has come, is billed, and every invoice is decided. */
export async function isComplete({ em }: Transaction, orderId: string): Promise<boolean> {
  if ((await em.count(SupplierInvoice, { orderId, state: 'WAITING' })) > 0) return false;
  const approved = await em.find(SupplierInvoice, { orderId, state: 'APPROVED' }, { refresh: true });
  const lines = await em.find(PurchaseLine, { orderId });
  const shipped = await em.find(DespatchLine, { orderId }, { refresh: true });
  const billed = await em.find(InvoiceLine, { invoiceId: { $in: approved.map(({ id }) => id) } });
  return differencesOf({ lines, shipped, billed }).every(
    (line) => line.received === (line.confirmed ?? line.ordered) && line.billed === line.received,
  );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
