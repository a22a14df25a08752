import { LockMode } from '@mikro-orm/core';
import { kernelError } from '../../../kernel/errors.ts';
import type { Host, Transaction } from '../../../kernel/module.ts';
import { inventoryError } from '../errors.ts';
import { PurchaseOrder } from '../purchase-entities.ts';
import { type PurchaseMover, type PurchaseState, purchaseMoveOf } from '../purchase-state.ts';

/** The live topic of a purchase order; its version is the order's. */
export const topicOf = (orderId: string): string => `purchase:${orderId}`;

/** Reads a purchase order in order to change it: its row stays locked until the transaction ends. */
export function purchaseForChange(tx: Transaction, id: string): Promise<PurchaseOrder> {
  // A copy of its own, so that nothing but the guarded statement of `change` ever writes it.
  return tx.em.findOneOrFail(PurchaseOrder, id, { lockMode: LockMode.PESSIMISTIC_WRITE, disableIdentityMap: true });
}

/** What of a purchase order may be changed beside its state. */
type Changes = Partial<Omit<PurchaseOrder, 'id' | 'version' | 'state'>>;

/**
 * The only way a purchase order's row is changed: one statement, guarded by the state and the version it was read with,
 * which raises the version by one and tells the live listeners. UNAVAILABLE when somebody else has changed it in between.
 */
export async function change(
  host: Host,
  tx: Transaction,
  { id, state, version }: PurchaseOrder,
  changes: Changes & { state?: PurchaseState },
): Promise<void> {
  const changed = { ...changes, version: version + 1 };
  const rows = await tx.em.nativeUpdate(PurchaseOrder, { id, state, version }, changed);
  if (rows !== 1) throw kernelError('UNAVAILABLE');
  host.publish(tx, topicOf(id), changed.version);
}

/** Moves a purchase order on by a move of the state machine; PURCHASE_ORDER_STATE for any other. */
export async function move(
  host: Host,
  tx: Transaction,
  order: PurchaseOrder,
  { to, by }: { to: PurchaseState; by: PurchaseMover },
  changes: Changes = {},
): Promise<void> {
  if (!purchaseMoveOf(order, to, by)) throw inventoryError('PURCHASE_ORDER_STATE', { state: order.state });
  await change(host, tx, order, { ...changes, state: to });
}
