import type { ExecutionResult } from 'graphql';
import { badInput } from '../../kernel/errors.ts';
import type { Executor, GraphRequest } from '../../kernel/executor.ts';
import { inTrace } from '../../kernel/telemetry/trace.ts';
import type { Surroundings } from '../execute/execute.ts';
import type { Asked } from '../plan/operations.ts';
import type { Followed } from './group.ts';
import type { Upstream } from './upstream-group.ts';

/** An operation with its plan, and what it runs with. */
export type Ready = Asked & Surroundings;

/** Runs an operation, once. */
export type RunOnce = (ready: Ready) => Promise<ExecutionResult>;

const never = new AbortController().signal;

/** The subgraph that a subscription belongs to, and its part of the operation. Throws BAD_INPUT for what is none. */
export function ownerOf({ operation, executors, variables, context }: Ready): {
  owner: Executor;
  request: GraphRequest;
} {
  const { subscription } = operation;
  const owner = subscription && executors.get(subscription.owner);
  if (!owner) throw badInput('query', 'is not a subscription');
  const { identity, headers } = context;
  return { owner, request: { query: subscription.operation, variables, identity, headers } };
}

/** What is followed of a module's subscription: topics with versions, and the operation executed again for each change. */
export function topicsOf(ready: Ready, run: RunOnce): Followed {
  const { owner, request } = ownerOf(ready);
  return {
    look: () => owner.live(request),
    frame: (event) => inFrame(ready, event?.trace, () => run(lasting(ready, { event }))),
  };
}

/** What is followed of a subgraph's own subscription: what it yields takes the place of its part of the operation. */
export function eventsOf(ready: Ready, run: RunOnce): Upstream {
  const { owner, request } = ownerOf(ready);
  const name = ready.operation.subscription?.owner ?? '';
  return {
    key: JSON.stringify([name, request.query, request.variables]),
    events: () => owner.upstream?.follow(request) ?? (async function* () {})(),
    frame(event) {
      const execute: Executor['execute'] = async (asked) =>
        asked.query === request.query ? event : owner.execute(asked);
      const executors = new Map(ready.executors).set(name, { ...owner, execute });
      return inFrame(ready, undefined, () => run({ ...lasting(ready), executors }));
    },
  };
}

/** A frame is a part of the trace of the change that it shows, and not of whoever subscribed first. */
function inFrame<T>({ operation }: Ready, parent: string | undefined, work: () => Promise<T>): Promise<T> {
  const noted = { 'dinegraph.subgraph': operation.subscription?.owner ?? '' };
  return inTrace(parent ? 'frame' : 'snapshot', { kind: 'internal', parent, noted }, work);
}

/** Whoever was the first of a group may leave before the others. */
function lasting(ready: Ready, more: Partial<Ready['context']> = {}): Ready {
  return { ...ready, context: { ...ready.context, signal: never, ...more } };
}
