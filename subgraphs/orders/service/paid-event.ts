import type { Transaction } from '../../../kernel/module.ts';
import type { OrderPaid } from '../../../schema/events.ts';
import type { Order, StoredLine } from '../entities.ts';
import { linesByOrder, paymentById } from '../loaders.ts';

/** What `order.paid` says of an order: all that the kitchen, the printer, stock and points need, so that nobody asks. */
export async function paidEvent(tx: Transaction, order: Order): Promise<OrderPaid> {
  const payment = order.paymentId == null ? null : await paymentById(tx).load(order.paymentId);
  if (!payment) throw new Error(`order ${order.id} was paid by no payment`);
  const lines = await linesByOrder(tx).load(order.id);
  return {
    orderId: order.id,
    storeId: order.storeId,
    storeName: order.storeName,
    dinerId: order.dinerId ?? null,
    channel: order.channel,
    tableName: order.tableName ?? null,
    pickupNumber: order.pickupNumber ?? 0,
    delivery: order.delivery ? { platform: order.source ?? '', dayNumber: order.delivery.dayNumber } : null,
    currency: order.currency,
    timeZone: order.timeZone,
    subtotal: order.subtotal,
    discount: order.discount,
    tax: order.tax,
    total: order.total,
    provider: payment.provider,
    note: order.note ?? null,
    businessDay: order.businessDay,
    placedAt: order.placedAt ?? 0,
    paidAt: order.paidAt ?? 0,
    lines: lines.map(paidLine),
  };
}

function paidLine(line: StoredLine): OrderPaid['lines'][number] {
  return {
    id: line.id,
    menuItemId: line.menuItemId ?? '',
    specId: line.specId ?? '',
    name: line.name,
    specName: line.specName,
    modifiers: line.modifiers.map(({ name }) => name),
    parts: line.parts,
    quantity: line.quantity,
    grams: line.grams ?? null,
    note: line.note ?? null,
    total: line.total,
    gift: line.gift,
  };
}
