import { setTimeout as pause } from 'node:timers/promises';
import type { Context } from './context.ts';
import type { Logger } from './log.ts';
import type { Metrics } from './telemetry/metrics.ts';
import { inTrace } from './telemetry/trace.ts';

/** Work that a module does again and again by itself. */
export interface Job {
  /** Milliseconds from the end of one run to the start of the next: a whole number, 100 or more, see `isPeriod`. */
  every: number;
  run(ctx: Context): Promise<void>;
}

/** The shortest and the longest time between runs, in milliseconds; a timer that is to wait longer does not wait at all. */
const SHORTEST = 100;
const LONGEST = 2 ** 31 - 1;

/** What `every` has to be, in words. */
export const PERIOD = `a whole number of milliseconds from ${SHORTEST} to ${LONGEST}`;

/** Whether a job may run as often as that. */
export function isPeriod(every: unknown): boolean {
  return Number.isInteger(every) && Number(every) >= SHORTEST && Number(every) <= LONGEST;
}

/** A job with what it needs to run. */
export interface JobEntry {
  job: Job;
  context(): Context;
  /** See `Database.exclusively`. */
  exclusively(name: string, work: () => Promise<void>): Promise<boolean>;
  log: Logger;
}

/** How soon a run by hand looks again whether another process has finished the same job, in ms. */
const LOOK = 200;

/**
 * Runs a module's jobs, each never twice at once in all processes: a turn is left out while another has it. A run that
 * fails is logged and tried again at its next turn.
 */
export class JobRunner {
  readonly #jobs: ReadonlyMap<string, JobEntry>;
  readonly #took: ReturnType<Metrics['timer']>;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #running = new Map<string, Promise<unknown>>();
  #stopped = true;

  constructor(jobs: ReadonlyMap<string, JobEntry>, metrics: Metrics) {
    this.#jobs = jobs;
    this.#took = metrics.timer('dinegraph_job_seconds', 'How long the runs of jobs took.', ['job', 'outcome']);
  }

  start(): void {
    this.#stopped = false;
    for (const name of this.#jobs.keys()) this.#schedule(name);
  }

  /** Runs a job now, after a run that is under way anywhere. `name` is `module.job`. Rejects with the job's error. */
  async run(name: string): Promise<void> {
    while (!(await this.#turn(name))) await pause(LOOK);
  }

  /** Runs a job after this process's own run that is under way; false, and not at all, while another process does. */
  async #turn(name: string): Promise<boolean> {
    const entry = this.#jobs.get(name);
    if (!entry) throw new Error(`no job ${name}`);
    const before = this.#running.get(name) ?? Promise.resolve();
    const mine = before.catch(() => {}).then(() => entry.exclusively(name, () => this.#run(name, entry)));
    this.#running.set(name, mine);
    return mine;
  }

  async #run(name: string, { job, context }: JobEntry): Promise<void> {
    const begin = performance.now();
    let outcome = 'failed';
    try {
      await inTrace(`job ${name}`, { kind: 'internal' }, () => job.run(context()));
      outcome = 'done';
    } finally {
      this.#took({ job: name, outcome }, (performance.now() - begin) / 1_000);
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    await Promise.allSettled(this.#running.values());
  }

  #schedule(name: string): void {
    const entry = this.#jobs.get(name);
    if (this.#stopped || !entry) return;
    const turn = setTimeout(async () => {
      await this.#turn(name).catch((error) => entry.log.error({ error, job: name }, 'a job failed'));
      this.#schedule(name);
    }, entry.job.every);
    this.#timers.set(name, turn);
  }
}
