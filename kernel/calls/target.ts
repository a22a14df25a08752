import { CircuitState, ConsecutiveBreaker, circuitBreaker, handleType, isBrokenCircuitError } from 'cockatiel';
import { type Dispatcher, Pool } from 'undici';
import type { Logger } from '../log.ts';
import { CallFailure } from './failure.ts';

/** The most connections that a process keeps to another. */
const CONNECTIONS = 64;
/** How long a connection may take to be made, in milliseconds. */
const CONNECT = 2_000;
/**
 * How long a connection is kept without use, in milliseconds: shorter than a process that is to end goes on answering, so
 * that it ends without anybody writing to a connection that it has just closed.
 */
const IDLE = 1_000;
/** After how long a connection is made anew, in milliseconds: a new replica behind the same name gets its share. */
const RENEWED = 60_000;
/** After how many failures in a row a target is left alone, and for how long, in milliseconds. */
const FAILURES = 5;
const LEFT_ALONE = 1_000;
/** How long it may take to say that it answers again, in milliseconds. */
const PROBE = 1_000;
/** How long a target is passed over that says it is about to end, in milliseconds. */
const LEAVING = 3_000;

/** How a target is: `leaving` is about to end; `tried` was left alone, and is asked whether it answers again; `broken` is left alone. */
export type TargetState = 'ready' | 'leaving' | 'tried' | 'broken';

/** A request on its way to a target. */
export interface Outgoing {
  method: string;
  path: string;
  headers: [string, string][];
  body: Uint8Array | undefined;
  signal: AbortSignal;
}

/** A process that hosts modules: its connections, and a breaker that leaves it alone when it does not answer. */
export interface Target {
  readonly origin: string;
  state(): TargetState;
  /** Runs work that calls the target. CallFailures count against it, and are thrown without a call while it is left alone. */
  attempt<T>(work: () => Promise<T>): Promise<T>;
  /** Finds out, when it was left alone long enough, whether it answers again; resolves when that is known. */
  probe(): Promise<void>;
  /** Throws a CallFailure when no answer begins. */
  send(request: Outgoing): Promise<Dispatcher.ResponseData<Progress>>;
  close(): Promise<void>;
}

/** How far a request has come. */
interface Progress {
  begun: boolean;
}

/** Opens no connection before it is needed. */
export function openTarget(origin: string, log: Logger): Target {
  const pool = new Pool(origin, {
    connections: CONNECTIONS,
    connectTimeout: CONNECT,
    keepAliveTimeout: IDLE,
    keepAliveMaxTimeout: IDLE,
    clientTtl: RENEWED,
    allowH2: false,
  });
  let leavingUntil = 0;
  const watched = pool.compose(
    watch(() => {
      leavingUntil = performance.now() + LEAVING;
    }),
  );
  const breaker = circuitBreaker(handleType(CallFailure), {
    breaker: new ConsecutiveBreaker(FAILURES),
    halfOpenAfter: LEFT_ALONE,
  });
  breaker.onBreak(() => log.warn({ target: origin }, 'a process does not answer and is left alone for a moment'));
  breaker.onReset(() => log.info({ target: origin }, 'a process answers again'));

  let probing: Promise<void> | undefined;
  const done = () => {
    probing = undefined;
  };

  const target: Target = {
    origin,
    state() {
      if (breaker.state === CircuitState.Open) return 'broken';
      if (breaker.state === CircuitState.HalfOpen) return 'tried';
      return performance.now() < leavingUntil ? 'leaving' : 'ready';
    },
    async attempt(work) {
      try {
        return await breaker.execute(work);
      } catch (error) {
        throw isBrokenCircuitError(error) ? new CallFailure('it is left alone', { undone: true }) : error;
      }
    },
    // A small question and not somebody's call: that may take long, and all others would have to wait for it.
    probe() {
      const ask = async () => {
        const signal = AbortSignal.timeout(PROBE);
        const sent: Outgoing = { method: 'GET', path: '/livez', headers: [], body: undefined, signal };
        const { statusCode, body } = await target.send(sent);
        await body.dump();
        if (statusCode !== 200) throw new CallFailure(`its /livez answers with ${statusCode}`, { undone: true });
      };
      probing ??= target.attempt(ask).then(
        () => done(),
        () => done(),
      );
      return probing;
    },
    async send({ method, path, headers, body = null, signal }) {
      const progress: Progress = { begun: false };
      try {
        return await watched.request({
          method,
          path,
          headers: headers.flat(),
          body,
          signal,
          responseHeaders: 'raw',
          opaque: progress,
          headersTimeout: 0,
        });
      } catch (error) {
        const { message } = error as Error;
        throw new CallFailure(message, { undone: !progress.begun, cause: error });
      }
    },
    close: () => pool.destroy(),
  };
  return target;
}

/** Notes when a request begins to be written, and when an answer says that the process is about to end. */
function watch(leaving: () => void): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => (options, handler) => {
    const { opaque: progress } = options as Dispatcher.RequestOptions<Progress>;
    const { onRequestStart, onResponseStart } = handler;
    handler.onRequestStart = (...args) => {
      if (progress) progress.begun = true;
      onRequestStart?.apply(handler, args);
    };
    handler.onResponseStart = (...args) => {
      if (args[2]?.['connection'] === 'close') leaving();
      onResponseStart?.apply(handler, args);
    };
    return dispatch(options, handler);
  };
}
