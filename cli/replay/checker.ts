import { setTimeout as pause } from 'node:timers/promises';
import { checkDeliveries, underWay } from './check/deliveries.ts';
import { checkKitchen } from './check/kitchen.ts';
import { checkMoney } from './check/money.ts';
import { checkPoints } from './check/points.ts';
import { checkStock } from './check/stock.ts';
import type { Tables } from './check/tables.ts';
import type { Played } from './played.ts';

/** What is held against the file and against each other, and how. */
const checks = {
  'orders, tax and payments': checkMoney,
  'tickets and prints': checkKitchen,
  points: checkPoints,
  stock: checkStock,
  'events delivered': checkDeliveries,
};

/** What the checker looks at, for the line that says so. */
export const CHECKED = Object.keys(checks).join(', ');

/** How long deliveries may still be on their way, in milliseconds, and how often to look. */
const PATIENCE = 10_000;
const EVERY = 50;

/**
 * Recomputes from the raw rows of the databases what the orders that were played must have left there, and names every
 * difference. It reads the databases and uses none of the code that wrote them; the product may be running.
 */
export async function checkBooks(tables: Tables, played: Played): Promise<string[]> {
  const until = Date.now() + PATIENCE;
  while ((await underWay(tables)) > 0 && Date.now() < until) await pause(EVERY);
  const differences: string[] = [];
  for (const check of Object.values(checks))
    for await (const difference of check(tables, played)) differences.push(difference);
  return differences;
}
