import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Line } from '../../loadtest/lines.ts';
import type { LunchPlan } from '../../loadtest/plan.ts';
import { CommandFailure } from '../import/refusal.ts';

/** What a lunch said, sorted. */
export interface Lunch {
  placed: Extract<Line, { kind: 'placed' }>[];
  /** The orders of which the payment was acknowledged. */
  paid: Set<string>;
  completed: Extract<Line, { kind: 'completed' }>[];
  served: Extract<Line, { kind: 'served' }>[];
  /** Why journeys broke off. */
  failures: string[];
  requests: number;
  failedRequests: number;
  /** Arrivals for whom no telephone was free. */
  dropped: number;
}

/** So much of what k6 says for itself is shown when it fails, in lines. */
const SHOWN = 5;

/**
 * Has k6 play a plan; `onJourney` hears how many journeys are over. Throws a CommandFailure when k6 ends before its
 * summary.
 */
export async function playLunch(k6: string, plan: LunchPlan, onJourney: (over: number) => void): Promise<Lunch> {
  const folder = mkdtempSync(join(tmpdir(), 'dinegraph-lunch-'));
  try {
    const planFile = join(folder, 'plan.json');
    writeFileSync(planFile, JSON.stringify(plan));
    const script = join(import.meta.dirname, '../../loadtest/lunch.ts');
    // Everything on one stream, as it is; no server and no report of its own.
    const said = ['--quiet', '--log-output', 'stdout', '--log-format', 'raw', '--address', '', '--no-usage-report'];
    const child = spawn(k6, ['run', ...said, script], {
      env: { ...process.env, LUNCH_PLAN: planFile },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'close');
    ended.catch(() => {});
    const lunch: Lunch = {
      placed: [],
      paid: new Set(),
      completed: [],
      served: [],
      failures: [],
      requests: 0,
      failedRequests: 0,
      dropped: 0,
    };
    const others: string[] = [];
    let summed = false;
    for await (const text of createInterface(child.stdout)) {
      const line = lineOf(text);
      if (!line) others.push(text);
      else if (line.kind === 'placed') lunch.placed.push(line);
      else if (line.kind === 'paid') lunch.paid.add(line.orderId);
      else if (line.kind === 'served') lunch.served.push(line);
      else if (line.kind === 'completed') lunch.completed.push(line);
      else if (line.kind === 'failed') lunch.failures.push(line.message);
      else {
        summed = true;
        lunch.requests = line.requests;
        lunch.failedRequests = line.failedRequests;
        lunch.dropped = line.dropped;
      }
      onJourney(lunch.completed.length + lunch.failures.length);
    }
    const [code] = await ended.catch((error: Error) => [error.message]);
    if (!summed || code !== 0)
      throw new CommandFailure(`k6 (${k6}) ended with ${code}: ${others.slice(-SHOWN).join(' ').trim() || 'no word'}`);
    return { ...lunch, failures: [...lunch.failures, ...others.filter((text) => text.trim() !== '')] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function lineOf(text: string): Line | undefined {
  if (!text.startsWith('{"kind":')) return undefined;
  return JSON.parse(text);
}
