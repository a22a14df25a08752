import { setTimeout as pause } from 'node:timers/promises';
import { SECOND } from '../../kernel/clock.ts';
import type { Order } from './crash-points/seam.ts';
import type { Hosts } from './hosts.ts';

/** How long it stays away, in ms. */
const AWAY = 2.5 * SECOND;

/** Kills a process, or the only one, at a point of its work if one is named, and has it back once the clock has jumped. */
export async function awayAndBack(
  hosts: Hosts,
  index: number,
  jump: () => Promise<void>,
  dieAt?: string,
): Promise<void> {
  const which = Math.min(index, hosts.processes.length - 1);
  const host = hosts.processes[which];
  if (dieAt) {
    host?.child.send({ order: { dieAt, time: 1 } satisfies Order });
    await host?.ended;
  } else await host?.kill();
  await pause(AWAY);
  await hosts.restart(which);
  await jump();
}
