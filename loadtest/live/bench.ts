import { loadavg } from 'node:os';
import { type Output, runCommand } from '../../cli/import/command.ts';
import { linesOf, mediansOf, type Table } from './figures.ts';
import { BENCH_USAGE, type BenchOptions, benchOptions } from './options.ts';
import { watchOrders } from './orders.ts';
import { bringBackScreens } from './screens.ts';

/** `npm run bench:live`: what live updates cost and how long they take. Answers the exit code. */
export function benchCommand(args: readonly string[], output: Output): Promise<number> {
  return runCommand({ usage: BENCH_USAGE, options: () => benchOptions(args), run: measureAll }, output);
}

async function measureAll(options: BenchOptions, { say, screen }: Output): Promise<number> {
  const { runs, parts } = options;
  const measured: Table[][] = [];
  const loadBefore = loadavg();
  for (let run = 1; run <= runs; run++) {
    screen.write(`run ${run} of ${runs}\n`);
    const tables: Table[] = [];
    if (parts.has('memory') || parts.has('orders')) tables.push(...(await watchOrders(options, screen)));
    if (parts.has('screens')) tables.push(...(await bringBackScreens(options, screen)));
    measured.push(tables);
  }
  const load = ([minute = 0]: number[]) => minute.toFixed(1);
  say(
    `medians of ${runs} run${runs === 1 ? '' : 's'}; load average ${load(loadBefore)} before, ${load(loadavg())} after`,
  );
  for (const table of mediansOf(measured)) for (const line of ['', ...linesOf(table)]) say(line);
  return 0;
}

if (import.meta.main) {
  process.exitCode = await benchCommand(process.argv.slice(2), {
    say: (line) => console.log(line),
    screen: process.stderr,
  });
}
