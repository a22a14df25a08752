import type { Progress } from '../../cli/import/progress.ts';
import { CommandFailure } from '../../cli/import/refusal.ts';
import { SECOND } from '../../kernel/clock.ts';
import { within } from '../../kernel/within.ts';
import type { Change, Prepared } from './messages.ts';
import { connectWatcher, type Watcher, type Wish } from './watcher.ts';

/** How long all may take for one step, in milliseconds. */
const PATIENCE = 120 * SECOND;
/** How many connect at a time when nobody is in a hurry. */
const AT_A_TIME = 64;

/** What each client of a scene asks for, by its number; the operation's variable of this name says which thing it watches. */
export function wishesOf(query: string, variable: string, { ids, tokens }: Prepared): Wish[] {
  return tokens.map((token, number) => {
    const index = number % ids.length;
    return { query, variables: { [variable]: ids[index] }, token, index };
  });
}

/** Connects as many clients as there are wishes, some at a time. */
export async function connectAll(url: string, wishes: readonly Wish[], progress: Progress): Promise<Watcher[]> {
  const watchers: Watcher[] = [];
  const waiting = wishes.values();
  const lane = async () => {
    for (const wish of waiting) {
      watchers.push(await connectWatcher(url, wish));
      progress.at(watchers.length);
    }
  };
  await within(Promise.all(Array.from({ length: AT_A_TIME }, lane)), PATIENCE);
  return watchers;
}

/** Connects all at once; each has asked as soon as it was let in, and all have their first frames at the end. */
export function connectAtOnce(url: string, wishes: readonly Wish[]): Promise<Watcher[]> {
  const all = wishes.map(async (wish) => {
    const watcher = await connectWatcher(url, wish);
    await watcher.subscribe();
    return watcher;
  });
  return within(Promise.all(all), PATIENCE);
}

/** Has all ask at once; resolves when each has its first frame. */
export async function subscribeAll(watchers: readonly Watcher[]): Promise<void> {
  await within(Promise.all(watchers.map((watcher) => watcher.subscribe())), PATIENCE);
}

/** Resolves when every watcher has seen what its thing has come to. Throws a CommandFailure when some never do. */
export async function seeNewest(watchers: readonly Watcher[], changes: readonly Change[]): Promise<void> {
  const newest = new Map(changes.map(([index, version]) => [index, version]));
  const isBehind = ({ index, versions }: Watcher) => (versions.at(-1) ?? 0) < (newest.get(index) ?? 0);
  const until = Date.now() + PATIENCE / 4;
  while (watchers.some(isBehind)) {
    if (Date.now() > until) {
      const behind = watchers.filter(isBehind).length;
      throw new CommandFailure(`${behind} of ${watchers.length} clients never saw the newest state`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** How long each change took to each client that watched it by then, in milliseconds. */
export function delaysOf(watchers: readonly Watcher[], changes: readonly Change[]): number[] {
  const byIndex = Map.groupBy(watchers, ({ index }) => index);
  return changes.flatMap(([index, version, due]) =>
    (byIndex.get(index) ?? []).flatMap(({ versions, moments }) => {
      const place = versions.findIndex((one) => one >= version);
      // Who came later has it in the snapshot.
      return place > 0 ? [(moments[place] ?? Number.NaN) - due] : [];
    }),
  );
}
