import { setTimeout as pause } from 'node:timers/promises';
import type { Fleet, Member } from '../../split/fleet.ts';

/** Sees to it that each process of a fleet that ends is started again, as an orchestrator does. */
export interface Supervisor {
  /** Kills a process by SIGKILL; resolves when another one of its share is ready in its place. */
  kill(member: Member): Promise<void>;
  /** Resolves when no start is under way. */
  quiet(): Promise<void>;
  /** Starts nothing any more. */
  stop(): void;
  /** How often a start came to nothing, since something it needs was away. */
  failedStarts(): number;
}

/** How long to wait after a start that came to nothing, in ms. */
const WAIT = 500;
/** As much of what a process printed last as is told of. */
const LAST = 1_500;

/** Watches over a fleet. `fell` hears of a process that ended though nobody has killed it. */
export function supervise(fleet: Fleet, fell: (what: string) => void): Supervisor {
  const killed = new Set<Member>();
  const starting = new Set<Promise<void>>();
  let failures = 0;
  let stopped = false;

  const restart = async (share: string): Promise<void> => {
    while (!stopped) {
      try {
        return watch(await fleet.start(share));
      } catch {
        failures += 1;
        await pause(WAIT);
      }
    }
  };
  /** Resolves when the member has ended and another one is there. */
  const replaced = new Map<Member, Promise<void>>();
  function watch(member: Member): void {
    const done = member.command.ended().then(async (code) => {
      if (stopped) return;
      if (!killed.has(member))
        fell(`${member.share} ended by itself (${code}): ${member.command.output().slice(-LAST)}`);
      const start = restart(member.share).finally(() => starting.delete(start));
      starting.add(start);
      await start;
    });
    replaced.set(member, done);
  }
  for (const member of fleet.members()) watch(member);

  return {
    async kill(member) {
      killed.add(member);
      await fleet.kill(member);
      await replaced.get(member);
    },
    async quiet() {
      while (starting.size > 0) await Promise.all(starting);
    },
    stop() {
      stopped = true;
    },
    failedStarts: () => failures,
  };
}
