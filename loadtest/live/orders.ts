import { type Screen, showProgress } from '../../cli/import/progress.ts';
import { ORDER } from '../operations.ts';
import { spreadOf, type Table } from './figures.ts';
import { type Measured, startMeasured } from './gateway.ts';
import { bareSockets, memoryTable } from './memory.ts';
import { moment } from './messages.ts';
import type { BenchOptions } from './options.ts';
import type { Watcher } from './watcher.ts';
import { connectAll, delaysOf, seeNewest, subscribeAll, wishesOf } from './watchers.ts';

/** Those who watch orders: what they cost in memory, and how long a change is on its way to them. */
export async function watchOrders(options: BenchOptions, screen: Screen): Promise<Table[]> {
  const { watchers: count, orders, people, graph, parts, profile } = options;
  const bare = parts.has('memory') ? await bareSockets(count) : undefined;
  await using gateway = await startMeasured(graph, profile);
  const scene = { what: 'orders', things: orders, clients: count, shared: people === 'shared' } as const;
  const wishes = wishesOf(ORDER, 'orderId', await gateway.prepare(scene));
  const empty = await gateway.memory();
  const progress = showProgress(screen, 'sockets', count);
  const watchers = await connectAll(gateway.url, wishes, progress);
  progress.end();
  const idle = await gateway.memory();
  const began = moment();
  await subscribeAll(watchers);
  const ready = Math.max(...watchers.map(({ moments }) => moments[0] ?? 0)) - began;
  const subscribed = await gateway.memory();
  const tables: Table[] = [];
  if (bare) {
    const steps = { 'the gateway alone': empty, 'connected and let in': idle, 'each with a subscription': subscribed };
    tables.push(memoryTable(count, bare, steps));
  }
  if (parts.has('orders')) {
    const rows = new Map([['all who ask at once have theirs', [ready]]]);
    tables.push({ title: 'first frames', columns: ['ms'], rows });
    tables.push(await changesTable(gateway, watchers, options, screen));
  }
  for (const watcher of watchers) watcher.cut();
  return tables;
}

/** Changes at one rate after the other. */
async function changesTable(
  gateway: Measured,
  watchers: readonly Watcher[],
  { orders, rates, seconds }: BenchOptions,
  screen: Screen,
): Promise<Table> {
  const rows = new Map<string, number[]>();
  for (const rate of rates) {
    screen.write(`${rate} changes a second for ${seconds} s\n`);
    const { changes, busy } = await gateway.publish(rate, seconds);
    await seeNewest(watchers, changes);
    rows.set(`${rate} changes a second`, [...spreadOf(delaysOf(watchers, changes)), busy * 100]);
  }
  const columns = ['p50 ms', 'p99 ms', 'most ms', 'CPU %'];
  return { title: `${watchers.length} watch ${orders} orders`, columns, rows };
}
