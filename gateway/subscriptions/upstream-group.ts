import type { ExecutionResult } from 'graphql';
import type { GraphResult } from '../../kernel/executor.ts';
import type { Logger } from '../../kernel/log.ts';
import { publicError } from '../../kernel/public-error.ts';
import { untraced } from '../../kernel/telemetry/trace.ts';
import { type Group, membersOf } from './members.ts';

/** What a group follows of a subgraph that has subscriptions of its own. */
export interface Upstream {
  /** The same for two that the subgraph is asked the same for. */
  readonly key: string;
  /** What the subgraph yields, until it ends or nobody wants more. */
  events(): AsyncIterable<GraphResult>;
  /** The whole answer for one of its events. */
  frame(event: GraphResult): Promise<ExecutionResult>;
}

/** A group whose subgraph is followed once for all: it yields when it likes, and a client sees what comes after it. */
export interface UpstreamGroup extends Group {
  /** Goes on by the plan of a graph that has been replaced. */
  follow(upstream: Upstream): void;
}

export interface UpstreamOptions {
  upstream: Upstream;
  log: Logger;
  /** The last client has gone. */
  onEmpty(): void;
}

/** Makes a group; its subgraph is subscribed to when the first client joins. */
export function upstreamGroup({ upstream: first, log, onEmpty }: UpstreamOptions): UpstreamGroup {
  let upstream = first;
  let events: AsyncIterator<GraphResult> | undefined;
  let isOver = false;
  const members = membersOf({ onWant() {}, onWait() {}, onEmpty: close });

  async function run(): Promise<void> {
    const present = upstream.events()[Symbol.asyncIterator]();
    events = present;
    for (let event = await present.next(); events === present; event = await present.next()) {
      if (event.done) return members.end();
      await members.give(await upstream.frame(event.value));
    }
  }

  function begin() {
    const before = events;
    untraced(run).catch((error) => members.end({ errors: [publicError(error, log)] }));
    before?.return?.();
  }

  function close() {
    if (isOver) return;
    isOver = true;
    const before = events;
    events = undefined;
    before?.return?.();
    onEmpty();
  }

  return {
    size: () => members.size(),
    isOver: () => isOver,
    join(context) {
      const member = members.join(context);
      if (!events) begin();
      return member;
    },
    follow(next) {
      const isSame = next.key === upstream.key;
      upstream = next;
      if (!isSame && events) begin();
    },
    check: (isDue) => members.check(isDue),
    end(last) {
      members.end(last);
      close();
    },
  };
}
