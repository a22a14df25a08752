import { sqliteTables } from '../../cli/replay/check/tables.ts';
import { checkCoupons } from './check/coupons.ts';
import { checkKitchen } from './check/kitchen.ts';
import { checkMoney } from './check/money.ts';
import { checkOrders } from './check/orders.ts';
import { checkPoints } from './check/points.ts';
import { checkStock } from './check/stock.ts';
import type { Played } from './scenario.ts';
import { settle } from './settle.ts';

const checks = [checkOrders, checkMoney, checkStock, checkCoupons, checkPoints, checkKitchen];

/**
 * What `checkBooks` finds, of a product of one process on SQLite that has so many seconds to come to rest. Events are not watched there; what they came to is
 * checked in the tables of those that applied them.
 */
export async function checkEmbeddedBooks(dataDir: string, played: Played, patience: number): Promise<string[]> {
  await using tables = sqliteTables(dataDir);
  const found = await settle(tables, patience);
  for (const check of checks) for await (const difference of check(tables, played)) found.push(difference);
  return found;
}
