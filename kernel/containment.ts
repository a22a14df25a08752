import {
  bulkhead,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhen,
  isBrokenCircuitError,
  isBulkheadRejectedError,
  TaskCancelledError,
  TimeoutStrategy,
  timeout,
  wrap,
} from 'cockatiel';
import { MINUTE, SECOND } from './clock.ts';
import { CodedError, kernelError } from './errors.ts';
import type { Executor, GraphResult } from './executor.ts';
import type { Logger } from './log.ts';
import type { Parts } from './module.ts';
import type { Provided } from './ports.ts';
import type { RouteHandler, RoutePlace } from './routes.ts';
import type { Metrics } from './telemetry/metrics.ts';
import { plainMessage } from './telemetry/plain-error.ts';
import { within } from './within.ts';

/** How a plug-in is; `failing` is one with a place that has failed several times in a row, or that says so itself. */
export interface PluginHealth {
  state: 'ok' | 'failing';
  /** How often in a row each place has failed, such as `event order.paid`; why is in the log, since anybody may look here. */
  failures: Record<string, number>;
}

/** A plug-in whose faults stay its own. */
export interface Contained {
  readonly parts: Parts;
  /** The same for its part of the graph. */
  executor(executor: Executor): Executor;
  health(): Promise<PluginHealth>;
}

/** What a plug-in may take at a place. */
interface Allowance {
  /** How long a call may take, in milliseconds; afterwards nobody waits for it. */
  limit: number;
  /** How many may be under way at once, those included that nobody waits for any more. */
  atOnce: number;
}

export interface ContainOptions {
  metrics: Metrics;
  log: Logger;
  /** Others than the usual ones. */
  handler?: Allowance;
  job?: Allowance;
  route?: Allowance;
  graph?: Allowance;
}

const HANDLER: Allowance = { limit: 20 * SECOND, atOnce: 50 };
const JOB: Allowance = { limit: 10 * MINUTE, atOnce: 1 };
const ROUTE: Allowance = { limit: 30 * SECOND, atOnce: 100 };
const GRAPH: Allowance = { limit: 10 * SECOND, atOnce: 200 };
const OWN_CHECK = SECOND;
/** After how long a call of a port that has no end is a failure, in milliseconds: longer than any caller waits. */
const PORT = 30 * SECOND;

/** After how many failures in a row a place is left alone, and for how long, in milliseconds. */
const FAILURES = 10;
const LEFT_ALONE = 10 * SECOND;
/** How many failures in a row are trouble. */
const TROUBLING = 3;

/**
 * Puts limits around what a plug-in does: a call that does not come back is given up, too many that do not come back are
 * refused, and a place that fails again and again is left alone for a moment. What is refused so was not tried: an event
 * waits, a request is UNAVAILABLE. An endless loop in the product's own process is beyond this.
 */
