import type { Played } from '../replay/played.ts';
import type { Restaurant } from '../replay/scene.ts';
import type { Lunch } from './lunch.ts';

/** What the books must say after a lunch: of each order that was acknowledged, and of none besides, that it was served. */
export function playedAt(restaurant: Restaurant, { placed }: Lunch): Played {
  const orders = placed.map(({ orderId, dinerId, total, lines }, index) => ({
    externalId: String(index + 1),
    orderId,
    dinerId,
    provider: 'demo',
    total,
    lines,
  }));
  const lines = placed.flatMap((order) => order.lines);
  return { ...restaurant, orders, ordered: lines.reduce((sum, line) => sum + line.unitPrice * line.quantity, 0) };
}
