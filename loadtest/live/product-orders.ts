import { newId } from '../../kernel/ids.ts';
import { topicOf } from '../../subgraphs/orders/service/change-order.ts';
import type { Graph, Prepared, Scene } from './messages.ts';
import type { Stage } from './product-graph.ts';
import { openSessions, type Somebody } from './product-people.ts';

const ORDER = `insert into customer_order (id, state, version, store_id, store_name, time_zone, channel, diner_id, currency,
    subtotal, discount, tax, total, plan, business_day, created_at)
  values (?, 'PREPARING', 1, 'store', 'Bench', 'Asia/Shanghai', 'TAKEAWAY', ?, 'CNY', 2600, 0, 0, 2600,
    '{"applied":[],"rejected":[]}', '2026-01-01', ?)`;

/** Orders that are being made, each watched by its diner, with a session for each socket. */
export async function ordersScene(stage: Stage, { things, clients }: Scene): Promise<Prepared & Pick<Graph, 'change'>> {
  const orders = Array.from({ length: things }, () => ({ id: newId(), diner: newId(), version: 1 }));
  await stage.write('orders', async (tx) => {
    for (const { id, diner } of orders) await tx.em.execute(ORDER, [id, diner, Date.now()]);
  });
  const watching = Array.from(
    { length: clients },
    (_, number): Somebody => ({ kind: 'diner', id: (orders[number % things] as { diner: string }).diner }),
  );
  return {
    ids: orders.map(({ id }) => id),
    tokens: await openSessions(stage, watching),
    async change(index) {
      const order = orders[index] as (typeof orders)[number];
      const version = ++order.version;
      await stage.write('orders', async (tx) => {
        await tx.em.execute('update customer_order set version = ? where id = ?', [version, order.id]);
        stage.module('orders').host.publish(tx, topicOf(order.id), version);
      });
      return version;
    },
  };
}
