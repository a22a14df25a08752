import { mysqlTables } from '../../cli/replay/check/mysql-tables.ts';
import { listBuried } from '../../kernel/events/rabbit-dead-letters.ts';
import { checkCoupons } from './check/coupons.ts';
import { checkEvents } from './check/events.ts';
import { checkKitchen } from './check/kitchen.ts';
import { checkMoney } from './check/money.ts';
import { checkOrders } from './check/orders.ts';
import { checkPoints } from './check/points.ts';
import { checkStock } from './check/stock.ts';
import type { FaultWorld, Played } from './scenario.ts';
import { settle } from './settle.ts';

/** What is held against what people were told and against each other, and how. */
const checks = {
  orders: checkOrders,
  money: checkMoney,
  stock: checkStock,
  coupons: checkCoupons,
  points: checkPoints,
  kitchen: checkKitchen,
  events: checkEvents,
};

/** What is looked at, for the line that says so. */
export const CHECKED = [...Object.keys(checks), 'dead letters'].join(', ');

/**
 * Waits so many seconds at the most until a product has come to rest, then names every difference between what people were told and what its
 * databases say. It reads the databases, and uses none of the code that wrote them.
 */
export async function checkBooks(
  { mariadb, rabbitmq }: Pick<FaultWorld['servers'], 'mariadb' | 'rabbitmq'>,
  played: Played,
  patience: number,
): Promise<string[]> {
  const { namespace } = played;
  if (namespace === undefined) return [...(played.findings ?? [])];
  await using tables = await mysqlTables(mariadb.url, namespace);
  const found = await settle(tables, patience);
  for (const [name, check] of Object.entries(checks))
    for await (const difference of check(tables, played)) found.push(`${name}: ${difference}`);
  for (const { eventId, consumer, error } of await listBuried({ url: rabbitmq.url, namespace }))
    found.push(`dead letters: event ${eventId} for ${consumer}: ${error}`);
  return [...found, ...(played.findings ?? [])];
}
