import { percentile } from '../../../cli/replay/timings.ts';

/** How long it took after a kill, in milliseconds. */
export interface Recovery {
  /** What was killed: `orders`, `database`. */
  what: string;
  /** Until it was ready again; left out when that took longer than anybody waited. */
  ready?: number;
  /** Until a whole order that was begun after the kill was served; left out when the next kill came before. */
  order?: number;
  /** Whether such an order was waited for in vain. */
  missed?: boolean;
}

/** A table of recoveries by what was killed, in seconds. */
export function recoveryTable(recoveries: readonly Recovery[]): string[] {
  const head = ['killed', 'times', 'ready: median', 'worst', 'an order: times', 'median', 'worst', 'not in 30 s'];
  const rows = [...Map.groupBy(recoveries, ({ what }) => what)].sort(([a], [b]) => (a < b ? -1 : 1));
  const lines = rows.map(([what, own]) => {
    const ready = own.flatMap((one) => one.ready ?? []);
    const orders = own.flatMap((one) => one.order ?? []);
    return [
      what,
      String(own.length),
      ...spread(ready),
      String(orders.length),
      ...spread(orders),
      String(own.filter(({ missed }) => missed).length),
    ];
  });
  return [head, ...lines].map((line) =>
    line.map((cell, index) => (index === 0 ? cell.padEnd(16) : cell.padStart((head[index]?.length ?? 0) + 2))).join(''),
  );
}

function spread(times: readonly number[]): string[] {
  if (times.length === 0) return ['-', '-'];
  return [percentile(times, 50), Math.max(...times)].map((time) => `${(time / 1_000).toFixed(1)} s`);
}
