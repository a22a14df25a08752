import { type Figures, STEPS } from './figures.ts';
import type { Lunch } from './lunch.ts';

/** Requests that may fail, of all. */
const FAILED = 0.001;
/**
 * What the 99th percentile of every step may be, in milliseconds. With as few journeys as the smoke has, that is the
 * slowest of all, and on two cores that others keep busy it was seen at 2,300; something that waits for a time-out or for
 * a sweep takes longer than this.
 */
const P99 = 10_000;

/** What of a lunch crosses the smoke's thresholds, a sentence each. */
export function crossed(lunch: Lunch, { steps }: Figures): string[] {
  const { placed, completed, requests, failedRequests, dropped } = lunch;
  const failedShare = requests === 0 ? 1 : failedRequests / requests;
  return [
    ...(failedShare < FAILED ? [] : [`${failedRequests} of ${requests} requests failed`]),
    ...(completed.length > 0 && completed.length === placed.length
      ? []
      : [`${completed.length} of ${placed.length} orders were completed`]),
    ...(dropped === 0 ? [] : [`${dropped} arrivals found no telephone free`]),
    ...STEPS.flatMap((step) => {
      const { count = 0, p99 = 0 } = steps.get(step) ?? {};
      if (count === 0) return [`${step} was never measured`];
      return p99 < P99 ? [] : [`${step} took ${p99.toFixed(0)} ms at the 99th percentile, over ${P99} ms`];
    }),
  ];
}
