import type { Transaction } from '../../../kernel/module.ts';
import type { KitchenProgressed } from '../../../schema/events.ts';
import type { OrdersHost } from '../settings.ts';
import { moveOf, type OrderState } from '../state.ts';
import { move, orderForChange } from './change-order.ts';

const reached: Record<KitchenProgressed['progress'], OrderState> = {
  STARTED: 'PREPARING',
  READY: 'READY',
  SERVED: 'COMPLETED',
};

/** Moves an order on as far as the kitchen has come. News of an order that was cancelled meanwhile is passed over. */
export async function followKitchen(
  host: OrdersHost,
  tx: Transaction,
  { orderId, progress }: KitchenProgressed,
): Promise<void> {
  const order = await orderForChange(tx, orderId);
  const to = reached[progress];
  if (!moveOf(order, to, 'KITCHEN')) return;
  const completed = to === 'COMPLETED' ? { completedAt: host.clock.now() } : {};
  await move(host, tx, order, { to, by: 'KITCHEN' }, completed);
}
