import { type ExecutionResult, GraphQLError } from 'graphql';
import { kernelError } from '../../kernel/errors.ts';
import type { Identity } from '../../kernel/identity.ts';
import type { LiveChannel, LiveEvent, TopicPosition } from '../../kernel/live/live.ts';
import type { Logger } from '../../kernel/log.ts';
import { publicError } from '../../kernel/public-error.ts';
import type { GraphContext } from '../context.ts';
import { type EventQueue, eventQueue, MISSED } from './event-queue.ts';
import { type Follower, follower } from './follower.ts';

/** What a group follows. */
export interface Followed {
  /** Asks the owner for the right, and how far the topics are. Throws the refusal. */
  look(): Promise<readonly TopicPosition[]>;
  /** The whole answer as it is now, or as an event has made it. */
  frame(event?: LiveEvent): Promise<ExecutionResult>;
}

/** Clients that asked the same with the same rights: each frame is made once for all of them. */
export interface Group {
  /** Nobody is in it any more, and nobody can join. */
  readonly isOver: boolean;
  /** Adds a client, who gets a snapshot first. */
  join(context: GraphContext): Follower;
  /** Goes on with what is followed now, from a snapshot; for a graph that has been replaced. */
  follow(followed: Followed): void;
  /** Looks again whether each client's session is still good: also where nothing changes. */
  check(): Promise<void>;
  /** Ends all, after one last frame if there is any. */
  end(last?: ExecutionResult): void;
}

export interface GroupOptions {
  followed: Followed;
  live: LiveChannel;
  log: Logger;
  /** The last client has gone. */
  onEmpty(): void;
}

/** What a frame is made for. */
type Made = { result: ExecutionResult; to: 'all' | 'those who need it' };

/**
 * Begins to follow. The order of work is: ask the owner for the right and the topics, listen, ask how far they are, take the
 * snapshot, then show each change that is newer than it. Whenever changes may have been missed, the owner says how far the
 * topics are, and a new snapshot is taken if that is further than what was shown. What cannot be shown because a process is
 * away is tried again until it can be; a frame that would show nothing at all is not sent.
 */
export async function startGroup({ followed: first, live, log, onEmpty }: GroupOptions): Promise<Group> {
  const members = new Map<Follower, GraphContext>();
  const shown = new Map<string, number>();
  let followed = first;
  /** What all still have to see, whatever the versions say: everything, or what was missing from the last frame. */
  let owed: 'everything' | 'the rest' | 'nothing' = 'everything';
  let state: 'new' | 'running' | 'over' = 'new';

  const topics = (await followed.look()).map(({ topic }) => topic);
  const queue: EventQueue = await eventQueue(live, topics, () => {});
  const isNew = ({ topic, version }: TopicPosition) => version > (shown.get(topic) ?? 0);
  const note = ({ topic, version }: TopicPosition) => shown.set(topic, version);
  const isWanted = () => [...members.keys()].some(({ needsSnapshot }) => needsSnapshot);

  /** Nothing when there is nothing to show, or nobody to show it to. */
  async function next(change: LiveEvent | typeof MISSED): Promise<Made | undefined> {
    if (change === MISSED) {
      // Asked before the snapshot is taken, so that this shows at least these versions.
      const positions = await followed.look();
      if (positions.some(isNew)) owed = 'everything';
      for (const position of positions) note(position);
      if (owed === 'nothing' && !isWanted()) return undefined;
      const to = owed === 'nothing' ? 'those who need it' : 'all';
      return { result: await followed.frame(), to };
    }
    if (!isNew(change)) return undefined;
    if (change.version > (shown.get(change.topic) ?? 0) + 1) {
      queue.miss();
      return undefined;
    }
    note(change);
    // A change is no use to those who have not seen what it changes.
    if ([...members.keys()].every(({ needsSnapshot }) => needsSnapshot)) return undefined;
    owed = 'everything';
    return { result: await followed.frame(change), to: 'all' };
  }

  async function run(): Promise<void> {
    for await (const change of queue) {
      const made = await next(change).catch((error): Made => ({ result: refusal(error), to: 'all' }));
      if (!made) continue;
      const { result, to } = made;
      const whole = !result.errors?.some(({ extensions }) => extensions['code'] === 'UNAVAILABLE');
      if (!whole) queue.retry();
      if (!whole && isEmpty(result)) continue;
      const isLast = whole && !result.data;
      if (whole || owed === 'everything' || to !== 'all') await deliver(made, change === MISSED);
      if (!whole) owed = 'the rest';
      else if (to === 'all') owed = 'nothing';
      // No data at all: the right is gone, or the thing itself.
      if (isLast) end();
    }
  }

  async function deliver({ result, to }: Made, isSnapshot: boolean): Promise<void> {
    const takers = [...members].filter(([{ needsSnapshot }]) =>
      isSnapshot ? to === 'all' || needsSnapshot : !needsSnapshot,
    );
    await Promise.all(
      takers.map(async ([member, context]) => {
        if (await isGood(member, context)) member.give(result);
      }),
    );
  }

  /** A session that ended since must not see one more frame; of one that cannot be known now, nothing is lost. */
  async function isGood(member: Follower, context: GraphContext): Promise<boolean> {
    try {
      const identity = await context.verify();
      if (identity.kind === 'unverified') throw kernelError('UNAVAILABLE');
      if (!isSame(identity, context.identity)) throw kernelError('UNAUTHENTICATED');
      return true;
    } catch (error) {
      const last = refusal(error);
      if (last.errors?.[0]?.extensions['code'] === 'UNAVAILABLE') wait(member);
      else {
        member.give(last);
        member.end();
      }
    }
    return false;
  }

  function wait(member: Follower) {
    member.restart();
    queue.retry();
  }

  function end(last?: ExecutionResult) {
    for (const member of [...members.keys()]) {
      if (last) member.give(last);
      member.end();
    }
    close();
  }

  function close() {
    if (state === 'over') return;
    state = 'over';
    queue.close();
    onEmpty();
  }

  return {
    get isOver() {
      return state === 'over';
    },
    join(context) {
      const member = follower({
        onWant: () => queue.miss(),
        onClose() {
          members.delete(member);
          if (members.size === 0) close();
        },
      });
      members.set(member, context);
      if (state === 'running') queue.miss();
      else {
        state = 'running';
        // It begins with a snapshot.
        run().catch((error) => end({ errors: [publicError(error, log)] }));
      }
      return member;
    },
    follow(next) {
      followed = next;
      owed = 'everything';
      queue.miss();
    },
    async check() {
      await Promise.all([...members].map(([member, context]) => isGood(member, context)));
    },
    end,
  };
}

/** The same rights: a token whose reach has changed begins anew. */
function isSame(one: Identity, other: Identity): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function refusal(error: unknown): ExecutionResult {
  if (error instanceof GraphQLError) return { errors: [error] };
  throw error;
}

function isEmpty({ data }: ExecutionResult): boolean {
  return Object.values(data ?? {}).every((value) => value === null);
}
