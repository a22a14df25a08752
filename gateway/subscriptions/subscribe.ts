import { type ExecutionResult, GraphQLError } from 'graphql';
import type { Executor } from '../../kernel/executor.ts';
import type { LiveChannel, LiveEvent, TopicPosition } from '../../kernel/live/live.ts';
import type { ExecuteArgs } from '../context.ts';
import type { LoadedSupergraph } from '../execute/supergraph.ts';
import { type EventQueue, eventQueue } from './event-queue.ts';

/** The open subscriptions of a gateway. */
export interface Subscriptions {
  /** The snapshot, then each change, until the client stops. A refusal is an answer with errors. */
  subscribe(args: ExecuteArgs): Promise<AsyncIterable<ExecutionResult> | { errors: readonly GraphQLError[] }>;
  /** Ends all of them. */
  end(): void;
}

/**
 * Follows subscriptions. The order of work is: ask the owner for the right and the topics, listen, take the snapshot,
 * then show each change that is newer than it.
 */
export function subscriptions(
  graph: LoadedSupergraph,
  executors: ReadonlyMap<string, Executor>,
  live: LiveChannel,
): Subscriptions {
  const open = new Set<EventQueue>();

  const subscribe: Subscriptions['subscribe'] = async (args) => {
    let queue: EventQueue | undefined;
    try {
      const plan = graph.planSubscription(args);
      const owner = executors.get(plan.owner);
      if (!owner) throw new Error(`no subgraph ${plan.owner}`);
      const request = { query: plan.operation, variables: args.variables ?? {}, identity: args.context.identity };
      const asked = await owner.live(request);
      queue = await eventQueue(
        live,
        asked.map(({ topic }) => topic),
        (closed) => open.delete(closed),
      );
      open.add(queue);
      // Asked again now that nothing can be missed: the snapshot shows at least these versions.
      const positions = await owner.live(request);
      const frame = async (event?: LiveEvent) => {
        // A session that ended since must not see one more frame.
        const identity = await args.context.verify();
        return graph.executeFrame(plan, { ...args, context: { ...args.context, identity, event } });
      };
      return closable(frames(queue, positions, frame), queue);
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

/** The snapshot, then a frame for each change. A gap in a topic's versions takes a new snapshot. */
async function* frames(
  queue: EventQueue,
  positions: readonly TopicPosition[],
  frame: (event?: LiveEvent) => Promise<ExecutionResult>,
): AsyncGenerator<ExecutionResult> {
  const shown = new Map(positions.map(({ topic, version }) => [topic, version]));
  try {
    let result = await frame().catch(refusal);
    yield result;
    if (!result.data) return;
    for await (const event of queue) {
      const last = shown.get(event.topic) ?? 0;
      if (event.version <= last) continue;
      shown.set(event.topic, event.version);
      result = await frame(event.version === last + 1 ? event : undefined).catch(refusal);
      yield result;
      // No data at all: the session has ended, the right is gone, or the thing itself.
      if (!result.data) return;
    }
  } finally {
    queue.close();
  }
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
