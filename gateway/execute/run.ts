import type { GraphQLFormattedError } from 'graphql';
import type { Executor } from '../../kernel/executor.ts';
import type { GraphContext } from '../context.ts';
import type { GatewayFigures } from '../figures.ts';
import type { Data, Path } from './data.ts';

/** An error of a subgraph, and where it happened, by the plan's names; nowhere when the subgraph did not say. */
export interface Failure {
  error: GraphQLFormattedError;
  path: Path | undefined;
}

/** One execution of a plan: what it was asked, and what has been fetched so far. */
export interface Run {
  readonly root: Data;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly context: GraphContext;
  readonly executors: ReadonlyMap<string, Executor>;
  readonly figures: GatewayFigures;
  readonly failures: Failure[];
  /** Objects that a subgraph did not know when it was asked for them: what it would have said of them is null. */
  readonly unknown: WeakSet<Data>;
}

/** A part of a plan, ready to run. Nothing is returned when it had nothing to wait for. */
export type Step = (run: Run) => Promise<void> | undefined;

/** One after the other. */
export function inSequence(steps: readonly Step[]): Step {
  const [first, ...rest] = steps;
  if (!first) return () => undefined;
  if (rest.length === 0) return first;
  const next = inSequence(rest);
  return (run) => {
    const waiting = first(run);
    return waiting ? waiting.then(() => next(run)) : next(run);
  };
}

/** Side by side. */
export function inParallel(steps: readonly Step[]): Step {
  if (steps.length === 1) return steps[0] as Step;
  return (run) => {
    const waiting = steps.flatMap((step) => step(run) ?? []);
    return waiting.length > 0 ? Promise.all(waiting).then(() => {}) : undefined;
  };
}
