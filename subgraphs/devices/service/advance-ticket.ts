import { badInput } from '../../../kernel/errors.ts';
import { hasScope } from '../../../kernel/identity.ts';
import type { Context, Host, Transaction } from '../../../kernel/module.ts';
import type { AdvanceTicketInput } from '../../../schema/types/devices.ts';
import { KitchenTicket } from '../entities.ts';
import { deviceError } from '../errors.ts';
import { moveTo, type TicketMove } from '../ticket-state.ts';
import { kitchenHasChanged } from './feed.ts';
import { requireKitchen } from './rights.ts';

/** Moves a ticket on by one step. Throws TICKET_NOT_FOUND, or TICKET_STATE_CHANGED with the state it is in. */
export async function advanceTicket(host: Host, ctx: Context, input: AdvanceTicketInput): Promise<KitchenTicket> {
  const ticket = await ctx.em.findOne(KitchenTicket, input.ticketId);
  if (!ticket) throw deviceError('TICKET_NOT_FOUND', { ticketId: input.ticketId });
  // Whoever serves the tables may say that a dish was served.
  const serves = input.to === 'SERVED' && hasScope(ctx.identity, 'orders:place', ticket.storeId);
  await requireKitchen(ctx, serves ? 'kitchen:read' : 'kitchen:work', ticket.storeId);
  const move = moveTo(input.to);
  if (!move) throw badInput('to', 'is STARTED, READY or SERVED');
  const { id } = await host.transact(ctx, (tx) =>
    host.once(tx, { mutation: 'advanceTicket', key: input.idempotencyKey, input }, async () => {
      await makeMove(host, tx, ticket, move);
      await noteProgress(host, tx, ticket, move);
      await kitchenHasChanged(host, tx, ticket.storeId, [ticket.id]);
      return ticket.id;
    }),
  );
  return ctx.em.findOneOrFail(KitchenTicket, id);
}

async function makeMove(host: Host, tx: Transaction, { id }: KitchenTicket, { from, to, at }: TicketMove) {
  const moved = await tx.em.nativeUpdate(KitchenTicket, { id, state: from }, { state: to, [at]: host.clock.now() });
  if (moved === 1) return;
  const { state } = await tx.em.findOneOrFail(KitchenTicket, id, { refresh: true });
  throw deviceError('TICKET_STATE_CHANGED', { state });
}

/**
 * Counts the move in the order's row, and tells of the order's progress when this move brought it about. Both are
 * guarded statements on one row, so when two stations make the last two moves at once, exactly one of them tells.
 */
async function noteProgress(host: Host, tx: Transaction, ticket: KitchenTicket, move: TicketMove): Promise<void> {
  const { orderId, storeId } = ticket;
  const { counter, progress } = move;
  await tx.em.execute(`update kitchen_order set ${counter} = ${counter} + 1 where order_id = ?`, [orderId], 'run');
  const needed = move.reachedBy === 'first' ? 1 : 'tickets';
  const { affectedRows } = await tx.em.execute<{ affectedRows: number }>(
    `update kitchen_order set progress = ? where order_id = ? and progress < ? and ${counter} >= ${needed}`,
    [progress, orderId, progress],
    'run',
  );
  if (affectedRows === 0) return;
  await host.emit(
    tx,
    'kitchen.progressed',
    { aggregate: orderId, version: progress },
    { orderId, storeId, progress: move.to },
  );
}
