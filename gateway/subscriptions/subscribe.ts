import { type ExecutionResult, GraphQLError } from 'graphql';
import { badInput, CodedError } from '../../kernel/errors.ts';
import type { LiveChannel } from '../../kernel/live/live.ts';
import type { Logger } from '../../kernel/log.ts';
import type { ExecuteArgs } from '../context.ts';
import type { Surroundings } from '../execute/execute.ts';
import type { Asked } from '../plan/operations.ts';
import { type Followed, type Group, startGroup } from './group.ts';

/** The open subscriptions of a gateway. */
export interface Subscriptions {
  /** The snapshot, then each change, until the client stops. A refusal is an answer with errors. */
  subscribe(args: ExecuteArgs): Promise<AsyncIterable<ExecutionResult> | { errors: readonly GraphQLError[] }>;
  /** The graph is another one: what can still be answered goes on with a snapshot, the rest ends with GRAPH_CHANGED. */
  renew(): void;
  /** Ends all of them. */
  end(): void;
}

/** An operation with its plan, and what it runs with. */
type Ready = Asked & Surroundings;

export interface SubscriptionOptions {
  /** Finds the plan of an operation. Throws when the graph cannot answer it. */
  find(args: ExecuteArgs): Promise<Ready>;
  /** Runs it, once. */
  run(ready: Ready): Promise<ExecutionResult>;
  live: LiveChannel;
  log: Logger;
}

/** How often sessions are looked at whose subscriptions have nothing to show, in milliseconds. */
const CHECK = 30_000;

const never = new AbortController().signal;

/** Follows subscriptions, in groups of clients that asked the same operation with the same variables and rights. */
export function subscriptions({ find, run, live, log }: SubscriptionOptions): Subscriptions {
  const open = new Map<string, { args: ExecuteArgs; group: Promise<Group> }>();
  const checking = setInterval(() => {
    for (const { group } of open.values()) group.then((one) => one.check()).catch(() => {});
  }, CHECK);
  checking.unref();

  function follow(ready: Ready): Followed {
    const { operation, variables, executors, context } = ready;
    const { subscription } = operation;
    const owner = subscription && executors.get(subscription.owner);
    if (!owner) throw badInput('query', 'is not a subscription');
    const request = { query: subscription.operation, variables, identity: context.identity };
    return {
      look: () => owner.live(request),
      // Whoever was the first may leave before the others.
      frame: (event) => run({ ...ready, context: { ...context, signal: never, event } }),
    };
  }

  async function groupOf(args: ExecuteArgs): Promise<Group> {
    const ready = await find(args);
    // Its field was left out, and the answer says why.
    if (ready.refused && !ready.operation.subscription) throw (await run(ready)).errors?.[0];
    const followed = follow(ready);
    const key = JSON.stringify([idOf(ready.operation), ready.variables, args.context.identity]);
    const known = open.get(key);
    if (known) return known.group;
    const forget = () => open.delete(key);
    const group = startGroup({ followed, live, log, onEmpty: forget });
    open.set(key, { args, group });
    group.catch(forget);
    return group;
  }

  return {
    async subscribe(args) {
      try {
        for (;;) {
          const group = await groupOf(args);
          if (!group.isOver) return group.join(args.context);
        }
      } catch (error) {
        if (error instanceof GraphQLError) return { errors: [error] };
        throw error;
      }
    },
    renew() {
      for (const { args, group } of open.values())
        group
          .then(async (one) => {
            try {
              one.follow(follow(await find(args)));
            } catch (error) {
              log.debug({ error }, 'a subscription that the new graph cannot answer');
              one.end({
                errors: [new CodedError('GRAPH_CHANGED', 'The graph has changed, and cannot answer this any more.')],
              });
            }
          })
          .catch(() => {});
    },
    end() {
      clearInterval(checking);
      for (const { group } of open.values()) group.then((one) => one.end()).catch(() => {});
    },
  };
}

const ids = new WeakMap<object, number>();
let last = 0;

/** A number for a plan: clients with the same text share it, since their documents are kept by their text. */
function idOf(operation: object): number {
  const known = ids.get(operation) ?? ++last;
  ids.set(operation, known);
  return known;
}
