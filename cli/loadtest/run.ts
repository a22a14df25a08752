import type { Output } from '../import/command.ts';
import { showProgress } from '../import/progress.ts';
import { peakMemory } from '../private/memory.ts';
import { privateProducts } from '../private/products.ts';
import { CHECKED, checkBooks } from '../replay/checker.ts';
import { journeysOf, readArrivals, stagesOf, writeArrivals } from './arrivals.ts';
import { playedAt } from './books.ts';
import { figuresOf, tableOf } from './figures.ts';
import { findK6 } from './find-k6.ts';
import { playLunch } from './lunch.ts';
import type { LoadtestOptions } from './options.ts';
import { openForLunch } from './restaurant.ts';
import { crossed } from './thresholds.ts';

/** So many differences are shown. */
const SHOWN = 50;
/** Seconds that a journey takes, with a product at ease and with one that can hardly follow; for the telephones. */
const JOURNEY = 5;
const SLOW_JOURNEY = 60;

/** Has lunch at a product of its own and checks its books. Answers the exit code; throws a CommandFailure when it cannot. */
export async function runLoadtest(options: LoadtestOptions, output: Output): Promise<number> {
  const { minutes, rate, smoke, countIn } = options;
  if (countIn !== undefined) {
    const { perMinute } = writeArrivals(countIn);
    output.say(`loadtest/arrivals.json now has ${perMinute.reduce((sum, orders) => sum + orders, 0)} orders`);
    return 0;
  }
  const k6 = findK6(options.k6, options.environment);
  const shape = privateProducts[options.shape];
  await using product = await shape.start();
  const { restaurant, plan } = await openForLunch(product.url);
  const arrivals = stagesOf(readArrivals(), minutes, rate);
  const journeys = journeysOf(arrivals, minutes);
  const telephones = { ready: Math.ceil(rate * JOURNEY) + 1, most: Math.ceil(rate * SLOW_JOURNEY) + 1 };
  output.say(`about ${journeys} journeys in ${minutes} min through ${shape.description}, ${rate} a second at the peak`);
  const progress = showProgress(output.screen, 'journeys', journeys);
  const lunch = await playLunch(k6, { ...plan, arrivals, seconds: minutes * 60, telephones }, progress.at);
  progress.end();
  const memory = product.processes.map(({ name, pid }) => `${name} ${peakMemory(pid)?.toFixed(0) ?? '?'} MiB`);

  await using tables = await product.openTables();
  const differences = await checkBooks(tables, await playedAt(restaurant, lunch, tables));
  const figures = figuresOf(lunch);
  output.say('');
  output.say(`  orders     ${lunch.completed.length} completed, ${lunch.placed.length} acknowledged`);
  output.say(`  requests   ${lunch.requests}, ${lunch.failedRequests} failed`);
  output.say(`  seconds    ${figures.seconds.toFixed(2)}`);
  output.say(
    `  orders/s   ${figures.ordersPerSecond.toFixed(1)}, ${figures.busiest.toFixed(1)} in the busiest ten seconds`,
  );
  output.say(`  memory     ${memory.join(', ')} (peak)`);
  output.say('');
  for (const line of tableOf(figures)) output.say(`  ${line}`);
  output.say('');
  const over = smoke ? crossed(lunch, figures) : [];
  if (lunch.dropped > 0) output.say(`${lunch.dropped} arrivals found no telephone free: the product could not follow.`);
  sayAll(output, lunch.failures, `${lunch.failures.length} times something broke off:`);
  sayAll(output, over, `${over.length} thresholds are crossed:`);
  sayAll(output, differences, `The checker found ${differences.length} differences:`);
  if (differences.length === 0) output.say(`Checked from the databases (${CHECKED}): no difference.`);
  return lunch.failures.length + over.length + differences.length > 0 ? 1 : 0;
}

function sayAll(output: Output, lines: readonly string[], title: string): void {
  if (lines.length === 0) return;
  output.say(title);
  for (const line of lines.slice(0, SHOWN)) output.say(`  ${line}`);
  if (lines.length > SHOWN) output.say(`  and ${lines.length - SHOWN} more`);
}
