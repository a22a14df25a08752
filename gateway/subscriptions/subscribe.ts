import { type ExecutionResult, GraphQLError } from 'graphql';
import { badInput } from '../../kernel/errors.ts';
import type { LiveChannel, LiveEvent, TopicPosition } from '../../kernel/live/live.ts';
import type { ExecuteArgs } from '../context.ts';
import type { Surroundings } from '../execute/execute.ts';
import type { Asked } from '../plan/operations.ts';
import { type EventQueue, eventQueue, MISSED } from './event-queue.ts';

/** The open subscriptions of a gateway. */
export interface Subscriptions {
  /** The snapshot, then each change, until the client stops. A refusal is an answer with errors. */
  subscribe(args: ExecuteArgs): Promise<AsyncIterable<ExecutionResult> | { errors: readonly GraphQLError[] }>;
  /** Ends all of them. */
  end(): void;
}

/** An operation with its plan, and what it runs with. */
type Ready = Asked & Surroundings;

export interface SubscriptionOptions {
  /** Finds the plan of an operation. */
  find(args: ExecuteArgs): Promise<Ready>;
  /** Runs it, once. */
  run(ready: Ready): Promise<ExecutionResult>;
  live: LiveChannel;
}

/**
 * Follows subscriptions. The order of work is: ask the owner for the right and the topics, listen, ask how far they are,
 * take the snapshot, then show each change that is newer than it.
 */
export function subscriptions({ find, run, live }: SubscriptionOptions): Subscriptions {
  const open = new Set<EventQueue>();

  const subscribe: Subscriptions['subscribe'] = async (args) => {
    let queue: EventQueue | undefined;
    try {
      const asked = await find(args);
      const { subscription } = asked.operation;
      // Its field was left out, and the answer says why.
      if (!subscription && asked.refused) return { errors: (await run(asked)).errors ?? [] };
      const owner = subscription && asked.executors.get(subscription.owner);
      if (!owner) throw badInput('query', 'is not a subscription');
      const { variables, context } = asked;
      const request = { query: subscription.operation, variables, identity: context.identity };
      const positions = await owner.live(request);
      queue = await eventQueue(
        live,
        positions.map(({ topic }) => topic),
        (closed) => open.delete(closed),
      );
      open.add(queue);
      const look = () => owner.live(request);
      const frame = async (event?: LiveEvent) => {
        // A session that ended since must not see one more frame.
        const identity = await context.verify();
        return run({ ...asked, context: { ...context, identity, event } });
      };
      return closable(frames(queue, look, frame), queue);
    } catch (error) {
      queue?.close();
      return refusal(error) as { errors: readonly GraphQLError[] };
    }
  };

  return {
    subscribe,
    end() {
      for (const queue of [...open]) queue.close();
    },
  };
}

/**
 * The snapshot, then a frame for each change. Whenever changes may have been missed, `look` says how far the topics are,
 * and a new snapshot is taken if that is further than what was shown. What cannot be shown because a process is away is
 * tried again until it can be; a frame that would show nothing at all is not sent.
 */
async function* frames(
  queue: EventQueue,
  look: () => Promise<readonly TopicPosition[]>,
  frame: (event?: LiveEvent) => Promise<ExecutionResult>,
): AsyncGenerator<ExecutionResult> {
  const shown = new Map<string, number>();
  const isNew = ({ topic, version }: TopicPosition) => version > (shown.get(topic) ?? 0);
  const note = ({ topic, version }: TopicPosition) => shown.set(topic, version);
  /** What a client still has to see, whatever the versions say: everything, or what was missing from its last frame. */
  let owed: 'everything' | 'the rest' | 'nothing' = 'everything';

  /** Nothing when there is nothing to show. */
  const next = async (change: LiveEvent | typeof MISSED) => {
    if (change === MISSED) {
      // Asked before the snapshot is taken, so that this shows at least these versions.
      const positions = await look();
      if (positions.some(isNew)) owed = 'everything';
      for (const position of positions) note(position);
      return owed === 'nothing' ? undefined : frame();
    }
    if (!isNew(change)) return undefined;
    if (change.version > (shown.get(change.topic) ?? 0) + 1) return queue.miss();
    note(change);
    owed = 'everything';
    return frame(change);
  };

  try {
    for await (const change of queue) {
      const result = await next(change).catch(refusal);
      if (!result) continue;
      const whole = !result.errors?.some(({ extensions }) => extensions['code'] === 'UNAVAILABLE');
      if (!whole) queue.retry();
      if (!whole && isEmpty(result)) continue;
      if (whole || owed === 'everything') yield result;
      owed = whole ? 'nothing' : 'the rest';
      // No data at all: the session has ended, the right is gone, or the thing itself.
      if (!result.data) return;
    }
  } finally {
    queue.close();
  }
}

function isEmpty({ data }: ExecutionResult): boolean {
  return Object.values(data ?? {}).every((value) => value === null);
}

function refusal(error: unknown): ExecutionResult {
  if (error instanceof GraphQLError) return { errors: [error] };
  throw error;
}

/** A client that leaves ends a generator only between two frames; closing the queue ends its waiting too. */
function closable<T>(generator: AsyncGenerator<T>, queue: EventQueue): AsyncGenerator<T> {
  return {
    next: () => generator.next(),
    return: (value) => {
      queue.close();
      return generator.return(value);
    },
    throw: (error) => {
      queue.close();
      return generator.throw(error);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
    [Symbol.asyncDispose]: async () => {
      queue.close();
    },
  };
}
