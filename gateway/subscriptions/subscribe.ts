import { setImmediate } from 'node:timers/promises';
import { type ExecutionResult, GraphQLError } from 'graphql';
import { CodedError } from '../../kernel/errors.ts';
import type { LiveChannel } from '../../kernel/live/live.ts';
import type { Logger } from '../../kernel/log.ts';
import type { ExecuteArgs } from '../context.ts';
import type { GatewayFigures } from '../figures.ts';
import { eventsOf, ownerOf, type Ready, type RunOnce, topicsOf } from './followed.ts';
import { startGroup } from './group.ts';
import type { Group } from './members.ts';
import { upstreamGroup } from './upstream-group.ts';

/** The open subscriptions of a gateway. */
export interface Subscriptions {
  /** The snapshot, then each change, until the client stops. A refusal is an answer with errors. */
  subscribe(args: ExecuteArgs): Promise<AsyncIterable<ExecutionResult> | { errors: readonly GraphQLError[] }>;
  /** The graph is another one: what can still be answered goes on with a snapshot, the rest ends with GRAPH_CHANGED. */
  renew(): void;
  /** Ends all of them. */
  end(): void;
}

export interface SubscriptionOptions {
  /** Finds the plan of an operation. Throws when the graph cannot answer it. */
  find(args: ExecuteArgs): Promise<Ready>;
  /** Runs it, once. */
  run: RunOnce;
  live: LiveChannel;
  figures: GatewayFigures;
  log: Logger;
}

/** How often sessions are looked at whose subscriptions have nothing to show, in milliseconds. */
const CHECK = 30_000;

/** How often tokens are looked at that have come to their end, in milliseconds. */
const END_CHECK = 1_000;
/** How many groups' sessions are looked at between two turns of the event loop. */
const AT_A_TIME = 8;

/** A group that is open, who asked for it first, and how it goes on by another graph. */
interface Open {
  args: ExecuteArgs;
  group: Promise<Group>;
  /** It, as soon as it is there. */
  begun?: Group;
  follow(ready: Ready): Promise<void>;
}

/** Follows subscriptions, in groups of clients that asked the same operation with the same variables and rights. */
export function subscriptions({ find, run, live, figures, log }: SubscriptionOptions): Subscriptions {
  const open = new Map<string, Open>();
  let isChecking = false;
  const checking = setInterval(async () => {
    // The round before may still wait for a module that is away.
    if (isChecking) return;
    isChecking = true;
    await checkAll([...open.values()]);
    isChecking = false;
  }, CHECK);
  checking.unref();
  const running = () => [...open.values()].flatMap(({ begun }) => begun ?? []);
  const ending = setInterval(() => {
    const now = Date.now();
    for (const group of running()) group.check(({ until }) => until !== undefined && until <= now).catch(() => {});
  }, END_CHECK);
  ending.unref();
  figures.watchFollowed(() => {
    const groups = running();
    return { groups: groups.length, clients: groups.reduce((sum, group) => sum + group.size(), 0) };
  });

  function begin(ready: Ready, onEmpty: () => void): Pick<Open, 'group' | 'follow'> {
    if (ownerOf(ready).owner.upstream) {
      const group = upstreamGroup({ upstream: eventsOf(ready, run), log, onEmpty });
      return { group: Promise.resolve(group), follow: async (next) => group.follow(eventsOf(next, run)) };
    }
    const group = startGroup({ followed: topicsOf(ready, run), live, log, onEmpty });
    return { group, follow: async (next) => (await group).follow(topicsOf(next, run)) };
  }

  async function groupOf(args: ExecuteArgs): Promise<Group> {
    const ready = await find(args);
    // Its field was left out, and the answer says why.
    if (ready.refused && !ready.operation.subscription) throw (await run(ready)).errors?.[0];
    const { owner } = ownerOf(ready);
    const audience = [args.context.identity, owner.upstream?.audienceOf(args.context)];
    const key = JSON.stringify([idOf(ready.operation), ready.variables, audience]);
    const known = open.get(key);
    if (known) {
      figures.joined('subscription');
      return known.group;
    }
    const forget = () => open.delete(key);
    const fresh: Open = { args, ...begin(ready, forget) };
    open.set(key, fresh);
    fresh.group.then((group) => {
      fresh.begun = group;
    }, forget);
    return fresh.group;
  }

  return {
    async subscribe(args) {
      try {
        for (;;) {
          const group = await groupOf(args);
          if (!group.isOver()) return group.join(args.context);
        }
      } catch (error) {
        if (error instanceof GraphQLError) return { errors: [error] };
        throw error;
      }
    },
    renew() {
      for (const { args, group, follow } of open.values())
        find(args)
          .then(follow)
          .catch(async (error) => {
            log.debug({ error }, 'a subscription that the new graph cannot answer');
            const changed = new CodedError('GRAPH_CHANGED', 'The graph has changed, and cannot answer this any more.');
            (await group).end({ errors: [changed] });
          })
          .catch(() => {});
    },
    end() {
      clearInterval(checking);
      clearInterval(ending);
      for (const { group } of open.values()) group.then((one) => one.end()).catch(() => {});
    },
  };
}

/** Looks at the sessions of groups, some after the others: what is to be shown meanwhile must not wait for all of them. */
async function checkAll(groups: readonly Open[]): Promise<void> {
  for (let from = 0; from < groups.length; from += AT_A_TIME) {
    const some = groups.slice(from, from + AT_A_TIME);
    await Promise.all(some.map(({ group }) => group.then((one) => one.check()).catch(() => {})));
    await setImmediate();
  }
}

const ids = new WeakMap<object, number>();
let last = 0;

/** A number for a plan: clients with the same text share it, since their documents are kept by their text. */
function idOf(operation: object): number {
  const known = ids.get(operation) ?? ++last;
  ids.set(operation, known);
  return known;
}
