import { setTimeout as pause } from 'node:timers/promises';
import type { Tables } from '../../cli/replay/check/tables.ts';

/** How often to look whether a product has come to rest, in milliseconds. */
const EVERY = 250;

/** What a product still has to do by itself, in sentences. */
export async function unfinished(tables: Tables): Promise<string[]> {
  const left: string[] = [];
  for (const module of tables.modules.filter((name) => name !== 'watch')) {
    if (!(await tables.has(module, 'outbox_delivery'))) continue;
    type Row = { event_id: string; consumer: string; state: string; attempts: number; error: string | null };
    for (const row of await tables.rows<Row>(module, 'select * from outbox_delivery'))
      left.push(
        `event ${row.event_id} of ${module} is ${row.state} for ${row.consumer} after ${row.attempts} attempts: ${row.error}`,
      );
  }
  for (const [what, sql] of [
    ['order is still being placed', "select id from customer_order where state = 'PLACING'"],
    ['payment is still not certain', "select id from payment where state = 'PENDING'"],
    ['refund is still not certain', "select id from refund where state = 'PENDING'"],
  ] as const)
    for (const { id } of await tables.rows<{ id: string }>('orders', sql)) left.push(`${id}: this ${what}`);
  return left;
}

/** Waits until a product has nothing left to do by itself; answers what it had left after so many seconds. */
export async function settle(tables: Tables, patience = 120): Promise<string[]> {
  const until = Date.now() + patience * 1_000;
  let left = await unfinished(tables);
  while (left.length > 0 && Date.now() < until) {
    await pause(EVERY);
    left = await unfinished(tables);
  }
  return left.map((what) => `${what} (${patience} seconds after everything was up)`);
}
