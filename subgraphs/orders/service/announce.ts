import type { Transaction } from '../../../kernel/module.ts';
import type { OrderCancelled, OrderCompleted, OrderPlaced } from '../../../schema/events.ts';
import type { Order } from '../entities.ts';
import type { OrdersHost } from '../settings.ts';
import type { OrderEvent } from '../state.ts';
import { paidEvent } from './paid-event.ts';

/** Emits the event of a move, with what the order was before and is after it. */
export async function announce(
  host: OrdersHost,
  tx: Transaction,
  event: OrderEvent,
  { before, after }: { before: Order; after: Order },
): Promise<void> {
  const subject = { aggregate: after.id, version: after.version };
  switch (event) {
    case 'order.placed':
      return host.emit(tx, event, subject, placed(after));
    case 'order.paid':
      return host.emit(tx, event, subject, await paidEvent(tx, after));
    case 'order.cancelled':
      return host.emit(tx, event, subject, cancelled(before, after));
    case 'order.completed':
      return host.emit(tx, event, subject, completed(after));
  }
}

function placed({ id, storeId, dinerId, total, placedAt }: Order): OrderPlaced {
  return { orderId: id, storeId, dinerId: dinerId ?? null, total, placedAt: placedAt ?? 0 };
}

function cancelled(before: Order, { id, storeId, state, cancelReason, paidAt }: Order): OrderCancelled {
  const reason = state === 'EXPIRED' ? 'expired' : (cancelReason ?? 'cancelled');
  const kitchenHadBegun = before.state === 'PREPARING' || before.state === 'READY';
  return { orderId: id, storeId, reason, wasPaid: paidAt != null, restock: !kitchenHadBegun };
}

function completed({ id, storeId, dinerId, currency, total, completedAt }: Order): OrderCompleted {
  return { orderId: id, storeId, dinerId: dinerId ?? null, currency, total, completedAt: completedAt ?? 0 };
}
