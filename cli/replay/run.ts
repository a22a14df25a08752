import { toMajor } from '../../kernel/money.ts';
import type { Output } from '../import/command.ts';
import { showProgress } from '../import/progress.ts';
import { peakMemory } from '../private/memory.ts';
import { type PrivateProduct, privateProducts } from '../private/products.ts';
import { sqliteTables } from './check/tables.ts';
import { CHECKED, checkBooks } from './checker.ts';
import { readDay } from './day.ts';
import type { ReplayOptions } from './options.ts';
import { play } from './play.ts';
import type { Played } from './played.ts';
import { setScene } from './scene.ts';
import { timings } from './timings.ts';

/** So many differences are shown. */
const SHOWN = 50;

/** Plays a day and checks what it left behind. Answers the exit code; throws a CommandFailure when it cannot be played. */
export async function runReplay(options: ReplayOptions, output: Output): Promise<number> {
  const { file, date, currency, dayOrder, dailyNumbers, mapping, concurrency } = options;
  const format = { currency, dayOrder, dailyNumbers, fillDown: false, timeZone: 'Asia/Shanghai' };
  const day = readDay(file, date, format, mapping);
  if (options.product) {
    const { url, dataDir } = options.product;
    return await replayAt({ url, openTables: async () => sqliteTables(dataDir) });
  }
  let worst = 0;
  for (const shape of options.shapes) {
    const { description, start } = privateProducts[shape];
    await using product = await start();
    if (options.shapes.length > 1) output.say(`In ${description}:`);
    worst = Math.max(worst, await replayAt(product));
    for (const { name, pid } of product.processes)
      output.say(`  memory of ${name.padEnd(10)} ${peakMemory(pid)?.toFixed(0) ?? '?'} MiB at the most`);
    output.say('');
  }
  return worst;

  async function replayAt({ url, openTables }: Pick<PrivateProduct, 'url' | 'openTables'>): Promise<number> {
    const scene = await setScene({ url, staff: options.staff, pin: options.pin }, day, date, currency);
    output.say(`${day.orders.length} orders of ${date} through ${url}, ${concurrency} at a time`);
    if (day.refused > 0) output.say(`${day.refused} rows of the file are refused; npm run import names them`);
    const times = timings();
    const progress = showProgress(output.screen, 'orders', day.orders.length);
    const began = performance.now();
    const { orders, failures } = await play(scene, day, { concurrency, times, onDone: progress.at });
    const seconds = (performance.now() - began) / 1_000;
    progress.end();
    for (const { socket } of [...scene.diners, scene.waiter, scene.cook]) await socket.dispose();

    const played: Played = { ...scene, orders, ordered: day.revenue };
    await using tables = await openTables();
    const differences = await checkBooks(tables, played);
    const revenue = orders.reduce((sum, { total }) => sum + total, 0);
    output.say('');
    output.say(`  orders     ${orders.length}`);
    output.say(`  revenue    ${toMajor(revenue, currency)}`);
    output.say(`  seconds    ${seconds.toFixed(2)}`);
    output.say(`  orders/s   ${(orders.length / seconds).toFixed(1)}`);
    output.say('');
    for (const line of times.table()) output.say(`  ${line}`);
    output.say('');
    sayAll(output, failures, `${failures.length} orders did not come through:`);
    sayAll(output, differences, `The checker found ${differences.length} differences:`);
    if (differences.length === 0) output.say(`Checked from the databases (${CHECKED}): no difference.`);
    return failures.length + differences.length > 0 ? 1 : 0;
  }
}

function sayAll(output: Output, lines: readonly string[], title: string): void {
  if (lines.length === 0) return;
  output.say(title);
  for (const line of lines.slice(0, SHOWN)) output.say(`  ${line}`);
  if (lines.length > SHOWN) output.say(`  and ${lines.length - SHOWN} more`);
}
