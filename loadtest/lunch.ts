import exec from 'k6/execution';
import type { Options } from 'k6/options';
import { graphAt } from './graph.ts';
import { journey as goOnJourney } from './journey.ts';
import { kitchen as runKitchen } from './kitchen.ts';
import { say } from './lines.ts';
import type { LunchPlan } from './plan.ts';
import { telephone } from './telephone.ts';

/**
 * Lunch at a restaurant: diners arrive as in the busiest hours of a year, each goes from the scanned code to the served
 * dish, and a cook serves them. `npm run loadtest` prepares the restaurant and the plan, and reads what is said here.
 */
const plan: LunchPlan = JSON.parse(open(__ENV['LUNCH_PLAN'] ?? ''));
const graph = graphAt(plan.url);
const own = telephone(graph, `${plan.diners} ${__VU}`);
/** Longer than any journey. */
const LAST_JOURNEY = 90;

/** What k6 runs. Whether the figures are good enough is for the command to say. */
export const options: Options = {
  scenarios: {
    kitchen: {
      executor: 'per-vu-iterations',
      exec: 'kitchen',
      vus: 1,
      iterations: 1,
      maxDuration: `${plan.seconds + 2 * LAST_JOURNEY}s`,
    },
    diners: {
      executor: 'ramping-arrival-rate',
      exec: 'journey',
      startRate: plan.arrivals.start,
      timeUnit: '1m',
      stages: [...plan.arrivals.stages],
      preAllocatedVUs: plan.telephones.ready,
      maxVUs: plan.telephones.most,
      gracefulStop: `${LAST_JOURNEY}s`,
    },
  },
  // Whoever comes next to a telephone is somebody else, with a connection of their own.
  noVUConnectionReuse: true,
};

/** One diner's visit. */
export async function journey(): Promise<void> {
  const arrival = exec.scenario.iterationInTest;
  const tableCode = plan.tables[arrival % plan.tables.length] ?? '';
  try {
    await goOnJourney({ url: plan.url, graph, telephone: own, tableCode });
  } catch (error) {
    say({ kind: 'failed', message: (error as Error).message });
  }
}

/** The cook's shift. */
export function kitchen(): Promise<void> {
  return runKitchen(plan, graph);
}

/** The last line. */
export function handleSummary({ metrics }: { metrics: Record<string, { values: Record<string, number> }> }) {
  const { passes = 0, fails = 0 } = metrics['failed_requests']?.values ?? {};
  const dropped = metrics['dropped_iterations']?.values['count'] ?? 0;
  const line = { kind: 'summary', requests: passes + fails, failedRequests: passes, dropped };
  return { stdout: `${JSON.stringify(line)}\n` };
}
