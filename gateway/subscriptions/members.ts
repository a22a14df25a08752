import { type ExecutionResult, GraphQLError } from 'graphql';
import { kernelError } from '../../kernel/errors.ts';
import type { Identity } from '../../kernel/identity.ts';
import type { GraphContext } from '../context.ts';
import { type Follower, type FollowerOptions, follower } from './follower.ts';

/** Clients that asked the same with the same rights: each frame is made once for all of them. */
export interface Group {
  /** How many clients are in it. */
  size(): number;
  /** Nobody is in it any more, and nobody can join. */
  isOver(): boolean;
  join(context: GraphContext): Follower;
  /** Looks again whether sessions are still good, also where nothing changes: of all clients, or of some. */
  check(isDue?: (context: GraphContext) => boolean): Promise<void>;
  /** Ends all, after one last frame if there is any. */
  end(last?: ExecutionResult): void;
}

/** The clients of a group. */
export interface Members {
  size(): number;
  /** Whether a client is to be given a snapshot: it has just come, or has fallen behind. */
  isWanted(): boolean;
  /** Whether a client has seen what a change changes. */
  isFollowed(): boolean;
  join(context: GraphContext): Follower;
  /** Gives a frame to those of the clients whose sessions are still good. */
  give(frame: ExecutionResult, isFor?: (member: Follower) => boolean): Promise<void>;
  check: Group['check'];
  end(last?: ExecutionResult): void;
}

export interface MembersOptions {
  /** A client needs a snapshot. */
  onWant(): void;
  /** A client could not be given a frame just now, and has to be given a snapshot later. */
  onWait(): void;
  /** The last client has gone. */
  onEmpty(): void;
}

/** Keeps the clients of a group, and lets nobody see a frame whose session has ended. */
export function membersOf({ onWant, onWait, onEmpty }: MembersOptions): Members {
  const members = new Map<Follower, GraphContext>();
  const ends: FollowerOptions = {
    onWant,
    onClose(member) {
      members.delete(member);
      if (members.size === 0) onEmpty();
    },
  };

  /** A session that ended since must not see one more frame; of one that cannot be known now, nothing is lost. */
  async function isGood(member: Follower, context: GraphContext): Promise<boolean> {
    try {
      const identity = await context.verify();
      if (identity.kind === 'unverified') throw kernelError('UNAVAILABLE');
      if (!isSame(identity, context.identity)) throw kernelError('UNAUTHENTICATED');
      return true;
    } catch (error) {
      const last = refusal(error);
      if (last.errors?.[0]?.extensions['code'] === 'UNAVAILABLE') {
        member.restart();
        onWait();
      } else {
        member.give(last);
        member.end();
      }
      return false;
    }
  }

  return {
    size: () => members.size,
    isWanted: () => members.keys().some(({ needsSnapshot }) => needsSnapshot),
    isFollowed: () => members.keys().some(({ needsSnapshot }) => !needsSnapshot),
    join(context) {
      const member = follower(ends);
      members.set(member, context);
      return member;
    },
    async give(frame, isFor = () => true) {
      const takers = [...members].filter(([member]) => isFor(member));
      await Promise.all(
        takers.map(async ([member, context]) => {
          if (await isGood(member, context)) member.give(frame);
        }),
      );
    },
    async check(isDue = () => true) {
      const due = [...members].filter(([, context]) => isDue(context));
      await Promise.all(due.map(([member, context]) => isGood(member, context)));
    },
    end(last) {
      for (const member of [...members.keys()]) {
        if (last) member.give(last);
        member.end();
      }
    },
  };
}

/** The same rights: a token whose reach has changed begins anew. */
function isSame(one: Identity, other: Identity): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** A failure as a frame. Throws what is no failure of an operation. */
export function refusal(error: unknown): ExecutionResult {
  if (error instanceof GraphQLError) return { errors: [error] };
  throw error;
}
