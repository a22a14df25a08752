import type { ExecutionResult } from 'graphql';
import type { LiveChannel, LiveEvent, TopicPosition } from '../../kernel/live/live.ts';
import type { Logger } from '../../kernel/log.ts';
import { publicError } from '../../kernel/public-error.ts';
import { untraced } from '../../kernel/telemetry/trace.ts';
import { eventQueue, MISSED, type Taken } from './event-queue.ts';
import { type Group, membersOf, refusal } from './members.ts';

/** What a group of a module's subscription follows. */
export interface Followed {
  /** Asks the owner for the right, and how far the topics are. Throws the refusal. */
  look(): Promise<readonly TopicPosition[]>;
  /** The whole answer as it is now, or as an event has made it. */
  frame(event?: LiveEvent): Promise<ExecutionResult>;
}

/** A group whose owner keeps versions: first a snapshot, then what has become of it. */
export interface TopicGroup extends Group {
  /** Goes on with what is followed now, from a snapshot; for a graph that has been replaced. */
  follow(followed: Followed): void;
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
export async function startGroup({ followed: first, live, log, onEmpty }: GroupOptions): Promise<TopicGroup> {
  const shown = new Map<string, number>();
  let followed = first;
  /** What all still have to see, whatever the versions say: everything, or what was missing from the last frame. */
  let owed: 'everything' | 'the rest' | 'nothing' = 'everything';
  let isOver = false;

  const topics = (await followed.look()).map(({ topic }) => topic);
  const queue = await eventQueue({
    live,
    topics,
    // It shows changes for all, whoever woke it.
    take: (change) => untraced(() => show(change)),
    onError: (error) => members.end({ errors: [publicError(error, log)] }),
  });
  const members = membersOf({ onWant: () => queue.miss(), onWait: () => queue.retry(), onEmpty: close });
  const isNew = ({ topic, version }: TopicPosition) => version > (shown.get(topic) ?? 0);
  const note = ({ topic, version }: TopicPosition) => shown.set(topic, version);

  /** Nothing when there is nothing to show, or nobody to show it to. */
  async function next(change: Taken): Promise<Made | undefined> {
    if (change === MISSED) {
      // Asked before the snapshot is taken, so that this shows at least these versions.
      const positions = await followed.look();
      if (positions.some(isNew)) owed = 'everything';
      for (const position of positions) note(position);
      if (owed === 'nothing' && !members.isWanted()) return undefined;
      const to = owed === 'nothing' ? 'those who need it' : 'all';
      return { result: await followed.frame(), to };
    }
    if (!isNew(change)) return undefined;
    if (change.version > (shown.get(change.topic) ?? 0) + 1) {
      queue.miss();
      return undefined;
    }
    note(change);
    if (!members.isFollowed()) return undefined;
    owed = 'everything';
    return { result: await followed.frame(change), to: 'all' };
  }

  async function show(change: Taken): Promise<void> {
    const made = await next(change).catch((error): Made => ({ result: refusal(error), to: 'all' }));
    if (!made) return;
    const { result, to } = made;
    const whole = !result.errors?.some(({ extensions }) => extensions['code'] === 'UNAVAILABLE');
    if (!whole) queue.retry();
    if (!whole && isEmpty(result)) return;
    if (whole || owed === 'everything' || to !== 'all') await deliver(made, change === MISSED);
    if (!whole) owed = 'the rest';
    else if (to === 'all') owed = 'nothing';
    // No data at all: the right is gone, or the thing itself.
    if (whole && !result.data) members.end();
  }

  /** A change is no use to those who have not seen what it changes. */
  function deliver({ result, to }: Made, isSnapshot: boolean): Promise<void> {
    if (isSnapshot && to === 'all') return members.give(result);
    return members.give(result, ({ needsSnapshot }) => needsSnapshot === isSnapshot);
  }

  function close() {
    if (isOver) return;
    isOver = true;
    queue.close();
    onEmpty();
  }

  return {
    size: () => members.size(),
    isOver: () => isOver,
    // It asks for its snapshot when it takes its first frame.
    join: (context) => members.join(context),
    follow(next) {
      followed = next;
      owed = 'everything';
      queue.miss();
    },
    check: (isDue) => members.check(isDue),
    end(last) {
      members.end(last);
      close();
    },
  };
}

function isEmpty({ data }: ExecutionResult): boolean {
  return Object.values(data ?? {}).every((value) => value === null);
}