export function contain(plugin: string, parts: Parts, { metrics, log, ...allowances }: ContainOptions): Contained {
  const { handler, job, route, graph } = { handler: HANDLER, job: JOB, route: ROUTE, graph: GRAPH, ...allowances };
  const count = metrics.counter('dinegraph_plugin_failures_total', 'What failed of plug-ins.', ['plugin', 'place']);
  const failures = new Map<string, number>();
  let said: string | undefined;

  /** Notes how it goes at a place. */
  const noting = (place: string) => ({
    failed() {
      failures.set(place, (failures.get(place) ?? 0) + 1);
      count({ plugin, place });
    },
    went: () => failures.delete(place),
  });

  /** Calls within an allowance, and notes how it went; `isFault` says it of a result that comes all the same. */
  function at(place: string, allowance: Allowance) {
    const policy = wrap(
      // What a plug-in refuses in words is no fault of it.
      circuitBreaker(
        handleWhen((error) => !(error instanceof CodedError)),
        {
          breaker: new ConsecutiveBreaker(FAILURES),
          halfOpenAfter: LEFT_ALONE,
        },
      ),
      timeout(allowance.limit, TimeoutStrategy.Aggressive),
      bulkhead(allowance.atOnce),
    );
    const { failed, went } = noting(place);
    return async <T>(work: () => T | Promise<T>, isFault: (result: T) => boolean = () => false): Promise<T> => {
      try {
        const result = await policy.execute(async () => work());
        if (isFault(result)) failed();
        else went();
        return result;
      } catch (error) {
        if (error instanceof CodedError) throw error;
        if (isBrokenCircuitError(error) || isBulkheadRejectedError(error)) throw kernelError('UNAVAILABLE');
        failed();
        throw error instanceof TaskCancelledError ? new Error(`${place}: no end within ${allowance.limit} ms`) : error;
      }
    };
  }

  const eachOf = <F extends (...args: never[]) => unknown>(
    all: Record<string, F>,
    kind: string,
    allowance: Allowance,
  ) =>
    Object.fromEntries(
      Object.entries(all).map(([name, work]) => {
        const call = at(`${kind} ${name}`, allowance);
        return [name, (...args: Parameters<F>) => call(() => work(...args))];
      }),
    );
  /** A port whose calls are noted, and no more: how long they may take, and what comes of it, its callers know. */
  function watched({ token, name, implementation }: Provided): Provided {
    const { failed, went } = noting(`port ${token.name} ${name}`);
    const call = async (work: () => unknown) => {
      const late = setTimeout(failed, PORT).unref();
      try {
        const answer = await work();
        went();
        return answer;
      } catch (error) {
        if (!(error instanceof CodedError)) failed();
        throw error;
      } finally {
        clearTimeout(late);
      }
    };
    const seen = new Proxy(implementation, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key);
        return typeof value === 'function'
          ? (...args: unknown[]) => call(() => Reflect.apply(value, target, args))
          : value;
      },
    });
    return { token, name, implementation: seen };
  }

  const runs = Object.fromEntries(Object.entries(parts.jobs ?? {}).map(([name, { run }]) => [name, run]));
  const contained = eachOf(runs, 'job', job);

  return {
    parts: {
      ...parts,
      ...(parts.on && { on: eachOf(parts.on as Record<string, () => Promise<void>>, 'event', handler) as never }),
      ...(parts.routes && { routes: eachOf(answering(parts.routes), 'route', route) as never }),
      ...(parts.provides && { provides: parts.provides.map(watched) }),
      ...(parts.jobs && {
        jobs: Object.fromEntries(
          Object.entries(parts.jobs).map(([name, one]) => [name, { ...one, run: contained[name] as never }]),
        ),
      }),
    },

    executor(executor) {
      const call = at('graph', graph);
      const away = (error: unknown) => {
        const { message, extensions } = error instanceof CodedError ? error : kernelError('UNAVAILABLE');
        return { errors: [{ message, extensions }] };
      };
      return {
        ...executor,
        execute: (request) => call(() => executor.execute(request), hasFault).catch(away),
        live: (request) => call(() => executor.live(request)),
      };
    },

    async health() {
      const reason = await ownTrouble(parts);
      if (reason !== said && reason !== undefined) log.warn({ reason }, 'a plug-in says that it cannot do its work');
      said = reason;
      const isFailing = reason !== undefined || [...failures.values()].some((times) => times >= TROUBLING);
      return { state: isFailing ? 'failing' : 'ok', failures: Object.fromEntries(failures) };
    },
  };
}

/** Routes that fail where they answer nothing; a library's own answers are of another class. */
function answering(routes: Record<RoutePlace, RouteHandler>): Record<RoutePlace, RouteHandler> {
  return Object.fromEntries(
    Object.entries(routes).map(([place, handle]): [string, RouteHandler] => [
      place,
      async (request) => {
        const answer = await handle(request);
        if (typeof answer?.status !== 'number') throw new Error('it answers no Response');
        return answer;
      },
    ]),
  );
}

/** Whether a field of an answer has failed, which costs those beside it nothing: what failed is not left alone for it. */
function hasFault({ errors = [] }: GraphResult): boolean {
  return errors.some(({ extensions }) => extensions?.['code'] === 'INTERNAL');
}

/** Why a plug-in says that it cannot do its work. */
async function ownTrouble({ health }: Parts): Promise<string | undefined> {
  try {
    if (health) await within(Promise.resolve(health()), OWN_CHECK);
    return undefined;
  } catch (error) {
    return plainMessage(error);
  }
}
