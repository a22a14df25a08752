import type { Played } from '../played.ts';
import type { Check, Tables } from './tables.ts';

interface DeliveryRow {
  event_id: string;
  consumer: string;
  aggregate: string;
  state: string;
  attempts: number;
  error: string | null;
}

/** Every event has been applied by everybody it concerns. */
export const checkDeliveries: Check<Played> = async function* (tables) {
  for (const module of tables.modules) {
    for (const { event_id, consumer, aggregate, state, attempts, error } of await deliveries(tables, module))
      yield `event ${event_id} of ${module} about ${aggregate} was not applied by ${consumer}: ${state}, ${attempts} attempts, ${error}`;
  }
};

/** How many deliveries are still on their way, the dead ones left out. */
export async function underWay(tables: Tables): Promise<number> {
  let waiting = 0;
  for (const module of tables.modules)
    waiting += (await deliveries(tables, module)).filter(({ state }) => state !== 'DEAD').length;
  return waiting;
}

async function deliveries(tables: Tables, module: string): Promise<DeliveryRow[]> {
  if (!(await tables.has(module, 'outbox_delivery'))) return [];
  return tables.rows<DeliveryRow>(module, 'select * from outbox_delivery');
}
