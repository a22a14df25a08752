import { setTimeout as pause } from 'node:timers/promises';
import type { Server } from '../../servers/server.ts';
import type { Fleet } from '../../split/fleet.ts';
import type { FaultWorld } from '../scenario.ts';
import type { Recovery } from './recovery.ts';
import type { Supervisor } from './supervisor.ts';

/** What the killer works with. */
export interface KillerOptions {
  world: FaultWorld;
  fleet: Fleet;
  supervisor: Supervisor;
  /** Serves one whole order that is begun now; false when `going` says that it is of no use any more. */
  journey(going: () => boolean): Promise<boolean>;
}

/** How long the next kill waits for what was killed, in ms. */
const LONGEST = 30_000;
/** How long a consumer is left alone while its events gather, in ms: no process starts in so short a time; and how often. */
const GATHERING = 1_000;
const GATHERINGS = 4;
/** What is killed in turn, in an order that changes: processes by chance, the servers, and the broker with its data. */
const ROUND = ['process', 'process', 'broker', 'process', 'database', 'process', 'redis', 'process'] as const;

/**
 * Kills something again and again until the time is over: the next as soon as it is ready, or after thirty seconds.
 * The first time and then about every other time it also waits until an order that was begun after the kill was served. Wipes the broker once, half-way.
 */
export async function killOn({ world, fleet, supervisor, journey }: KillerOptions): Promise<Recovery[]> {
  const { random: all, servers, say } = world;
  const random = all.fork('kills');
  const began = performance.now();
  const length = world.minutes * 60_000;
  const since = (moment: number) => performance.now() - moment;
  const recoveries: Recovery[] = [];
  const late: Promise<unknown>[] = [];
  const measured = new Set<string>();
  let wiped = false;

  const strike = (kind: (typeof ROUND)[number] | 'broker, wiped'): { what: string; back: Promise<void> } => {
    if (kind === 'process') {
      const member = random.pick(fleet.members());
      return { what: member.share, back: supervisor.kill(member) };
    }
    const server = { broker: servers.rabbitmq, 'broker, wiped': servers.rabbitmq, database: servers.mariadb };
    return { what: kind, back: again(kind === 'redis' ? servers.redis : server[kind], kind === 'broker, wiped') };
  };

  let round: (typeof ROUND)[number][] = [];
  while (since(began) < length) {
    if (round.length === 0) round = random.shuffled(ROUND);
    const wipe: boolean = !wiped && since(began) > length / 2;
    wiped ||= wipe;
    const hasty = random.next() < 0.5;
    if (wipe) await fillQueue(fleet, supervisor);
    const at = performance.now();
    const { what, back } = strike(wipe ? 'broker, wiped' : (round.shift() ?? 'process'));
    const patient = !hasty || !measured.has(what);
    measured.add(what);
    const recovery: Recovery = { what };
    recoveries.push(recovery);
    const ready = back.then(() => {
      recovery.ready = since(at);
    });
    late.push(ready);
    let waiting = true;
    const served = patient
      ? journey(() => waiting).then((done) => {
          if (done && waiting) recovery.order = since(at);
        })
      : Promise.resolve();
    await Promise.race([Promise.all([ready, served]), pause(LONGEST)]);
    waiting = false;
    recovery.missed = patient && recovery.order === undefined;
    say(lineOf((at - began) / 1_000, recovery));
  }
  await Promise.all(late);
  return recoveries;
}

/** Kills a consumer, and whatever starts in its place, so that its events gather in the broker and there is something to lose. */
async function fillQueue(fleet: Fleet, supervisor: Supervisor): Promise<void> {
  for (let times = 0; times < GATHERINGS; times++) {
    for (const kitchen of fleet.members('devices')) void supervisor.kill(kitchen);
    await pause(GATHERING);
  }
}

async function again(server: Server, wipe: boolean): Promise<void> {
  await server.kill();
  if (wipe) await server.wipe();
  await server.start();
}

function lineOf(second: number, { what, ready, order, missed }: Recovery): string {
  const took = (time: number) => `${(time / 1_000).toFixed(1)} s`;
  const parts = [
    ready === undefined ? 'not ready after 30 s' : `ready after ${took(ready)}`,
    ...(order === undefined ? [] : [`an order served after ${took(order)}`]),
    ...(missed ? ['no order served in 30 s'] : []),
  ];
  return `${second.toFixed(0).padStart(4)} s: ${what} killed, ${parts.join(', ')}`;
}
