import type { Tables } from '../replay/check/tables.ts';
import type { Played, PlayedOrder } from '../replay/played.ts';
import type { Restaurant } from '../replay/scene.ts';
import type { Lunch } from './lunch.ts';

/**
 * What the books must say after a lunch: each order that was acknowledged, and none besides. One whose payment was
 * acknowledged was served; where the journey broke off before, the diner cannot know whether it was paid, so either will
 * do, and all that follows from it must hold.
 */
export async function playedAt(restaurant: Restaurant, { placed, paid }: Lunch, tables: Tables): Promise<Played> {
  const orders: PlayedOrder[] = [];
  for (const [index, { orderId, dinerId, total, lines }] of placed.entries()) {
    const unpaid = !paid.has(orderId) && (await isUnpaid(tables, orderId));
    orders.push({ externalId: String(index + 1), orderId, dinerId, provider: 'demo', total, lines, unpaid });
  }
  const lines = placed.flatMap((order) => order.lines);
  return { ...restaurant, orders, ordered: lines.reduce((sum, line) => sum + line.unitPrice * line.quantity, 0) };
}

async function isUnpaid(tables: Tables, orderId: string): Promise<boolean> {
  type StateRow = { state: string };
  const [order] = await tables.rows<StateRow>('orders', 'select state from customer_order where id = ?', orderId);
  return order?.state === 'AWAITING_PAYMENT';
}
