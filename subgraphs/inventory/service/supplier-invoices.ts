import { badInput } from '../../../kernel/errors.ts';
import { callerOf, hasScope, requirePerson, requireScope } from '../../../kernel/identity.ts';
import { newId } from '../../../kernel/ids.ts';
import { list, optionalText, whole } from '../../../kernel/input.ts';
import type { Context, Transaction } from '../../../kernel/module.ts';
import type { DecideInvoiceInput } from '../../../schema/types/inventory.ts';
import type { InvoiceInput } from '../../../schema/types/inventory-internal.ts';
import { inventoryError } from '../errors.ts';
import { invoiceById } from '../loaders.ts';
import { InvoiceLine, type InvoiceState, type PurchaseOrder, SupplierInvoice } from '../purchase-entities.ts';
import type { InventoryHost } from '../settings.ts';
import { change, move, purchaseForChange } from './change-purchase.ts';
import { approveMatching, isComplete } from './match-invoices.ts';
import { takeDocument } from './supplier-document.ts';

const MOST_LINES = 200;
/** The most that an amount may be, in minor units. */
const MOST_AMOUNT = 1_000_000_000_000;

/** Takes in what a supplier wants to be paid, and approves it when nothing differs from the order and the goods. */
export function reportInvoice(host: InventoryHost, ctx: Context, input: InvoiceInput): Promise<boolean> {
  list('lines', input.lines, 1, MOST_LINES);
  const money = (field: 'net' | 'tax' | 'total') => whole(field, input[field], 0, MOST_AMOUNT);
  const amounts = { net: money('net'), tax: money('tax'), total: money('total') };
  return takeDocument(host, ctx, 'reportInvoice', input, async (tx, { order, number, line, units }) => {
    if (['DRAFT', 'CANCELLED', 'REFUSED'].includes(order.state))
      throw inventoryError('PURCHASE_ORDER_STATE', { state: order.state });
    const { id: orderId, storeId, supplierId } = order;
    const id = newId();
    const { issuedAt } = input;
    await tx.em.insert(SupplierInvoice, {
      id,
      orderId,
      storeId,
      supplierId,
      number,
      issuedAt,
      ...amounts,
      at: host.clock.now(),
      state: 'WAITING',
      decidedBy: null,
      decidedAt: null,
      note: null,
    });
    const rows = input.lines.map(({ code, amount, price, per, perUnit, ...given }, index) => {
      const field = `lines.${index}`;
      const of = line(field, given.line, code);
      return {
        invoiceId: id,
        position: index + 1,
        orderId,
        line: given.line,
        quantity: units(`${field}.quantity`, of, given),
        amount: whole(`${field}.amount`, amount, 0, MOST_AMOUNT),
        price: whole(`${field}.price`, price, 0, MOST_AMOUNT),
        per: units(`${field}.per`, of, { quantity: per, unit: perUnit }),
      };
    });
    await tx.em.insertMany(InvoiceLine, rows);
    await approveMatching(host, tx, order);
    await closeIfComplete(host, tx, order);
  });
}

/** An order that was counted and is billed to the last gram has come to its end. */
async function closeIfComplete(host: InventoryHost, tx: Transaction, order: PurchaseOrder): Promise<void> {
  const isOver = order.state === 'RECEIVED' && (await isComplete(tx, order.id));
  if (isOver) await move(host, tx, order, { to: 'CLOSED', by: 'PRODUCT' });
  else await change(host, tx, order, {});
}

/** An invoice as whoever asks may see it: null without stock:read for its store. */
export async function invoiceIfVisible(ctx: Context, id: string): Promise<SupplierInvoice | null> {
  const invoice = await invoiceById(ctx).load(id);
  return invoice && hasScope(ctx.identity, 'stock:read', invoice.storeId) ? invoice : null;
}

/** Approves or disputes an invoice that waits. Throws INVOICE_NOT_FOUND and INVOICE_DECIDED. */
export async function decideInvoice(
  host: InventoryHost,
  ctx: Context,
  input: DecideInvoiceInput,
  state: InvoiceState & ('APPROVED' | 'DISPUTED'),
): Promise<SupplierInvoice> {
  const { invoiceId: id, idempotencyKey: key } = input;
  requirePerson(ctx.identity);
  const invoice = await invoiceIfVisible(ctx, id);
  if (!invoice) throw inventoryError('INVOICE_NOT_FOUND', { id });
  requireScope(ctx.identity, 'purchasing:approve', invoice.storeId);
  const note = optionalText('note', input.note, 500);
  if (state === 'DISPUTED' && note === null) throw badInput('note', 'says why');
  const mutation = state === 'APPROVED' ? 'approveInvoice' : 'disputeInvoice';
  await host.transact(ctx, (tx) =>
    host.once(tx, { mutation, key, input }, async () => {
      const order = await purchaseForChange(tx, invoice.orderId);
      const decision = { state, note, decidedBy: callerOf(tx.identity), decidedAt: host.clock.now() };
      if ((await tx.em.nativeUpdate(SupplierInvoice, { id, state: 'WAITING' }, decision)) !== 1)
        throw inventoryError('INVOICE_DECIDED', { id });
      await closeIfComplete(host, tx, order);
      return id;
    }),
  );
  return ctx.em.findOneOrFail(SupplierInvoice, id, { refresh: true });
}
