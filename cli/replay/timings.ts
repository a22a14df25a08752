/** The steps of an order that are timed. */
const STEPS = ['quote', 'place', 'pay', 'ticket shown', 'advance', 'completed'] as const;
type Step = (typeof STEPS)[number];

/** How long each step took, each time. */
export interface Timings {
  /** Times a piece of work as one step. */
  time<T>(step: Step, work: () => Promise<T>): Promise<T>;
  /** An aligned table: how often, and the 50th and 99th percentile in milliseconds. */
  table(): string[];
}

/** Begins to measure. */
export function timings(): Timings {
  const taken = new Map<Step, number[]>(STEPS.map((step) => [step, []]));
  return {
    async time(step, work) {
      const began = performance.now();
      const result = await work();
      taken.get(step)?.push(performance.now() - began);
      return result;
    },
    table() {
      const head = `${'step'.padEnd(14)}${['count', 'p50 ms', 'p99 ms'].map((title) => title.padStart(9)).join('')}`;
      const rows = [...taken].map(([step, times]) => {
        const cells = [String(times.length), percentile(times, 50).toFixed(1), percentile(times, 99).toFixed(1)];
        return `${step.padEnd(14)}${cells.map((cell) => cell.padStart(9)).join('')}`;
      });
      return [head, ...rows];
    },
  };
}

/** The value that so many per cent of the values do not exceed (nearest rank); 0 of none. */
export function percentile(values: readonly number[], per: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(Math.ceil((per / 100) * sorted.length) - 1, 0)] ?? 0;
}
