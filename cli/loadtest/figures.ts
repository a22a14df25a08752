import type { DinerSteps } from '../../loadtest/lines.ts';
import { percentile } from '../replay/timings.ts';
import type { Lunch } from './lunch.ts';

/** The steps of a journey, in their order, as they are printed. */
export const STEPS = [
  'scan',
  'menu',
  'sign in',
  'quote',
  'place',
  'follow',
  'pay',
  'ticket shown',
  'advance',
  'completed',
] as const;
/** The stretch of time that is looked at for the busiest, in milliseconds. */
const BUSIEST = 10_000;
export type Step = (typeof STEPS)[number];

/** What was measured of a lunch. */
export interface Figures {
  /** From the first payment to the last order that was seen to be completed. */
  seconds: number;
  ordersPerSecond: number;
  /** Orders a second that were completed in the ten seconds with the most. */
  busiest: number;
  steps: ReadonlyMap<Step, { count: number; p50: number; p99: number }>;
}

/** Works out the figures of a lunch; times are in milliseconds. */
export function figuresOf({ completed, served }: Lunch): Figures {
  const own = (step: keyof DinerSteps) => completed.flatMap(({ steps }) => steps[step] ?? []);
  const ticketsOf = Map.groupBy(served, ({ orderId }) => orderId);
  const moments = completed.flatMap(({ orderId, payingAt, completedAt }) => {
    const tickets = ticketsOf.get(orderId);
    if (!tickets) return [];
    const shown = Math.max(...tickets.map(({ shownAt }) => shownAt)) - payingAt;
    // The diner may see it before the answer to the cook has arrived.
    const done = Math.max(completedAt - Math.max(...tickets.map(({ servedAt }) => servedAt)), 0);
    return [{ shown, done }];
  });
  const times: Record<Step, number[]> = {
    scan: own('scan'),
    menu: own('menu'),
    'sign in': own('signIn'),
    quote: own('quote'),
    place: own('place'),
    follow: own('follow'),
    pay: own('pay'),
    'ticket shown': moments.map(({ shown }) => shown),
    advance: served.flatMap(({ advances }) => advances),
    completed: moments.map(({ done }) => done),
  };
  const ends = completed.map(({ completedAt }) => completedAt).sort((a, b) => a - b);
  const began = Math.min(...completed.map(({ payingAt }) => payingAt));
  const ended = ends.at(-1) ?? began;
  const seconds = completed.length > 0 ? (ended - began) / 1_000 : 0;
  return {
    seconds,
    ordersPerSecond: seconds > 0 ? completed.length / seconds : 0,
    busiest: busiestOf(ends),
    steps: new Map(
      STEPS.map((step) => {
        const taken = times[step];
        return [step, { count: taken.length, p50: percentile(taken, 50), p99: percentile(taken, 99) }];
      }),
    ),
  };
}

/** The most of these moments, which are sorted, within ten seconds; a second. */
function busiestOf(moments: readonly number[]): number {
  let from = 0;
  let most = 0;
  for (const [index, moment] of moments.entries()) {
    while (moment - (moments[from] ?? moment) >= BUSIEST) from += 1;
    most = Math.max(most, index + 1 - from);
  }
  return most / (BUSIEST / 1_000);
}

/** An aligned table of the steps: how often, and the 50th and 99th percentile in milliseconds. */
export function tableOf({ steps }: Figures): string[] {
  const row = (...[first = '', ...others]: string[]) =>
    `${first.padEnd(14)}${others.map((cell) => cell.padStart(9)).join('')}`;
  const rows = [...steps].map(([step, { count, p50, p99 }]) =>
    row(step, String(count), p50.toFixed(1), p99.toFixed(1)),
  );
  return [row('step', 'count', 'p50 ms', 'p99 ms'), ...rows];
}
