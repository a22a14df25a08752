import { setTimeout as pause } from 'node:timers/promises';
import { startMariadb } from '../servers/mariadb.ts';
import { startRabbitmq } from '../servers/rabbitmq.ts';
import { startRedis } from '../servers/redis.ts';
import { CHECKED, checkBooks } from './books.ts';
import type { FaultOptions } from './options.ts';
import type { FaultWorld, Scenario } from './scenario.ts';
import { bringUp, makeWorld } from './world.ts';

/** So many findings are shown of a scenario. */
const SHOWN = 50;
/** How long a product may take to be cleared away, in milliseconds: nothing waits for what hangs. */
const CLEARING = 30_000;

/** Plays scenarios one after the other on servers of their own; answers what was found in each. */
export async function playAll(options: FaultOptions, say: (line: string) => void): Promise<Map<string, string[]>> {
  await using running = new AsyncDisposableStack();
  const start = async <T extends AsyncDisposable>(server: Promise<T>) => running.use(await server);
  const [mariadb, rabbitmq, redis] = await Promise.all([
    start(startMariadb()),
    start(startRabbitmq()),
    start(startRedis()),
  ]);
  const all = new Map<string, string[]>();
  for (const scenario of options.scenarios) {
    say(`\n== ${scenario.name}: ${scenario.title}`);
    const began = performance.now();
    const found = await play(scenario, { mariadb, rabbitmq, redis }, options, say);
    const seconds = ((performance.now() - began) / 1_000).toFixed(0);
    if (found.length === 0) say(`   passed in ${seconds} s. Checked from the databases (${CHECKED}): no difference.`);
    else say(`   FAILED in ${seconds} s, seed ${options.seed}: ${found.length} findings`);
    all.set(scenario.name, found);
    for (const finding of found.slice(0, SHOWN)) say(`   - ${finding}`);
    if (found.length > SHOWN) say(`   and ${found.length - SHOWN} more`);
  }
  return all;
}

/** Plays one; answers what was found wrong. */
async function play(
  scenario: Scenario,
  servers: FaultWorld['servers'],
  { seed, minutes, scale, patience, points }: FaultOptions,
  say: (line: string) => void,
): Promise<string[]> {
  await bringUp(servers);
  const world = makeWorld({ servers, seed, minutes, scale, patience, points, say: (line) => say(`   ${line}`) });
  try {
    const played = await scenario.run(world);
    await bringUp(servers);
    const found = await checkBooks(servers, played, patience);
    for (const line of played.report ?? []) world.say(line);
    const { orders, refused } = played;
    world.say(`${orders.length} orders were acknowledged, ${refused.length} refused`);
    return found;
  } catch (error) {
    return [`it could not be played: ${(error as Error).stack}`];
  } finally {
    const cleared = Promise.resolve(world[Symbol.asyncDispose]());
    const late = pause(CLEARING, undefined, { ref: false });
    await Promise.race([cleared, late]).catch((error) => say(`   not cleared away: ${error}`));
  }
}
