import { LockMode } from '@mikro-orm/core';
import { kernelError } from '../../../kernel/errors.ts';
import type { Transaction } from '../../../kernel/module.ts';
import { Order } from '../entities.ts';
import type { OrdersHost } from '../settings.ts';
import { type Mover, moveOf, type OrderState } from '../state.ts';
import { announce } from './announce.ts';
import { noteFor } from './platform/notices.ts';

/** The live topic of an order; its version is the order's. */
export const topicOf = (orderId: string): string => `order:${orderId}`;

/** Reads an order in order to change it: its row stays locked until the transaction ends. */
export function orderForChange(tx: Transaction, id: string): Promise<Order> {
  // A copy of its own, so that nothing but the guarded statement of `change` ever writes it.
  return tx.em.findOneOrFail(Order, id, { lockMode: LockMode.PESSIMISTIC_WRITE, disableIdentityMap: true });
}

/**
 * The only way an order's row is changed: one statement, guarded by the state and the version it was read with, which
 * raises the version by one and tells the live listeners. At most once for each order and transaction.
 * UNAVAILABLE when somebody else has changed it in between.
 */
export async function change(
  host: OrdersHost,
  tx: Transaction,
  order: Order,
  changes: Partial<Omit<Order, 'id' | 'version'>>,
): Promise<Order> {
  const { id, state, version } = order;
  const changed = { ...changes, version: version + 1 };
  if ((await tx.em.nativeUpdate(Order, { id, state, version }, changed)) !== 1) throw kernelError('UNAVAILABLE');
  host.publish(tx, topicOf(id), changed.version);
  return { ...order, ...changed };
}

/** Moves an order on by a move of the state machine, and emits what that move emits. Any other move is a fault. */
export async function move(
  host: OrdersHost,
  tx: Transaction,
  order: Order,
  step: { to: OrderState; by: Mover },
  changes: Partial<Omit<Order, 'id' | 'version' | 'state'>> = {},
): Promise<Order> {
  const known = moveOf(order, step.to, step.by);
  if (!known) throw new Error(`${step.by} may not move an order from ${order.state} to ${step.to}`);
  const moved = await change(host, tx, order, { ...changes, state: step.to });
  if (moved.delivery) await noteFor(host, tx, step.by, { before: order, after: moved });
  if (known.emits) await announce(host, tx, known.emits, { before: order, after: moved });
  return moved;
}
