import type { ExecutionResult } from 'graphql';
import type { GraphResult } from '../kernel/executor.ts';
import { bounded } from '../kernel/telemetry/bounded.ts';
import type { Metrics } from '../kernel/telemetry/metrics.ts';

/** An operation as it is counted. */
export interface Counted {
  /** `query`, `mutation` or `subscription`; empty for what could not be read. */
  type: string;
  /** The client's own name of it; empty without one. */
  name: string;
  /** Its first field, such as `Query.menu`; empty for what was not valid. */
  field: string;
}

/** How many there are just now. */
export interface Followed {
  /** Clients that follow something. */
  clients: number;
  /** What is followed: executed once for all clients that asked the same. */
  groups: number;
}

/** The figures of a gateway. */
export interface GatewayFigures {
  /** An operation was answered, or a subscription begun or refused, so many seconds after it came; see `codeIn`. */
  answered(operation: Counted, code: string, seconds: number): void;
  /** An operation was refused before it was known which it is. */
  refused(result: ExecutionResult): void;
  /** A plan was found, or made in so many seconds. */
  planned(seconds?: number): void;
  /** A subgraph has answered. */
  fetched(subgraph: string, code: string, seconds: number): void;
  /** What was asked for was being asked for already: entities within an operation, and whole subscriptions. */
  joined(what: 'entity' | 'subscription', count?: number): void;
  /** Counts what is followed, whenever somebody looks. */
  watchFollowed(read: () => Followed): void;
  /** Counts open sockets, whenever somebody looks. */
  watchSockets(read: () => number): void;
}

/** How many names that clients chose, and codes that subgraphs did, are told apart; all further ones are `other`. */
const NAMES = 200;

/** The code of an answer without errors, and of one that nobody waited for. */
const OK = 'OK';
const CLIENT_GONE = 'CLIENT_GONE';

/** How much of a code is kept that a subgraph of somebody else's chose, in characters. */
const LONGEST_CODE = 100;

/** What could not be read as an operation, or names none. */
export const unread: Counted = { type: '', name: '', field: '' };

/** Makes them. */
export function gatewayFigures(metrics: Metrics): GatewayFigures {
  const operations = metrics.counter('dinegraph_operations_total', 'Operations of clients.', [
    'type',
    'operation',
    'field',
    'code',
  ]);
  const took = metrics.timer('dinegraph_operation_seconds', 'From an operation to its answer.', ['type', 'field']);
  const plans = metrics.counter('dinegraph_plan_cache_total', 'Plans that were found, or had to be made.', ['result']);
  const planning = metrics.timer('dinegraph_plan_seconds', 'How long plans took to make.', []);
  const fetches = metrics.counter('dinegraph_fetches_total', 'What subgraphs were asked.', ['subgraph', 'code']);
  const fetching = metrics.timer('dinegraph_fetch_seconds', 'How long subgraphs took to answer.', ['subgraph']);
  const joins = metrics.counter('dinegraph_joined_total', 'What was asked for already, and not asked for again.', [
    'what',
  ]);
  const nameOf = bounded(NAMES);
  const codeOf = bounded(NAMES);

  const count = ({ type, name, field }: Counted, code: string) =>
    operations({ type, operation: nameOf(name), field, code: codeOf(code) });

  return {
    answered(operation, code, seconds) {
      count(operation, code);
      took({ type: operation.type, field: operation.field }, seconds);
    },
    refused: (result) => count(unread, codeIn(result)),
    planned(seconds) {
      plans({ result: seconds === undefined ? 'hit' : 'miss' });
      if (seconds !== undefined) planning({}, seconds);
    },
    fetched(subgraph, code, seconds) {
      fetches({ subgraph, code: codeOf(code) });
      fetching({ subgraph }, seconds);
    },
    joined: (what, by = 1) => joins({ what }, by),
    watchFollowed(read) {
      metrics.gauge('dinegraph_subscriptions', 'Subscriptions that clients have open.', [], () => [
        [{}, read().clients],
      ]);
      metrics.gauge('dinegraph_subscription_groups', 'Different ones among them.', [], () => [[{}, read().groups]]);
    },
    watchSockets(read) {
      metrics.gauge('dinegraph_sockets', 'Sockets that clients have open.', [], () => [[{}, read()]]);
    },
  };
}

/**
 * The code of an answer: of its first error, or OK. What has no errors yet, such as a stream, is OK too. With the signal of
 * whoever asked: CLIENT_GONE when they did not wait for it, which is nobody's failure.
 */
export function codeIn(result: unknown, signal?: AbortSignal): string {
  if (signal?.aborted && signal.reason?.name === 'AbortError') return CLIENT_GONE;
  const { errors } = result as Pick<GraphResult, 'errors'>;
  const [error] = errors ?? [];
  if (!error) return OK;
  const { code } = error.extensions ?? {};
  return typeof code === 'string' && code ? code.slice(0, LONGEST_CODE) : 'UNKNOWN';
}

/** Whether a code is one of a failure. */
export const isFailure = (code: string) => code !== OK && code !== CLIENT_GONE;
