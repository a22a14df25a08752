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
export const checkDeliveries: Check<Played> = function* (tables) {
  for (const module of tables.modules) {
    for (const { event_id, consumer, aggregate, state, attempts, error } of deliveries(tables, module))
      yield `event ${event_id} of ${module} about ${aggregate} was not applied by ${consumer}: ${state}, ${attempts} attempts, ${error}`;
  }
};

/** How many deliveries are still on their way, the dead ones left out. */
export function underWay(tables: Tables): number {
  return tables.modules.flatMap((module) => deliveries(tables, module)).filter(({ state }) => state !== 'DEAD').length;
}

function deliveries(tables: Tables, module: string): DeliveryRow[] {
  const [table] = tables.rows(module, "select 1 from sqlite_master where name = 'outbox_delivery'");
  return table ? tables.rows<DeliveryRow>(module, 'select * from outbox_delivery') : [];
}
