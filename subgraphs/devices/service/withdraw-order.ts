import { LockMode } from '@mikro-orm/core';
import type { Transaction } from '../../../kernel/module.ts';
import type { OrderCancelled } from '../../../schema/events.ts';
import { KitchenTicket } from '../entities.ts';
import { PrintJob } from '../print-entities.ts';
import type { DevicesHost } from '../settings.ts';
import { openStates } from '../ticket-state.ts';
import { kitchenHasChanged } from './feed.ts';
import { printWithdrawal } from './print-jobs.ts';

/**
 * Takes a cancelled order's open tickets off the screens. A slip that is on no paper is withdrawn; where one may
 * hang in the kitchen already, a second slip says that the order was cancelled. An order that was never paid has neither.
 */
export async function withdrawOrder(host: DevicesHost, tx: Transaction, order: OrderCancelled): Promise<void> {
  const open = { orderId: order.orderId, state: { $in: [...openStates] } };
  const tickets = await tx.em.find(KitchenTicket, open, { lockMode: LockMode.PESSIMISTIC_WRITE });
  if (tickets.length === 0) return;
  await tx.em.nativeUpdate(KitchenTicket, open, { state: 'CANCELLED' });
  for (const ticket of tickets) {
    const slip = { orderId: order.orderId, ticketId: ticket.id, state: 'QUEUED' as const };
    const nowhere = { ...slip, sheets: 0, sentAt: null };
    if ((await tx.em.nativeUpdate(PrintJob, nowhere, { state: 'CANCELLED' })) === 1) continue;
    await tx.em.nativeUpdate(PrintJob, slip, { state: 'CANCELLED' });
    await printWithdrawal(host, tx, ticket);
  }
  const ids = tickets.map(({ id }) => id);
  await kitchenHasChanged(host, tx, order.storeId, ids);
}
