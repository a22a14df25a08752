import { type Screen, showProgress } from '../../cli/import/progress.ts';
import { KITCHEN } from '../operations.ts';
import { spreadOf, type Table } from './figures.ts';
import { startMeasured } from './gateway.ts';
import { moment } from './messages.ts';
import type { BenchOptions } from './options.ts';
import { connectAll, connectAtOnce, delaysOf, seeNewest, subscribeAll, wishesOf } from './watchers.ts';

/** Kitchen screens that are all cut off and come back at once, while the kitchens go on. */
export async function bringBackScreens(options: BenchOptions, screen: Screen): Promise<Table[]> {
  const { screens: count, stores, kitchenRate, seconds, people, graph, profile } = options;
  await using gateway = await startMeasured(graph, profile);
  const scene = { what: 'kitchens', things: stores, clients: count, shared: people === 'shared' } as const;
  const wishes = wishesOf(KITCHEN, 'storeId', await gateway.prepare(scene));
  const progress = showProgress(screen, 'sockets', count);
  const before = await connectAll(gateway.url, wishes, progress);
  progress.end();
  await subscribeAll(before);
  screen.write(`${kitchenRate} changes a second for ${seconds} s\n`);
  const rest = await gateway.publish(kitchenRate, seconds);
  await seeNewest(before, rest.changes);

  screen.write(`${count} screens come back\n`);
  for (const watcher of before) watcher.cut();
  const cutAt = moment();
  const publishing = gateway.publish(kitchenRate, seconds);
  const after = await connectAtOnce(gateway.url, wishes);
  const { changes } = await publishing;
  await seeNewest(after, changes);
  const firsts = after.map(({ moments }) => moments[0] ?? Number.NaN);
  const backAt = Math.max(...firsts);
  const meanwhile = changes.filter(([, , due]) => due <= backAt);
  const ways = after.map(({ began }, index) => (firsts[index] ?? Number.NaN) - began);
  for (const watcher of after) watcher.cut();

  const rows = new Map<string, number[]>([
    ['change to screen, at rest', spreadOf(delaysOf(before, rest.changes))],
    ['change to screen, while they come back', spreadOf(delaysOf(after, meanwhile))],
    ['a screen, from its connecting to its first frame', spreadOf(ways)],
    ['all of them, from the cut', [Number.NaN, Number.NaN, backAt - cutAt]],
  ]);
  const title = `${count} screens of ${stores} kitchens, ${kitchenRate} changes a second`;
  return [{ title, columns: ['p50 ms', 'p99 ms', 'most ms'], rows }];
}
